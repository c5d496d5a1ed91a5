"""What the app takes off Streamlit's event loop."""

import importlib.metadata
import socket
import threading

import uvicorn
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.state.session_state import WStates

from dpn.ui.server import event_loop


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def test_what_is_sent_does_not_wait_for_what_was_sent_before():
    event_loop.relieve()
    event_loop.relieve()  # changes nothing more
    listening = socket.socket(socket.AF_INET)  # as Streamlit opens it: nothing says that it is TCP
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(hello, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.settimeout(20)
            client.sendall(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
            (connection,) = server.server_state.connections
            ours = connection.transport.get_extra_info("socket")
            assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    finally:
        server.should_exit = True
        thread.join(20)
    assert not thread.is_alive()


def test_what_is_read_of_components_is_the_same_and_only_theirs(monkeypatch):
    full = manifest_scanner.scan_component_manifests
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", full)  # put back afterwards
    read = []
    # importlib_metadata, once imported, puts its own class in the place of Python's.
    kinds = type(importlib.metadata.distribution("streamlit")).__mro__
    kind = next(one for one in kinds if "metadata" in vars(one))
    metadata = kind.metadata.fget
    here = threading.get_ident()  # whatever else is imported meanwhile reads of other packages

    def note(of):
        if threading.get_ident() == here:
            read.append(of)
        return metadata(of)

    noted = property(note)
    monkeypatch.setattr(kind, "metadata", noted)
    expected = [one for one in full() if one[0].name in event_loop.COMPONENTS]
    read.clear()
    event_loop.relieve()
    assert manifest_scanner.scan_component_manifests() == expected
    assert len(expected) == 1
    assert {one.metadata["Name"] for one in list(read)} == {*event_loop.COMPONENTS}


def test_a_package_of_components_that_is_missing_is_passed_over(monkeypatch):
    full = manifest_scanner.scan_component_manifests
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", full)
    monkeypatch.setattr(event_loop, "COMPONENTS", ("no-such-package",))
    event_loop.relieve()
    assert manifest_scanner.scan_component_manifests() == []


def test_a_widget_that_comes_while_they_are_gone_through_does_no_harm():
    event_loop.relieve()
    states = WStates()
    states.states = {"a": None, "b": None}
    for name in states:
        states.states[f"{name}, later"] = None
    assert len(states.states) == 4
