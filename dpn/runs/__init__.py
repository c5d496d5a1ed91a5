"""A training on disk: its settings, curves, moments and result."""

__all__ = [
    "chain",
    "config",
    "differences",
    "facts",
    "files",
    "folder",
    "history",
    "processes",
    "result",
    "run",
    "snapshots",
    "start",
    "title",
]
