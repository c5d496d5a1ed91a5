"""A typical drawing of another class, which has not what a reason tells of, to stand beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dpn.explain.drawings.marks import Mark, ring_at
from dpn.explain.drawings.shapes import INK, Mask, height_of, stroke
from dpn.explain.drawings.traits import NEAR, crossed, placed
from dpn.explain.explanation import Floats
from dpn.explain.what_if import Pixels
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import box_of
from dpn.ui.inside.places.why.opened import loops_of, traits_of
from dpn.ui.inside.places.why.reason import Reason
from dpn.ui.inside.places.why.usual import typical

#: A place with ink at less of its pixels has none to speak of, and with ink at as much it has some.
LITTLE, MUCH = 0.25, 0.5
#: A ring around what is not there is at least so large, as a share of the longer side of the ink.
RING = 0.3


def beside(case: Case, reason: Reason) -> tuple[Pixels, Mask, list[Mark]] | None:
    """Return the most typical drawing of a reason's rival that lacks what is marked.

    Or that has it, where the drawing itself lacks it. It is (C, H, W), with its ink (H, W) and what
    is to be marked in it; None if none of its drawings is like that.
    """
    found = None if reason.rival is None else typical(case, reason.rival)
    gaps = [mark for mark in reason.marks if mark.kind == "gap"]  # and a loop that would be closed
    if found is None:
        return None
    for image, ink in zip(*found, strict=True):
        told = [_other(mark, case.ink, ink) for mark in gaps or reason.marks]
        if told and all(one is not None for one in told):
            marks = [mark for one in told if one is not None for mark in one]
            return image, ink >= INK, marks
    return None


def _other(mark: Mark, ink: Floats, other: Floats) -> Sequence[Mark] | None:
    """Return what to mark in another drawing that is otherwise there; None if it is not."""
    drawn = other >= INK
    if mark.kind == "gap":
        here = mark.mask & drawn
        return [Mark("ink", here)] if here.sum() >= MUCH * mark.mask.sum() else None
    if mark.kind == "missing":
        where = height_of(mark.mask, ink)
        have = [Mark("hollow", loop) for loop in loops_of(other) if height_of(loop, other) == where]
        return have or None
    if mark.kind == "ink":
        few = (mark.mask & drawn).sum() < LITTLE * mark.mask.sum()
        return [Mark("missing", mark.mask)] if few else None
    if mark.kind == "line":
        box = box_of(mark.mask)
        few = (mark.mask & drawn).sum() < LITTLE * mark.mask.sum()
        if not few and stroke(other, box) in ("ink", stroke(ink, box)):
            return None
        return [] if (mark.mask == (ink >= INK)).all() else [Mark("missing", box)]  # all of it
    if mark.kind == "strokes":
        return _strokes(mark.mask, ink >= INK, drawn)
    down, across, *size = placed(mark.mask, ink)
    ring = ring_at((down, across, *(max(one, RING) for one in size)), drawn)
    if mark.trait is None:
        heights = [height_of(loop, other) for loop in loops_of(other)]
        return None if height_of(mark.mask, ink) in heights else [ring]
    same = (one.at for one in traits_of(other) if one.kind == mark.trait.kind)
    near = any((abs(np.subtract(at, mark.trait.at)) <= NEAR).all() for at in same)
    return None if near else [ring]


def _strokes(mask: Mask, ink: Mask, drawn: Mask) -> list[Mark] | None:
    """Return a mark of the strokes of another drawing at that height, if they are more or fewer."""
    rows, others = (np.flatnonzero(np.any(one, axis=1)) for one in (ink, drawn))
    if not len(others):
        return None
    at = (int(np.nonzero(mask)[0][0]) - rows[0]) / max(rows[-1] - rows[0], 1)
    there = np.zeros_like(drawn)
    there[round(others[0] + at * (others[-1] - others[0]))] = True
    there &= drawn
    counts = [int(crossed(one).max()) for one in (mask, there)]
    return [Mark("strokes", there)] if there.any() and counts[0] != counts[1] else None
