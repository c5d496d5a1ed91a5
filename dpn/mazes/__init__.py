"""Mazes: maps to plan on, the planner that learns to, and what its plans are worth."""

__all__ = ["grid", "making", "plans", "reading", "sets", "truth"]
