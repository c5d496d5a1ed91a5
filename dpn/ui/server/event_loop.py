"""Less work for Streamlit's event loop, by which all visitors are sent their answers, too.

And for its start, and a slip mended. All changes are to parts of Streamlit 1.67 that it keeps to
itself: where a later version has no such part, nothing is changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.metadata
import socket
import time
from types import ModuleType, SimpleNamespace
from typing import Any

#: Seconds that elements are sent before the event loop looks after all else.
SENDING = 0.005
#: Packages of components that the app shows; its own are registered where they are drawn.
COMPONENTS = ("streamlit-drawable-canvas",)


def relieve() -> None:
    """Make all changes; to call it again changes nothing more."""
    _look_for_no_other_components()
    _ask_not_who_started_it()
    _read_the_theme_once()
    _send_together()
    _send_at_once()
    _go_through_widgets_as_they_were()


def _look_for_no_other_components() -> None:
    """Let a server that starts read about the packages that the app takes components from.

    Streamlit reads what all that are installed say of themselves: a quarter of a second, before
    anybody is answered.
    """
    module = _module("streamlit.components.v2.manifest_scanner")
    read = getattr(module, "_process_single_package", None)
    if read is None or not hasattr(module, "scan_component_manifests"):
        return

    def scan(max_workers: int | None = None) -> list[Any]:
        del max_workers
        found = []
        for name in COMPONENTS:
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):
                found.append(read(importlib.metadata.distribution(name)))
        return [one for one in found if one]

    module.scan_component_manifests = scan  # type: ignore[union-attr]


def _ask_not_who_started_it() -> None:
    """Let the first element of all be drawn without a look at who started Python.

    Streamlit would warn whoever draws in a Python prompt. For that it looks up the file of every
    module that is imported: thousands of times Python's lock is given away, and waited for while
    another thread imports torch. The first visitor waits for all of it.
    """
    module = _module("streamlit.delta_generator")
    if hasattr(module, "_use_warning_has_been_displayed"):
        module._use_warning_has_been_displayed = True  # type: ignore[union-attr]


def _read_the_theme_once() -> None:
    """Keep what Streamlit writes about colours into the first message of each script run.

    It looks through all its options for it. In a running server they do not change
    (``fileWatcherType`` is "none").
    """
    module = _module("streamlit.runtime.app_session")
    fill = getattr(module, "_populate_theme_msg", None)
    if fill is None or hasattr(fill, "themes"):
        return
    themes: dict[str, Any] = {}

    def populate(message: Any, section: str = "theme") -> None:
        if section not in themes:
            themes[section] = type(message)()
            fill(themes[section], section)
        if themes[section].ListFields():
            message.MergeFrom(themes[section])

    populate.themes = themes  # type: ignore[attr-defined]
    module._populate_theme_msg = populate  # type: ignore[union-attr]


def _send_together() -> None:
    """Let what is ready be sent at once, and not one element a turn of the event loop.

    Streamlit's sender goes round the event loop after each element; among busy script threads the
    interpreter and a processor are to be waited for in each round, and a burst took seconds.
    """
    module = _module("streamlit.runtime.runtime")
    if module is None:
        return
    went_round = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal went_round
        if seconds or time.monotonic() - went_round > SENDING:
            await asyncio.sleep(seconds)
            went_round = time.monotonic()

    module.asyncio = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})  # type: ignore[attr-defined]


def _send_at_once() -> None:
    """Let the system send what it is given, and not wait until earlier bytes have been confirmed.

    asyncio asks for that (TCP_NODELAY) where a socket is said to be TCP; Streamlit opens its own
    without saying so. On Linux each answer of two parts, and each message after another, then
    waited up to 40 ms for the other side's delayed confirmation.
    """
    protocol = getattr(_module("uvicorn.protocols.http.auto"), "AutoHTTPProtocol", None)
    made = getattr(protocol, "connection_made", None)
    if made is None or hasattr(made, "at_once"):
        return

    def connection_made(self: Any, transport: asyncio.Transport) -> None:
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made(self, transport)

    connection_made.at_once = True  # type: ignore[attr-defined]
    protocol.connection_made = connection_made  # type: ignore[union-attr]


def _go_through_widgets_as_they_were() -> None:
    """Let a script run go through its widgets while another thread adds one.

    Streamlit goes through the dictionary itself; a click at the wrong moment ended the run with
    "dictionary changed size during iteration".
    """
    states = getattr(_module("streamlit.runtime.state.session_state"), "WStates", None)
    if states is not None:
        states.__iter__ = lambda self: iter(list(self.states))


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
