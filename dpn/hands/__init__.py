"""Handwriting that MNIST lacks, made into training images: of other people, and drawn by rule."""

__all__ = ["mixture", "rules", "strokes", "unseen"]
