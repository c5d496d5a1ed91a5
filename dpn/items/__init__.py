"""Lists of items in the order they came, such as clicks or songs: read, made, and cut to learn."""

__all__ = ["examples", "reading", "sets"]
