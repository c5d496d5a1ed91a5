"""A map that people draw, and the plan that a network makes on it."""

__all__ = ["learn", "page", "samples"]
