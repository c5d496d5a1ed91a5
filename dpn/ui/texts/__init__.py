"""Texts: read word by word, corrected, taught, answered by the file, and shown in lists.

So are lists of items, of which what comes next is asked.
"""

__all__ = ["batch", "begin", "item_rows", "lesson", "lists", "next_items", "page", "sums"]
