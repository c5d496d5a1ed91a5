"""Verbs for what is no picture, a file a world; and what they all take and print."""
