"""Why an image scored as it did: the exact account, and where in the image it was decided."""

__all__ = [
    "account",
    "averages",
    "drawings",
    "exact",
    "example",
    "explanation",
    "neighbours",
    "photos",
    "regions",
    "templates",
    "trellis",
    "what_if",
    "windows",
]
