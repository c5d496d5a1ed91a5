"""How good a model's answers are."""

__all__ = ["evaluate", "scores"]
