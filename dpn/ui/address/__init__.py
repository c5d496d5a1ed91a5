"""The address of the page that is open: read when it opens, and kept true while things change."""

__all__ = ["language", "script", "share", "state"]
