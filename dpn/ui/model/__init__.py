"""Which model answers, and at which moment of its training."""

__all__ = ["answering", "travel"]
