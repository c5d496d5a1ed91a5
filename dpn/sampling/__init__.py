"""Some of many that speak for all."""

__all__ = ["spread"]
