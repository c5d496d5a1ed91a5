"""The Train page: settings, live curves, result."""

__all__ = ["heading", "live", "result", "settings"]
