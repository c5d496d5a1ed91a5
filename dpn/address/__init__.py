"""What stands in the address of a page: its names, what each takes, and a drawing as text."""

__all__ = ["drawing", "kinds", "panel", "picture", "table"]
