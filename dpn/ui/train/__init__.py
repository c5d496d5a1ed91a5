"""The Train page: settings, live curves, result."""

__all__ = ["before", "buttons", "heading", "live", "result", "settings", "tiles", "trackers"]
