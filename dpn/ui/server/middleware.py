"""What stands between the network and the app: headers, the visitor's cookie, and limits.

Pure ASGI, so that it sees websockets too: a Streamlit page is one request and then one socket.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import re
import time
from collections import Counter, OrderedDict
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg

from dpn.errors import ConfigError, said
from dpn.jobs.visitors import COOKIE, KEPT, new_visitor, visitor_of
from dpn.ui.server.asgi import App, Message, Receive, Scope, Send

#: As tight as the app allows. Components set styles inline; charts compile their expressions
#: ('unsafe-eval'); pictures come as data and blobs, and Streamlit's camera fetches its own picture
#: from data; nothing comes from other hosts. The page's own inline scripts are named by hashes.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{scripts}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors {framers}"
)
HEADERS = {
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
#: Pages that begin with a canvas.
DRAWN_ON = ("/", "/Classify")
#: Bytes of a query string: a run's id and the number of an image need a hundred.
MAX_QUERY = 4096
#: Open windows in all, and from one address. A class behind one router is one address.
MAX_SOCKETS, MAX_SOCKETS_EACH = 500, 120
#: Messages of one window: so many at once, and so many a second after that. A page that follows a
#: training sends ten a second.
MESSAGES = 300, 40.0
#: Requests, and bytes of uploads, from one address, likewise. A page takes about fifty requests.
REQUESTS, UPLOADS = (20_000, 200.0), (600e6, 5e6)
#: Messages that are not passed on: they would empty the caches of all visitors.
NOT_FOR_VISITORS = ("clear_cache",)
#: Addresses whose use is remembered; the one longest unseen is forgotten first.
ADDRESSES = 10_000


class Site:
    """Middleware around the whole app.

    Args:
        app: what it stands before.
        secret: what visitors' names are signed with.
        page: the HTML that is served, whose inline scripts may run.
        canvas: addresses of the canvas' script and style, which a page is told to fetch at once.
        framers: who may show the page in a frame, as ``read_framers`` returns them.
    """

    def __init__(
        self,
        app: App,
        secret: bytes,
        page: str,
        canvas: Sequence[str] = (),
        framers: Sequence[str] = (),
    ) -> None:
        self.app = app
        self.secret = secret
        self.early = ", ".join(
            f"<{address}>; rel=" + ("preload; as=style" if ".css" in address else "modulepreload")
            for address in canvas
        ).encode()
        self.headers = {**HEADERS, b"content-security-policy": policy(page, framers).encode()}
        self.replaced = frozenset(self.headers)
        if framers:  # X-Frame-Options cannot name them
            del self.headers[b"x-frame-options"]
        self.sockets: Counter[str] = Counter()
        self.budgets: OrderedDict[str, tuple[Rate, Rate]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one socket."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookie = self._cookie_for(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = [*self.headers.items(), *([(b"set-cookie", cookie)] if cookie else [])]
                if self.early and scope["path"] in DRAWN_ON:
                    ours.append((b"link", self.early))
                theirs = [
                    pair for pair in message["headers"] if pair[0].lower() not in self.replaced
                ]
                message["headers"] = [*theirs, *ours]
            await send(message)

        if len(scope["query_string"]) > MAX_QUERY:
            await _refuse(with_headers, 414, f"The address is longer than {MAX_QUERY} characters.")
            return
        if not self._is_within_budget(scope):
            await _refuse(with_headers, 429, "Too many requests or uploads. Try again in a minute.")
            return
        uploads = self.budgets[_address(scope)][1]

        async def counted() -> Message:
            message = await receive()
            if not uploads.allows(len(message.get("body", b""))):
                return {"type": "http.disconnect"}
            return message

        says_its_size = b"content-length" in dict(scope["headers"])
        await self.app(scope, receive if says_its_size else counted, with_headers)

    def _is_within_budget(self, scope: Scope) -> bool:
        """Take one request, and the bytes of an upload, from what its address may use."""
        address = _address(scope)
        budget = self.budgets.setdefault(address, (Rate(*REQUESTS), Rate(*UPLOADS)))
        self.budgets.move_to_end(address)
        while len(self.budgets) > ADDRESSES:
            self.budgets.popitem(last=False)
        requests, uploads = budget
        size = 0
        if scope["method"] in ("PUT", "POST"):
            said = dict(scope["headers"]).get(b"content-length", b"0")
            size = int(said) if said.isdigit() else 0
        return requests.allows() and uploads.allows(size)

    def _cookie_for(self, scope: Scope) -> bytes | None:
        """Return a cookie that names the visitor, for one who opens a page without."""
        headers = dict(scope["headers"])
        if b"text/html" not in headers.get(b"accept", b""):
            return None
        try:
            cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
        except CookieError:
            cookies = SimpleCookie()
        if COOKIE in cookies and visitor_of(cookies[COOKIE].value, self.secret):
            return None
        is_secure = scope["scheme"] == "https" or headers.get(b"x-forwarded-proto") == b"https"
        flags = f"Path=/; Max-Age={KEPT}; HttpOnly; SameSite=Lax" + "; Secure" * is_secure
        return f"{COOKIE}={new_visitor(self.secret)}; {flags}".encode()

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = _address(scope)
        is_full = self.sockets.total() >= MAX_SOCKETS or self.sockets[address] >= MAX_SOCKETS_EACH
        if is_full or len(scope["query_string"]) > MAX_QUERY:
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": 1013})  # try again later
            return
        rate = Rate(*MESSAGES)

        async def metered() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                said = _parsed(message)
                if not rate.allows() or len(said.rerun_script.query_string) > MAX_QUERY:
                    await send({"type": "websocket.close", "code": 1008})  # against the policy
                    return {"type": "websocket.disconnect", "code": 1008}
                if said.WhichOneof("type") not in NOT_FOR_VISITORS:
                    return message

        self.sockets[address] += 1
        try:
            await self.app(scope, metered, send)
        finally:
            self.sockets[address] -= 1
            if not self.sockets[address]:
                del self.sockets[address]


def _parsed(message: Message) -> BackMsg:
    """Return a message of the page; an empty one for what is none, which Streamlit refuses."""
    found = BackMsg()
    with contextlib.suppress(DecodeError):
        found.ParseFromString(message.get("bytes") or b"")
    return found


class Rate:
    """A bucket of permissions that fills up again: ``burst`` at once, then ``a_second``."""

    def __init__(self, burst: float, a_second: float) -> None:
        self._burst, self._a_second = burst, a_second
        self._left = float(burst)
        self._at = time.monotonic()

    def allows(self, amount: float = 1) -> bool:
        """Take so many permissions, if there are as many."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._a_second)
        self._at = now
        if self._left < amount:
            return False
        self._left -= amount
        return True


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def read_framers() -> tuple[str, ...]:
    """Return who may show the page in a frame: ``DPN_FRAMED_BY``; nobody if it is not set.

    Raises:
        ConfigError: it names something else than self or https addresses.
    """
    names = os.environ.get("DPN_FRAMED_BY", "").split()
    for name in names:
        if name != "self" and not re.fullmatch(r"https://[\w.*-]+(:\d+)?", name):
            raise ConfigError(
                f"DPN_FRAMED_BY takes self, or addresses such as https://example.org, "
                f"got {said(name)}"
            )
    return tuple("'self'" if name == "self" else name for name in names)


def policy(page: str, framers: Sequence[str] = ()) -> str:
    """Return the Content-Security-Policy of a page, with a hash for each of its inline scripts."""
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline]
    scripts = "".join(f" 'sha256-{code}'" for code in hashes)
    return POLICY.format(scripts=scripts, framers=" ".join(framers) or "'none'")


async def _refuse(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})
