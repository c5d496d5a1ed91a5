"""What looks like none of a model's classes, and how far an answer may be claimed."""

__all__ = ["fit", "kept", "known", "strangers", "turning"]
