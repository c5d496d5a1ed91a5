"""The Data page, and data sets that people bring to it or to Train."""

__all__ = ["bring", "explore"]
