"""Movements: series that are answered moment by moment, drawn or read, and shown in lists."""

__all__ = ["lists", "page"]
