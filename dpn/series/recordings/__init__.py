"""Series that are tables of their own, and folders of them: what apps of sensors export."""

__all__: list[str] = []
