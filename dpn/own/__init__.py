"""Data sets that people bring: read in the layout they have, and kept for a visit or longer."""

__all__ = [
    "bringing",
    "files",
    "keeping",
    "layouts",
    "making",
    "parts",
    "shapes",
    "split",
    "thumbs",
    "visits",
]
