"""What a run draws, sent to the browser together.

For each element that arrives by itself the browser goes through the whole page once more, and the
script waits for the interpreter while it is sent. ``_enqueue`` is a part of Streamlit 1.67 that it
keeps to itself: where a later version has no such part, elements are sent one by one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

#: Seconds after which all that is ready is sent, and from then on whatever comes: a first view,
#: which takes longer, says what it waits for.
LONGEST = 1.0


class Held:
    """Messages that wait for each other, in their order; any thread may release them.

    Args:
        send: takes one message.
    """

    def __init__(self, send: Callable[[Any], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._waiting: list[Any] | None = []

    def take(self, message: Any) -> None:
        """Keep a message, or send it if the others have been released."""
        with self._lock:
            if self._waiting is not None:
                self._waiting.append(message)
                return
        self._send(message)

    def release(self) -> None:
        """Send all that wait; those that come later are sent at once."""
        with self._lock:
            waiting, self._waiting = self._waiting or [], None
            for message in waiting:
                self._send(message)


@contextmanager
def together() -> Iterator[None]:
    """Send what is drawn within when all of it is, or after ``LONGEST`` seconds."""
    context = get_script_run_ctx()
    send = getattr(context, "_enqueue", None)
    if context is None or send is None:
        yield
        return
    held = Held(send)
    timer = threading.Timer(LONGEST, held.release)
    timer.daemon = True
    timer.start()
    context._enqueue = held.take
    try:
        yield
    finally:
        timer.cancel()
        context._enqueue = send
        held.release()
