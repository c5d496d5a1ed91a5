"""The Compare page: runs side by side, where they disagree, and sweeps over settings."""

__all__ = ["ask", "page"]
