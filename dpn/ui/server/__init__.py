"""What the server runs around the pages: start and end, headers, floods, how answers are sent."""

__all__ = ["service"]
