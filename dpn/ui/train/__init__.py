"""The Train page: settings, live curves, result."""

__all__ = ["before", "heading", "live", "result", "settings", "tiles"]
