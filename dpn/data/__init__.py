"""Data sets: which there are, how each is found, fetched and read, and what it looks like."""

__all__ = [
    "catalogue",
    "downloads",
    "known",
    "labels",
    "loading",
    "look",
    "npz",
    "npz_layouts",
    "npz_members",
    "pixels",
    "samples",
    "worlds",
]
