"""Worlds that are no pictures, each in a real browser."""
