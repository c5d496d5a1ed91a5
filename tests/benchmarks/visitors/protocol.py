"""One visitor of the app without a browser: Streamlit's own protocol, as its front end speaks it.

A browser fetches the page and keeps its cookies, then talks over one websocket. It sends BackMsg:
"run this page, or this fragment of it, with these widgets". It is sent ForwardMsg: elements and
where they go, how often a fragment wants to be run again, and when a run is over. What is sent
here was recorded from a real Chromium, with Streamlit 1.67.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.benchmarks.visitors.canvas import Point, drawing_json, stroke_object
from tests.benchmarks.visitors.page import EARLY, PATIENCE, Page, Web, answer_in
from tests.benchmarks.visitors.waiting import Waiter


class Visitor:
    """One open page; make it with ``visit``.

    Attributes:
        page: what is on it.
        web: the same visitor's plain requests.
        received: all that came over the websocket, if it is kept.
        runs: how many runs are over that were not stopped early, a live fragment's included.
        answered: seconds from the last request until its run sent what the model says, if it did.
    """

    def __init__(self, socket: ClientConnection, web: Web, *, query: str, keep: bool) -> None:
        self.page = Page(query=query)
        self.web = web
        self.received: list[bytes] = []
        self.runs = 0
        self.answered: float | None = None
        self._keep = keep
        self._socket = socket
        self._states: dict[str, WidgetState] = {}
        self._waiters: list[Waiter] = []
        self._timers: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._fetched: set[str] = set()

    async def open(self, page: str) -> float:
        """Go to a page, "" is Home; return the seconds until it is whole."""
        message = self._request("")
        script = self.page.pages.get(page, "")
        message.rerun_script.page_script_hash = script
        if not script:  # the first of all: no hashes are known yet
            message.rerun_script.page_name = page
        del message.rerun_script.widget_states.widgets[:]
        return await self._send(message, "", script)

    async def click(self, key: str) -> float:
        """Press the button with this key; return the seconds until its run is over."""
        return await self._set(key, WidgetState(trigger_value=True))

    async def choose(self, key: str, words: str) -> float:
        """Choose the last option that begins with these words in a list or a row of buttons.

        In the list of models the last ones are those that are shipped.
        """
        element = self.page.find(key).element
        if element.WhichOneof("type") == "selectbox":
            (*_, option) = (one for one in element.selectbox.options if one.startswith(words))
            return await self._set(key, WidgetState(string_value=option))
        options = [one.content for one in element.button_group.options]
        state = WidgetState()
        state.string_array_value.data.append([o for o in options if o.startswith(words)][-1])
        return await self._set(key, state)

    async def number(self, key: str, value: float) -> float:
        """Type a number that need not be whole."""
        return await self._set(key, WidgetState(double_value=value))

    async def draw(self, points: list[Point], name: str = "draw") -> float:
        """Draw one more stroke, in pixels of the canvas; return the seconds until all is shown."""
        start = f"canvas-{name}-"
        key = next((k for k in self.page.widgets() if k.startswith(start)), f"{start}…")
        placed = self.page.find(key)
        settings = json.loads(placed.element.bidi_component.json)
        before = self._states.get(placed.id)
        held = json.loads(before.json_value)["drawing"]["raw"] if before else None
        objects = (held or settings["initialDrawing"]).get("objects", [])
        value = drawing_json([*objects, stroke_object(points, settings)], settings)
        return await self._set(placed.key, WidgetState(json_value=value))

    async def fetch_media(self) -> dict[str, bytes]:
        """Fetch the pictures that were named since the last time, as a browser does."""
        new = sorted(self.page.media - self._fetched)
        self._fetched.update(new)
        return {path: await self.web.get(path) for path in new}

    async def listen(self) -> None:
        """Take all messages until the connection ends; whoever waits then is told."""
        try:
            async for data in self._socket:
                assert isinstance(data, bytes)
                if self._keep:
                    self.received.append(data)
                self._follow(self.page.take(data))
        except ConnectionClosed:
            pass
        finally:
            self._stop(list(self._timers))
            for waiter in self._waiters:
                if not waiter.over.done():
                    waiter.over.set_exception(ConnectionError("the connection has ended"))

    def _follow(self, message: ForwardMsg) -> None:
        """Do what a message asks for: tell those who wait, and set the timers of fragments.

        When a poll is next in line, the server may call the end of a whole run an early one, or not
        tell it at all: the next run of something else says the same.
        """
        kind, run = message.WhichOneof("type"), message.metadata.run
        if kind == "new_session":
            if not run.fragment_ids:
                self._stop(list(self._timers))
            for waiter in self._waiters:
                waiter.see_begin(message)
        elif kind == "script_finished" and message.script_finished != EARLY:
            self.runs += 1
            shown = {placed.id for placed in self.page.placed.values()}
            self._states = {key: one for key, one in self._states.items() if key in shown}
            for waiter in self._waiters:
                if waiter.run == run.script_run_id:
                    waiter.done()
        elif kind == "delta" and answer_in(message.delta.new_element):
            for waiter in self._waiters:
                if waiter.run == self.page.run and self.answered is None:
                    self.answered = waiter.seconds()
        elif kind == "stop_auto_rerun":
            self._stop(list(message.stop_auto_rerun.fragment_ids))
        elif kind == "auto_rerun":
            fragment, every = message.auto_rerun.fragment_id, message.auto_rerun.interval
            if self._timers.get(fragment, (0.0,))[0] != every:
                self._stop([fragment])
                self._timers[fragment] = (every, asyncio.create_task(self._poll(fragment, every)))

    async def _poll(self, fragment: str, every: float) -> None:
        """Ask for a fragment again and again, on time whether it has answered or not."""
        due = time.monotonic()
        while True:
            due = max(due + every, time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            try:
                await self._socket.send(self._request(fragment, auto=True).SerializeToString())
            except ConnectionClosed:
                return

    def _stop(self, fragments: list[str]) -> None:
        for fragment in fragments:
            if fragment in self._timers:
                self._timers.pop(fragment)[1].cancel()

    async def _set(self, key: str, state: WidgetState) -> float:
        placed = self.page.find(key)
        state.id = placed.id
        clicked = state.WhichOneof("value") == "trigger_value"
        if not clicked:  # a click is told once
            self._states[state.id] = state
        message = self._request(placed.fragment)
        if clicked:
            message.rerun_script.widget_states.widgets.append(state)
        return await self._send(message, placed.fragment)

    def _request(self, fragment: str, *, auto: bool = False) -> BackMsg:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_script_hash = self.page.query, self.page.script
        rerun.fragment_id, rerun.is_auto_rerun = fragment, auto
        rerun.cached_message_hashes.extend(self.page.cache)
        rerun.widget_states.widgets.extend(self._states.values())
        context = rerun.context_info
        context.timezone, context.timezone_offset, context.locale = "UTC", 0, "en-US"
        context.url, context.is_embedded, context.color_scheme = self.web.url, False, "light"
        return message

    async def _send(self, message: BackMsg, fragment: str, script: str = "") -> float:
        waiter = Waiter(fragment, script, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        self.answered = None
        try:
            await self._socket.send(message.SerializeToString())
            async with asyncio.timeout(PATIENCE):
                await waiter.over
        except TimeoutError:
            what = f"fragment {fragment}" if fragment else f"page {script or 'first'}"
            raise TimeoutError(f"no end of a run of {what} in {PATIENCE:.0f} s") from None
        finally:
            self._waiters.remove(waiter)
        return waiter.seconds()


@asynccontextmanager
async def visit(
    url: str, page: str = "", query: str = "", *, keep: bool = False
) -> AsyncIterator[Visitor]:
    """Open the app as a browser does, at a page: its files, its cookies, and its websocket.

    ``query`` is what follows "?" in the address. ``keep`` keeps all that is received.
    """
    web = Web(url)
    await web.get(f"/{page}" + (f"?{query}" if query else ""))
    for path in ("/_stcore/health", "/_stcore/host-config"):
        await web.get(path)
    token = next((c.value for c in web.jar if c.name == "_streamlit_xsrf"), None)
    async with connect(
        url.replace("http", "ws", 1) + "/_stcore/stream",
        origin=Origin(url),
        subprotocols=[Subprotocol("streamlit"), Subprotocol(token or "PLACEHOLDER_AUTH_TOKEN")],
        additional_headers=web.cookies(),
        user_agent_header="Mozilla/5.0",
        max_size=None,
        ping_interval=None,  # a browser sends none
        proxy=None,
    ) as socket:
        visitor = Visitor(socket, web, query=query, keep=keep)
        listening = asyncio.create_task(visitor.listen())
        try:
            await visitor.open(page)
            yield visitor
        finally:
            await socket.close()
            await listening
