"""How good a model's answers are."""

__all__ = ["compare", "evaluate", "plan_account", "plans", "scores"]
