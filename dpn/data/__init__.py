"""Data sets: which there are, how each is found, fetched and read; names that people give."""

__all__ = [
    "archives",
    "catalogue",
    "downloads",
    "labels",
    "loading",
    "look",
    "names",
    "npz",
    "samples",
]
