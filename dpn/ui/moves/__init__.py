"""Movements: series answered moment by moment, drawn or read, taught, and shown in lists."""

__all__ = ["lesson", "lists", "page"]
