"""A reason why a place speaks for its class: its words, and what they tell of in the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dpn.explain.drawings.marks import Mark


@dataclass(frozen=True, eq=False)
class Reason:
    """Why a place speaks for its class; false where that is not clear.

    Attributes:
        words: a clause or two, as Markdown; "" where no reason is clear.
        marks: what the words tell of that can be marked in the drawing.
        rival: the class that it tells from first; None if there is none.
    """

    words: str = ""
    marks: tuple[Mark, ...] = ()
    rival: int | None = None

    def __bool__(self) -> bool:
        """Return whether there is a reason."""
        return bool(self.words)


def marks_of(reasons: Sequence[Reason]) -> tuple[Mark, ...]:
    """Return what is marked for any of these, each once."""
    return tuple(dict.fromkeys(mark for reason in reasons for mark in reason.marks))
