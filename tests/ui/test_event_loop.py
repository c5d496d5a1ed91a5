"""What the app takes off Streamlit's event loop."""

import socket
import threading

import uvicorn
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


def test_a_widget_that_comes_while_they_are_gone_through_does_no_harm():
    event_loop.relieve()
    states = WStates()
    states.states = {"a": None, "b": None}
    for name in states:
        states.states[f"{name}, later"] = None
    assert len(states.states) == 4
