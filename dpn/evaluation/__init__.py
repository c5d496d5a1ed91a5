"""How good a model's answers are."""

__all__ = ["compare", "counted", "evaluate", "next_items", "plan_account", "plans", "scores"]
