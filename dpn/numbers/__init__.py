"""A number read whole: lines of ink, the cuts between digits, and the recursion over cuts."""

__all__ = ["examples", "no_digit", "read", "reading", "sheet"]
