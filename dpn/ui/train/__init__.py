"""The Train page: settings, live curves, result."""

__all__ = ["live", "result", "settings"]
