"""Texts with their classes: files read, words told apart, and numbers made of them."""

__all__ = ["days", "fetching", "folders", "layout", "reading", "sets", "tables", "vocabulary"]
