"""Data sets: which there are, how each is found, fetched and read, and what it looks like."""

__all__ = [
    "archives",
    "catalogue",
    "downloads",
    "labels",
    "loading",
    "look",
    "npz",
    "samples",
]
