"""What each step of a training sees: which inputs, in which order, and how they are varied."""

__all__ = ["augment", "batch"]
