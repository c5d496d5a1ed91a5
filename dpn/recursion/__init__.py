"""The heart: the three maxima over decisions, and the recursion that they drive."""

__all__ = ["bellman", "grid", "operators", "parts"]
