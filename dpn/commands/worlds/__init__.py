"""Verbs for what is no picture, a file a world."""
