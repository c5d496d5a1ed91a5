"""Which loops a drawing has, and which of them a place closes."""

from __future__ import annotations

import functools

import numpy as np

from dpn.explain.drawings.shapes import Mask, loops
from dpn.explain.explanation import Floats
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.place import Place


def opened_by(case: Case, place: Place) -> tuple[list[Mask], list[Mask]]:
    """Return the loops of a drawing, and those of them that are open without a place."""
    before, left = loops_of(case.ink), loops_of(np.where(place.region.mask, 0, case.ink))
    return before, [loop for loop in before if not is_in(loop, left)]


def loops_of(ink: Floats) -> list[Mask]:
    """Return the loops of a drawing (H, W): a view asks for the same ones many times."""
    return _known_loops(ink.tobytes(), ink.shape)


@functools.lru_cache(maxsize=64)
def _known_loops(ink: bytes, size: tuple[int, int]) -> list[Mask]:
    return loops(np.frombuffer(ink).reshape(size))


def is_in(loop: Mask, loops: list[Mask]) -> bool:
    """Return whether most of a loop is in one of these."""
    return any((loop & one).sum() > loop.sum() / 2 for one in loops)
