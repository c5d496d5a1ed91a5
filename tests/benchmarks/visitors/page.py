"""What a browser remembers: a page's elements and address, large messages, and cookies.

Large elements are sent once: the browser says which it still has, and is sent their hash instead.
"""

from __future__ import annotations

import asyncio
import http.cookiejar
import re
import urllib.request
from dataclasses import dataclass, field

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

#: Seconds to wait for an answer, at most.
PATIENCE = 60.0
EARLY = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
MEDIA = re.compile(rb"/media/[0-9a-f]+\.\w+")
Place = tuple[int, ...]


@dataclass
class Placed:
    """An element on the page, the fragment that drew it ("" for the page), and in which run."""

    element: Element
    fragment: str
    run: str

    @property
    def id(self) -> str:
        """Return the id of a widget, "" for what is none."""
        return str(getattr(getattr(self.element, self.element.WhichOneof("type") or ""), "id", ""))

    @property
    def key(self) -> str:
        """Return the key that the app gave the widget, "" for what has none."""
        parts = self.id.split("-", 2)  # $$ID, hash, key
        return parts[2] if len(parts) == 3 and parts[2] != "None" else ""


@dataclass
class Page:
    """One page as it stands.

    Attributes:
        placed: what is on the page, by its place.
        media: paths of all pictures that messages have named.
        pages: the hash of each page's script, by its path; "" is Home.
        script, query: the page's own hash, and what follows "?" in the address.
        run: the id of the run that is drawing, or has drawn last.
        cache: large messages by their hash, with the age at which each was last used.
    """

    placed: dict[Place, Placed] = field(default_factory=dict)
    media: set[str] = field(default_factory=set)
    pages: dict[str, str] = field(default_factory=dict)
    script: str = ""
    query: str = ""
    cache: dict[str, tuple[ForwardMsg, int]] = field(default_factory=dict)
    run: str = ""
    _fragments: frozenset[str] = frozenset()
    _roots: list[Place] = field(default_factory=list)
    _age: int = 0
    _oldest: int = 0

    def take(self, data: bytes) -> ForwardMsg:
        """Take in one message, and return it; a hash is replaced by what it stands for."""
        self.media.update(path.decode() for path in MEDIA.findall(data))
        message = self._whole(ForwardMsg.FromString(data))
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._place(message)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "navigation":
            pages = message.navigation.app_pages
            self.pages = {page.url_pathname: page.page_script_hash for page in pages}
            self.script = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished" and message.script_finished != EARLY:
            self._end(message)
        return message

    def find(self, key: str) -> Placed:
        """Return the widget with this key; raise LookupError if the page has none."""
        for placed in self.placed.values():
            if placed.key == key:
                return placed
        raise LookupError(f"no widget {key!r}, there are {self.widgets()}")

    def widgets(self) -> list[str]:
        """Return the keys of all widgets."""
        return [placed.key for placed in self.placed.values() if placed.key]

    def words(self) -> list[str]:
        """Return all Markdown on the page."""
        return [placed.element.markdown.body for placed in self.placed.values()]

    def answer(self) -> str:
        """Return what the model says of the drawing: "7" or "Not sure"; "" if it says nothing."""
        said = (answer_in(placed.element) for placed in self.placed.values())
        return next(filter(None, said), "")

    def problems(self) -> list[str]:
        """Return the words of all red boxes."""
        boxes = [placed.element.alert for placed in self.placed.values()]
        raised = [placed.element.exception.message for placed in self.placed.values()]
        return [box.body for box in boxes if box.format == box.ERROR] + list(filter(None, raised))

    def _whole(self, message: ForwardMsg) -> ForwardMsg:
        known = message.ref_hash or message.hash
        if message.WhichOneof("type") == "ref_hash":
            whole = ForwardMsg()
            whole.CopyFrom(self.cache[known][0])
            whole.metadata.CopyFrom(message.metadata)
            self.cache[known] = (self.cache[known][0], self._age)
            return whole
        if message.metadata.cacheable:
            self.cache[known] = (message, self._age)
        return message

    def _place(self, message: ForwardMsg) -> None:
        place, delta = tuple(message.metadata.delta_path), message.delta
        if delta.fragment_id in self._fragments:
            self._roots.append(place)
        if delta.WhichOneof("type") == "new_element":
            self.placed[place] = Placed(delta.new_element, delta.fragment_id, self.run)
        elif delta.WhichOneof("type") == "add_block":
            self.placed.pop(place, None)

    def _begin(self, message: ForwardMsg) -> None:
        self.run = message.metadata.run.script_run_id
        self._fragments = frozenset(message.metadata.run.fragment_ids)
        self._roots = []
        self._oldest = message.new_session.config.max_cached_message_age
        if not self._fragments:
            self._roots = [()]

    def _end(self, message: ForwardMsg) -> None:
        """Drop what the run has not drawn again, and messages that were not used for long."""
        run = message.metadata.run.script_run_id
        lengths = {
            len(root): {r for r in self._roots if len(r) == len(root)} for root in self._roots
        }
        self.placed = {
            place: placed
            for place, placed in self.placed.items()
            if placed.run == run
            or not any(place[:length] in roots for length, roots in lengths.items())
        }
        self._age += 1
        self.cache = {
            known: (kept, used)
            for known, (kept, used) in self.cache.items()
            if self._age - used <= self._oldest
            or (self._fragments and kept.delta.fragment_id not in self._fragments)
        }


def answer_in(element: Element) -> str:
    """Return what the model says in this element, "" if it is no answer."""
    said = re.match(r"## (.+)\n", element.markdown.body)
    return said[1] if said else ""


@dataclass
class Web:
    """HTTP as a browser speaks it: the cookies of each answer are sent with the next request."""

    url: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    async def get(self, path: str) -> bytes:
        """Return what is at this path of the app; raise OSError if there is nothing."""
        return await asyncio.to_thread(self._get, path)

    def cookies(self) -> dict[str, str]:
        """Return the header that a websocket is opened with."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        return {"Cookie": cookies} if cookies else {}

    def _get(self, path: str) -> bytes:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        with opener.open(self.url + path, timeout=PATIENCE) as answer:
            body: bytes = answer.read()
            return body
