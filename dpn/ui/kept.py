"""What a window leaves to the next one of the same visitor: a reload is a new session.

In memory alone, for an hour. A window that is still open keeps what it has: it is never shown in
another one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dpn.ui.access import visitor
from dpn.ui.shared import Once

#: Seconds that what was left is kept, and windows whose things are.
SECONDS, WINDOWS = 3600.0, 500
#: Bytes of a thing that is left to a reload, such as a lesson.
MOST = 20_000_000

T = TypeVar("T")


class Kept:
    """Things of windows, by visitor and session; every method may be called from any thread.

    Args:
        is_open: whether a session still has a window.
    """

    def __init__(self, is_open: Callable[[str], bool]) -> None:
        self._is_open = is_open
        self._lock = threading.Lock()
        self._things: OrderedDict[tuple[str, str], tuple[float, dict[str, Any]]] = OrderedDict()

    def things(self, visitor: str, session: str) -> dict[str, Any]:
        """Return the things of a session, which its pages change in place.

        A new session takes over those of the visitor's window that was closed last, if that is not
        longer ago than ``SECONDS``.
        """
        now, own = time.monotonic(), (visitor, session)
        with self._lock:
            if own not in self._things:
                for key, (seen, things) in reversed(self._things.items()):
                    if key[0] == visitor and now - seen < SECONDS and not self._is_open(key[1]):
                        del self._things[key]
                        self._things[own] = (now, things)
                        break
            _, mine = self._things.pop(own, (now, {}))
            self._things[own] = (now, mine)
            while len(self._things) > WINDOWS or self._is_stale(now):
                self._things.popitem(last=False)
            return mine

    def _is_stale(self, now: float) -> bool:
        key, (seen, _) = next(iter(self._things.items()))
        return now - seen >= SECONDS and not self._is_open(key[1])


@Once
def _kept() -> Kept:
    return Kept(lambda session: exists() and get_instance().is_active_session(session))


def kept() -> dict[str, Any]:
    """Return this window's things, which a reload finds again; change them in place.

    A browser that keeps no cookies has new ones after each reload.
    """
    context = get_script_run_ctx()
    return _kept().things(visitor(), context.session_id if context else "")


def remembered(name: str, new: Callable[[], T], size: Callable[[T], int]) -> T:
    """Return what this session has of a name; a new session begins with what a reload has left.

    Args:
        name: of it, in the session.
        new: makes one where there is none, of the same class.
        size: its bytes; of more than ``MOST`` nothing is left to a reload.
    """
    things, fresh = kept(), new()
    for holder in (st.session_state, things):
        # After the server has reloaded its code the class of a kept object is another one.
        if type(found := holder.get(name)) is type(fresh):
            fresh = found
            break
    st.session_state[name] = fresh
    if size(fresh) <= MOST:
        things[name] = fresh
    else:
        things.pop(name, None)
    return fresh
