"""Streamlit's scripts, styles and fonts, each at once: over a network compressed and from memory.

A page needs some ninety of these files, 5 MB, before it can show anything. Streamlit 1.67 reads
them from disk in pieces, each a turn of a thread, and sends them as they are. To a browser on this
machine they are sent so, too, but whole and without a thread: the page of a server that has just
started, and imports torch meanwhile, would wait for a hundred turns of one.
"""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from dpn.ui.server.asgi import App, Receive, Scope, Send

#: Headers by which a browser asks for a part of a file, or whether it has changed.
PARTIAL = (b"range", b"if-none-match", b"if-modified-since")
#: Kinds of files that become smaller; fonts and pictures are compressed as they are.
TEXTS = ("javascript", "css", "json", "svg", "xml")
#: Seconds that a browser may keep a file: its name has a hash of its content.
KEPT = 365 * 24 * 3600
#: This machine, as a connection's other side.
NEAR = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
#: Headers of a proxy, which stands on this machine for somebody who may not.
PROXIED = (b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto")


class Frontend:
    """Middleware that answers for the files of one folder; all other requests pass.

    For other machines a file is read, and compressed, when it is first asked for, and kept: 11 MB
    for all of them.

    Args:
        app: what it stands before.
        folder: the files, whose names have a hash of what is in them; they do not change.
        address: the path that the folder has on this server, with slashes at both ends.
    """

    def __init__(self, app: App, folder: Path, address: str) -> None:
        self.app = app
        files = (file for file in folder.rglob("*") if file.is_file())
        self.files = {address + file.relative_to(folder).as_posix(): file for file in files}
        self.kept: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; sockets pass."""
        is_get = scope["type"] == "http" and scope["method"] == "GET"
        file = self.files.get(scope["path"]) if is_get else None
        asked = dict(scope["headers"]) if file else {}
        if file is None or any(name in asked for name in PARTIAL):
            await self.app(scope, receive, send)
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        is_text = any(text in kind for text in TEXTS)
        headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", f"public, immutable, max-age={KEPT}".encode()),
        ]
        try:
            if _is_near(scope, asked):
                body = file.read_bytes()  # of the system's memory: no thread would be quicker
            else:
                if scope["path"] not in self.kept:
                    self.kept[scope["path"]] = await asyncio.to_thread(_read, file, is_text)
                body = self.kept[scope["path"]]
                if is_text:
                    headers.append((b"vary", b"accept-encoding"))
                    if b"gzip" in asked.get(b"accept-encoding", b""):
                        headers.append((b"content-encoding", b"gzip"))
                    else:
                        body = gzip.decompress(body)
        except OSError:  # it was taken away: Streamlit says so
            await self.app(scope, receive, send)
            return
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _read(file: Path, is_text: bool) -> bytes:
    return gzip.compress(file.read_bytes(), 6, mtime=0) if is_text else file.read_bytes()


def _is_near(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a request comes from this machine, and not through a proxy."""
    address = (scope.get("client") or ("",))[0]
    return address in NEAR and not any(name in headers for name in PROXIED)
