"""What stands before the app: headers, the cookie, and limits, without a server."""

import base64
import hashlib

import pytest

from dpn.errors import ConfigError
from dpn.jobs.visitors import COOKIE, new_visitor, visitor_of
from dpn.ui.server import middleware as site
from dpn.ui.server.middleware import MAX_QUERY, Site, read_framers
from tests.helpers import run_async

SECRET = b"secret"
PAGE = "<html><script>start()</script><script src='x.js'></script></html>"


async def hello(scope, receive, send):
    """An app that answers, with a header of its own that is weaker than ours."""
    if scope["type"] == "websocket":
        while (await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": "heard"})
        return
    headers = [(b"X-Frame-Options", b"ALLOWALL"), (b"x-kind", b"app")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


def get(
    *headers,
    query=b"",
    scheme="http",
    app=None,
    method="GET",
    address="1.2.3.4",
    receive=None,
    path="/",
):
    """Return status, headers as pairs, and body of one request."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "query_string": query, "headers": list(headers), "scheme": scheme}
    scope |= {"method": method, "client": (address, 1), "path": path}
    run_async((app or Site(hello, SECRET, PAGE))(scope, receive, send))
    return sent[0]["status"], sent[0]["headers"], sent[1]["body"]


HTML = (b"accept", b"text/html,*/*")


def cookie_in(headers):
    return dict(headers).get(b"set-cookie", b"").decode()


def test_every_answer_has_the_headers_once():
    status, headers, body = get()
    assert (status, body) == (200, b"hello")
    assert [value for name, value in headers if name.lower() == b"x-frame-options"] == [b"DENY"]
    named = dict(headers)
    assert named[b"x-content-type-options"] == b"nosniff"
    assert named[b"referrer-policy"] == b"same-origin"
    assert named[b"x-kind"] == b"app"
    rules = dict(
        rule.strip().split(" ", 1) for rule in named[b"content-security-policy"].decode().split(";")
    )
    code = base64.b64encode(hashlib.sha256(b"start()").digest()).decode()
    assert rules["script-src"] == f"'self' 'unsafe-eval' 'sha256-{code}'"
    assert rules["frame-ancestors"] == rules["object-src"] == "'none'"
    assert rules["default-src"] == "'self'"
    assert rules["connect-src"] == "'self' data:"  # the camera's picture, and no other host
    assert not any("http" in rule or "*" in rule for rule in rules.values())


def test_only_who_is_named_may_frame_the_page(monkeypatch):
    monkeypatch.setenv("DPN_FRAMED_BY", "self https://*.example.org")
    headers = dict(get(app=Site(hello, SECRET, PAGE, framers=read_framers()))[1])
    assert b"frame-ancestors 'self' https://*.example.org" in headers[b"content-security-policy"]
    assert {name.lower() for name in headers}.isdisjoint({b"x-frame-options"})
    for bad in ("example.org", "http://example.org", "*", "https://a;script-src"):
        monkeypatch.setenv("DPN_FRAMED_BY", bad)
        with pytest.raises(ConfigError, match="DPN_FRAMED_BY takes self, or addresses"):
            read_framers()


def test_a_page_gives_a_name_to_whoever_has_none():
    given = cookie_in(get(HTML)[1])
    name, _, rest = given.partition("=")[2].partition(";")
    assert given.startswith(f"{COOKIE}=")
    assert visitor_of(name, SECRET)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(rest.replace(" ", "").split(";"))
    assert "Secure" not in given
    assert "Secure" in cookie_in(get(HTML, scheme="https")[1])
    assert "Secure" in cookie_in(get(HTML, (b"x-forwarded-proto", b"https"))[1])
    assert not cookie_in(get()[1])  # a script or a picture
    known = f"a=b; {COOKIE}={new_visitor(SECRET)}".encode()
    assert not cookie_in(get(HTML, (b"cookie", known))[1])
    for bad in (new_visitor(b"other").encode(), b"", b"\xff\xfe", b'"' * 50):
        assert cookie_in(get(HTML, (b"cookie", COOKIE.encode() + b"=" + bad))[1])


def test_a_long_address_is_refused():
    assert get(query=b"x" * MAX_QUERY)[0] == 200
    status, headers, body = get(query=b"x" * (MAX_QUERY + 1))
    assert status == 414
    assert b"longer than" in body
    assert dict(headers)[b"x-frame-options"] == b"DENY"


def test_an_address_has_so_many_requests_and_uploads(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(site.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(site, "REQUESTS", (10, 1.0))
    monkeypatch.setattr(site, "UPLOADS", (1000, 10.0))
    monkeypatch.setattr(site, "ADDRESSES", 2)
    app = Site(hello, SECRET, PAGE)
    length = lambda size: (b"content-length", size)  # noqa: E731
    assert get(length(b"900"), app=app, method="PUT")[0] == 200
    status, headers, body = get(length(b"200"), app=app, method="PUT")
    assert (status, dict(headers)[b"x-frame-options"]) == (429, b"DENY")
    assert b"Try again" in body
    assert get(length(b"200"), app=app, method="PUT", address="5.6.7.8")[0] == 200
    assert get(length(b"many"), app=app, method="PUT")[0] == 200
    now[0] = 10.0
    assert get(length(b"200"), app=app, method="PUT")[0] == 200
    assert [get(app=app)[0] for _ in range(12)] == [200] * 9 + [429] * 3
    for number in range(9):
        assert get(app=app, address=f"9.9.9.{number}")[0] == 200
    assert len(app.budgets) == 2


async def reads(scope, receive, send):
    """An app that reads what it is sent, and says how many bytes that were."""
    count, message = 0, {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        count += len(message["body"])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(count).encode()})


def test_an_upload_that_does_not_say_its_size_is_counted_as_it_comes(monkeypatch):
    monkeypatch.setattr(site, "UPLOADS", (1000, 0.001))
    app = Site(reads, SECRET, PAGE)

    async def receive():
        return {"type": "http.request", "body": b"x" * 300, "more_body": True}

    assert get(app=app, method="PUT", receive=receive)[2] == b"900"
    assert get(app=app, method="PUT", receive=receive)[2] == b"0"


@pytest.mark.parametrize(("path", "early"), [("/", True), ("/Classify", True), ("/Train", False)])
def test_pages_that_begin_with_a_canvas_fetch_its_files_early(path, early):
    app = Site(hello, SECRET, PAGE, canvas=("/canvas.js", "/canvas.css"))
    _, headers, _ = get(app=app, path=path)
    links = [value for name, value in headers if name == b"link"]
    told = b"</canvas.js>; rel=modulepreload, </canvas.css>; rel=preload; as=style"
    assert links == ([told] if early else [])
