"""The drawing of one session: on its canvas, over a reload, and in the address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dpn.address.drawing import decode, encode, shorten
from dpn.address.picture import objects, pictures
from dpn.ui.address import state
from dpn.ui.kept import kept

#: Pixels a side of the canvas: fits a phone of 360 pixels.
SIDE = 280
INK, PAPER = "#111111", "#ffffff"


@dataclass
class Sketch:
    """The drawing of one session.

    Attributes:
        version: changes when the canvas must be made anew, after Undo, Clear and a page switch.
        strokes: the canvas' own objects.
        pictures: PNG bytes of the canvas after each stroke; None for a stroke that the canvas sent
            together with the next one.
        seed: what a new canvas begins with.
        number: counts the drawings; the next one begins when all strokes are taken back.
    """

    version: int = 0
    number: int = 0
    strokes: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[bytes | None] = field(default_factory=list)
    seed: dict[str, Any] | None = None

    def take(self, strokes: list[dict[str, Any]], picture: bytes) -> None:
        """Note what the canvas sent: it may have grown, or shrunk by its own undo."""
        if strokes == self.strokes:
            return
        self.strokes = strokes
        before = self.pictures[: max(len(strokes) - 1, 0)]
        unseen = [None] * (len(strokes) - 1 - len(before))
        self.pictures = [*before, *unseen, picture] if strokes else []

    def undo(self) -> None:
        """Take the last stroke back, and those that came with it."""
        del self.pictures[-1:]
        while self.pictures and self.pictures[-1] is None:
            del self.pictures[-1]
        self.strokes = self.strokes[: len(self.pictures)]
        self.renew()

    def clear(self) -> None:
        """Take all strokes back."""
        self.strokes, self.pictures = [], []
        self.number += 1
        self.renew()

    def renew(self) -> None:
        """Make the canvas anew with the strokes there are."""
        self.version += 1
        self.seed = {"objects": self.strokes} if self.strokes else None


def sketch(name: str = "sketch") -> Sketch:
    """Return a drawing of this session; a new session begins with what a reload has left."""
    # After the server has reloaded its code the class of a kept object is another one.
    if type(st.session_state.get(name)) is not Sketch:
        left = kept().get(name)
        st.session_state[name] = left if type(left) is Sketch else Sketch()
        st.session_state[name].renew()  # the canvas is a new one
    drawing: Sketch = st.session_state[name]
    kept()[name] = drawing
    return drawing


def take_drawing(name: str = "sketch", size: tuple[int, int] = (SIDE, SIDE)) -> bool:
    """Make the drawing in the address the one of this session; return whether there is one.

    Args:
        name: of the drawing.
        size: of its canvas in pixels.
    """
    strokes = state.take("drawing")
    if not strokes:
        return False
    drawing = sketch(name)
    if shorten(drawing.strokes) == encode(strokes):
        return True  # what a reload has left is the same, and more exact
    drawing.clear()
    drawing.strokes = objects(strokes, INK)
    drawing.pictures = pictures(strokes, size, INK, PAPER)
    drawing.renew()
    return True


def put_drawing(name: str = "sketch") -> None:
    """Write the drawing into the address; one that cannot be short enough is left out."""
    drawn = sketch(name).strokes
    text = shorten(drawn) if drawn else None
    st.session_state[state.LEFT_OUT] = bool(drawn) and text is None
    state.put(drawing=decode(text) if text else None)
