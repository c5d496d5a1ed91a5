"""Mazes: how good a planner's plans are while it learns."""
