"""The Home page: draw and be answered before anything is read."""

__all__ = ["page", "play"]
