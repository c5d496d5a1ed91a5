"""Streamlit's scripts, styles and fonts, from memory and compressed.

A page needs some ninety of these files, 5 MB, before it can show anything. Streamlit 1.67 reads
them from disk in pieces, each a turn of a thread, and sends them as they are.
"""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
from pathlib import Path

from dpn.ui.server.asgi import App, Receive, Scope, Send

#: Headers by which a browser asks for a part of a file, or whether it has changed.
PARTIAL = (b"range", b"if-none-match", b"if-modified-since")
#: Kinds of files that become smaller; fonts and pictures are compressed as they are.
TEXTS = ("javascript", "css", "json", "svg", "xml")
#: Seconds that a browser may keep a file: its name has a hash of its content.
KEPT = 365 * 24 * 3600


class Frontend:
    """Middleware that answers for the files of one folder; all other requests pass.

    A file is read, and compressed, when it is first asked for, and kept: 11 MB for all of them.

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
        try:
            if scope["path"] not in self.kept:
                self.kept[scope["path"]] = await asyncio.to_thread(_read, file, is_text)
        except OSError:  # it was taken away: Streamlit says so
            await self.app(scope, receive, send)
            return
        body = self.kept[scope["path"]]
        headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", f"public, immutable, max-age={KEPT}".encode()),
        ]
        if is_text:
            headers.append((b"vary", b"accept-encoding"))
            if b"gzip" in asked.get(b"accept-encoding", b""):
                headers.append((b"content-encoding", b"gzip"))
            else:
                body = gzip.decompress(body)
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _read(file: Path, is_text: bool) -> bytes:
    return gzip.compress(file.read_bytes(), 6, mtime=0) if is_text else file.read_bytes()
