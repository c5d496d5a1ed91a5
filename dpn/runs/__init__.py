"""A training on disk: its settings, curves, moments and result."""

__all__ = [
    "chain",
    "config",
    "create",
    "differences",
    "facts",
    "files",
    "folder",
    "history",
    "processes",
    "run",
    "snapshots",
    "title",
]
