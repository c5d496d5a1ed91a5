"""The Inside page: one answer taken apart, and told in words."""

__all__ = ["page", "pointing", "tiles"]
