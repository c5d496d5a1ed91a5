"""What the server runs around the pages.

service: start, end, metrics; middleware: headers, the cookie, floods; event_loop: how it is sent.
"""

__all__ = ["service"]
