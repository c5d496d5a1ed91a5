"""Which loops a drawing has, which of them a place closes, and what else its strokes do."""

from __future__ import annotations

import functools

import numpy as np

from dpn.explain.drawings.shapes import Mask, loops
from dpn.explain.drawings.traits import Trait, traits
from dpn.explain.explanation import Floats
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.place import Place

#: Drawings of which all that is kept: of each view, and of each class those it is set beside.
KEPT = 256


def opened_by(case: Case, place: Place) -> tuple[list[Mask], list[Mask]]:
    """Return the loops of a drawing, and those of them that are open without a place."""
    before, left = loops_of(case.ink), loops_of(np.where(place.region.mask, 0, case.ink))
    return before, [loop for loop in before if not is_in(loop, left)]


def loops_of(ink: Floats) -> list[Mask]:
    """Return the loops of a drawing (H, W): a view asks for the same ones many times."""
    return _known_loops(ink.tobytes(), ink.shape)


@functools.lru_cache(maxsize=KEPT)
def _known_loops(ink: bytes, size: tuple[int, int]) -> list[Mask]:
    return loops(np.frombuffer(ink).reshape(size))


def traits_of(ink: Floats) -> list[Trait]:
    """Return what the strokes of a drawing (H, W) do, see ``traits``; likewise."""
    return _known_traits(ink.tobytes(), ink.shape)


@functools.lru_cache(maxsize=KEPT)
def _known_traits(ink: bytes, size: tuple[int, int]) -> list[Trait]:
    return traits(np.frombuffer(ink).reshape(1, *size))[0]


def is_in(loop: Mask, loops: list[Mask]) -> bool:
    """Return whether most of a loop is in one of these."""
    return any((loop & one).sum() > loop.sum() / 2 for one in loops)
