"""The Evaluate page: what a model gets right and wrong on the test images."""

__all__ = ["page"]
