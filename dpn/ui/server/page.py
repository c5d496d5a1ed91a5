"""The page that Streamlit serves, with the lab's styles and its script in it.

Nothing moves when they come.

Streamlit has no place for styles. What a script sends comes after the first elements are drawn, and
then all of them move.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dpn.ui.server.asgi import App, Message, Receive, Scope, Send

#: Headers by which a browser asks for less than the page: only if it has changed, or compressed.
LESS = (b"if-none-match", b"if-modified-since", b"accept-encoding", b"range")

#: Parts of Streamlit's page that the canvas and its answer need, by the names of their files. With
#: those of charts and formulas, which are four times as large, the canvas would be there later.
PARTS = ("BidiComponent", "Button", "PageLink")


class Styled:
    """Middleware that answers with the page, styled, where the app answers with the page.

    Args:
        app: what it stands before.
        page: the HTML as it lies on disk; all other answers pass as they are.
        style: CSS. It stands at the end of the body: of rules of one strength the last one counts.
        script: JavaScript, which stands after it.
        early: scripts that the browser is told to fetch at once, as the page names them.
    """

    def __init__(
        self, app: App, page: str, style: str, script: str = "", early: Sequence[str] = ()
    ) -> None:
        self.app = app
        self.page = page.encode()
        script = f"<script>{script}</script>" if script else ""
        fetched = "".join(f'<link rel="modulepreload" crossorigin href="{e}">' for e in early)
        styles = f"{fetched}<style>{style}</style>{script}</body>"
        self.styled = styles.join(page.rsplit("</body>", 1)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; sockets pass."""
        is_page = scope["type"] == "http" and scope["method"] == "GET"
        if not (is_page and b"text/html" in dict(scope["headers"]).get(b"accept", b"")):
            await self.app(scope, receive, send)
            return
        kept = [pair for pair in scope["headers"] if pair[0] not in LESS]
        started: Message = {}
        body = bytearray()

        async def held(message: Message) -> None:
            """Hold an answer that is as long as the page until all of it is there."""
            if message["type"] == "http.response.start":
                started.update(message)
                length = dict(message["headers"]).get(b"content-length")
                if length == str(len(self.page)).encode():
                    return
                started.clear()
            elif started:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                await send({**started, "headers": self._headers(started, bytes(body))})
                told = self.styled if body == self.page else bytes(body)
                await send({"type": "http.response.body", "body": told})
                return
            await send(message)

        await self.app({**scope, "headers": kept}, receive, held)

    def _headers(self, started: Message, body: bytes) -> list[tuple[bytes, bytes]]:
        """Return the headers of the answer, which name the length and no version of the file."""
        if body != self.page:
            return list(started["headers"])
        of_file = (b"content-length", b"etag", b"last-modified")
        kept = [pair for pair in started["headers"] if pair[0].lower() not in of_file]
        return [*kept, (b"content-length", str(len(self.styled)).encode())]


def parts_of(page: str, folder: Path) -> list[str]:
    """Return the scripts that draw the canvas and buttons, as the page would name them.

    The page asks for them only when the first one is to be drawn, half a second later, and for what
    they need after that.

    Args:
        page: Streamlit's HTML: what it names is left out.
        folder: Streamlit's scripts; empty, or of another version, there may be nothing to return.
    """
    asked = [file.name for part in PARTS for file in folder.glob(f"{part}.*.js")]
    for name in asked:  # it grows
        needed = re.findall(r'from"\./([^"/]+\.js)"', (folder / name).read_text("utf-8"))
        asked.extend(dict.fromkeys(one for one in needed if one not in asked))
    return [f"./static/js/{name}" for name in asked if f"/{name}" not in page]
