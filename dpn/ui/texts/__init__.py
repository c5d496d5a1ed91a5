"""Texts: read word by word, corrected, taught, answered by the file, and shown in lists."""

__all__ = ["batch", "begin", "lesson", "lists", "page", "sums"]
