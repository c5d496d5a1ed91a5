"""What stands before the app's windows: messages, floods, and how many there may be."""

import asyncio

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from dpn.ui.server import middleware as site
from dpn.ui.server.middleware import MAX_QUERY, MESSAGES, Rate, Site
from tests.helpers import run_async
from tests.ui.test_middleware import PAGE, SECRET, hello

BURST = MESSAGES[0]


class Socket:
    """One window, as the server sees it."""

    def __init__(self, app, messages, query=b"", address="1.2.3.4"):
        self.app, self.sent = app, []
        self.messages = [{"type": "websocket.connect"}, *messages, {"type": "websocket.disconnect"}]
        self.scope = {"type": "websocket", "query_string": query, "client": (address, 1)}

    async def receive(self):
        await asyncio.sleep(0)
        return self.messages.pop(0)

    async def send(self, message):
        self.sent.append(message)

    async def run(self):
        await self.app(self.scope, self.receive, self.send)
        return [m["code"] for m in self.sent if m["type"] == "websocket.close"]


TEXT = {"type": "websocket.receive", "text": "rerun"}


def said(**fields):
    return {"type": "websocket.receive", "bytes": BackMsg(**fields).SerializeToString()}


class Heard:
    """An app that keeps what reaches it."""

    def __init__(self):
        self.messages = []

    async def __call__(self, scope, receive, send):
        while (message := await receive())["type"] != "websocket.disconnect":
            self.messages.append(message)


def test_nobody_empties_the_caches_of_all():
    heard, rerun = Heard(), said(rerun_script=ClientState(query_string="run=latest"))
    app = Site(heard, SECRET, PAGE)
    assert run_async(Socket(app, [said(clear_cache=True), rerun]).run()) == []
    assert heard.messages == [{"type": "websocket.connect"}, rerun]


def test_a_long_address_is_refused_in_a_message_too():
    heard = Heard()
    app = Site(heard, SECRET, PAGE)
    whole, long = (
        said(rerun_script=ClientState(query_string="x" * size)) for size in (MAX_QUERY, 10_000_000)
    )
    assert run_async(Socket(app, [whole, long, whole]).run()) == [1008]
    assert heard.messages == [{"type": "websocket.connect"}, whole]


def test_what_is_no_message_is_left_to_streamlit():
    heard, noise = Heard(), {"type": "websocket.receive", "bytes": b"\xff\xfe\xfd"}
    assert run_async(Socket(Site(heard, SECRET, PAGE), [noise]).run()) == []
    assert noise in heard.messages


def test_a_window_that_floods_is_closed(monkeypatch):
    monkeypatch.setattr(site.time, "monotonic", lambda: 100.0)
    app = Site(hello, SECRET, PAGE)
    assert run_async(Socket(app, [TEXT] * BURST).run()) == []
    flood = Socket(app, [TEXT] * (BURST + 5))
    assert run_async(flood.run()) == [1008]
    assert len(flood.sent) == 1 + BURST + 1  # answers to connect and to each allowed one, the close
    assert not app.sockets


def test_permissions_come_back_with_time(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(site.time, "monotonic", lambda: now[0])
    rate = Rate(*MESSAGES)
    assert all(rate.allows() for _ in range(BURST))
    assert not rate.allows()
    now[0] = 1.0
    assert [rate.allows() for _ in range(41)] == [True] * 40 + [False]
    now[0] = 1e6
    assert all(rate.allows() for _ in range(BURST))
    assert not rate.allows()


@pytest.mark.parametrize("limit", ["MAX_SOCKETS", "MAX_SOCKETS_EACH"])
def test_so_many_windows_and_no_more(monkeypatch, limit):
    monkeypatch.setattr(site, limit, 2)
    app = Site(hello, SECRET, PAGE)

    async def three():
        quiet = [asyncio.create_task(Socket(app, [TEXT] * 50).run()) for _ in range(2)]
        await asyncio.sleep(0)
        late = await Socket(app, []).run()
        other = await Socket(app, [], address="9.9.9.9").run()
        return late, other, [await task for task in quiet], await Socket(app, []).run()

    late, other, first, after = run_async(three())
    assert late == [1013]
    assert other == ([1013] if limit == "MAX_SOCKETS" else [])
    assert first == [[], []]
    assert after == []  # there is room again
    assert not app.sockets


def test_a_socket_with_a_long_address_is_refused():
    app = Site(hello, SECRET, PAGE)
    assert run_async(Socket(app, [], query=b"x" * (MAX_QUERY + 1)).run()) == [1013]
