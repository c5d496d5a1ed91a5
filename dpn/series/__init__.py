"""Series with their classes: files of several layouts read, kept, and put into one array."""

__all__ = ["found", "pen", "reading", "sets"]
