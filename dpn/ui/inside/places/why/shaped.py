"""What the strokes of a place do that is usual for its class: bend, end, meet, stand alone."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dpn.explain.drawings.marks import Mark, side_by_side
from dpn.explain.drawings.shapes import INK, STRAIGHT, Mask, height_of, stroke
from dpn.explain.drawings.traits import FINE, Trait, crossed, heights_of, is_kept
from dpn.explain.explanation import Floats
from dpn.explain.regions import where_within
from dpn.language import msg, t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.why.often import USUALLY, Shares, as_usual, telling
from dpn.ui.inside.places.why.opened import traits_of
from dpn.ui.inside.places.why.reason import Reason
from dpn.ui.inside.places.why.usual import (
    MOST_HEIGHTS,
    share_straight,
    share_with_strokes,
    share_with_trait,
)

#: What strokes do, for ``t``, by the kind of trait.
WORDS = {
    "left": msg("a bend is open to the left at the {where}"),
    "right": msg("a bend is open to the right at the {where}"),
    "top": msg("a bend is open upward at the {where}"),
    "bottom": msg("a bend is open downward at the {where}"),
    "end": msg("a stroke ends at the {where}"),
    "meet": msg("strokes meet at the {where}"),
}
#: The same of what is named before.
THERE = {"end": msg("a stroke ends there"), "meet": msg("strokes meet there")}
#: How many strokes are side by side.
ACROSS = {
    1: msg("it is the only stroke at its height"),
    2: msg("two strokes are side by side at its height"),
    3: msg("three strokes are side by side at its height"),
}


class Shape(NamedTuple):
    """What a drawing's strokes do: its words, and the share, 0..1, of a class's that do the same.

    The share is None where there are no test images. The mark is of it in the drawing. Of one of
    its places it may have other words, ``there``.
    """

    words: str
    share: Callable[[Case, int], float | None]
    mark: Mark | None
    there: str = ""

    @property
    def said(self) -> list[str]:
        """All words that it may be told with."""
        return [words for words in (self.words, self.there) if words]


def shapes(case: Case) -> list[Shape]:
    """Return all that the strokes of a drawing do, the whole of which may be straight."""
    if case.stuff != "ink" or min(case.ink.shape) < FINE:
        return []
    found = [_shape(case, one) for one in traits_of(case.ink)]
    if stroke(case.ink, np.ones_like(case.ink, bool)) in STRAIGHT:
        line = Mark("line", case.ink >= INK)
        found.append(Shape(t("all of it is one straight stroke"), share_straight, line))
    return found


def shapes_of(case: Case, mask: Mask) -> list[Shape]:
    """Return what the strokes of a drawing do at a place (H, W) and not without its ink."""
    if case.stuff != "ink" or min(case.ink.shape) < FINE:
        return []
    left = np.where(mask, 0, case.ink)
    rest, every = traits_of(left), traits_of(case.ink)
    gone = [one for one in every if not is_kept(one, rest) and _is_at(case, one, mask)]
    found = [_shape(case, one) for one in gone]
    return [one._replace(words=one.said[-1]) for one in found] + _across(case, mask, left)


def by_shapes(case: Case, every: list[Shape], one: int, others: list[int]) -> dict[int, Reason]:
    """Return which of these tells a class best from others: once if it does from all."""
    told: dict[str, dict[int, Shares]] = {}
    marks: dict[str, list[Mark]] = {}
    for shape in every:
        for of in others:
            shares = telling(shape.share(case, one), shape.share(case, of))
            if shares and shares[0] >= USUALLY:
                told.setdefault(shape.words, {})[of] = shares
                marks.setdefault(shape.words, []).extend([shape.mark] if shape.mark else [])

    def reason(what: str, shares: dict[int, Shares]) -> Reason:
        seen = tuple(dict.fromkeys(marks[what]))
        return Reason(as_usual(case, what, one, shares), seen, next(iter(shares)))

    best = _clearest(told, others)
    if best:
        return dict.fromkeys(others, Reason()) | {others[0]: reason(best, told[best])}
    each = {of: what for of in others if (what := _clearest(told, [of]))}
    return {of: reason(what, {of: told[what][of]}) for of, what in each.items()}


def _clearest(told: dict[str, dict[int, Shares]], others: list[int]) -> str | None:
    """Return what tells a class from all of these best, by its least lead; None if nothing does."""
    least = {
        what: min(found[of][0] - found[of][1] for of in others)
        for what, found in told.items()
        if others and all(of in found for of in others)
    }
    return max(least, key=lambda what: least[what], default=None)


def _shape(case: Case, trait: Trait) -> Shape:
    if trait.kind in ("left", "right"):
        where = height_of(trait.mask, case.ink)
    else:
        where = where_within(trait.mask, case.ink >= INK)
    share = functools.partial(share_with_trait, trait=trait)
    is_bend = trait.kind not in ("end", "meet")
    kind, side = ("hollow", trait.kind) if is_bend else ("point", "")
    mark = Mark(kind, trait.mask, side, trait)
    there = t(THERE[trait.kind]) if trait.kind in THERE else ""
    return Shape(t(WORDS[trait.kind], where=t(where)), share, mark, there)


def _across(case: Case, mask: Mask, left: Floats) -> list[Shape]:
    """Return how many strokes are side by side where a place is, if one of them is in it."""
    rows = (mask & (case.ink >= INK)).any(axis=1)
    if not rows.any():
        return []
    before, after = crossed(case.ink[rows] >= INK), crossed(left[rows] >= INK)
    heights = heights_of(mask & (case.ink >= INK), case.ink)
    found, drawn = [], np.flatnonzero(rows)
    for count, words in ACROSS.items():
        fewer = (before == count) & (after < count)
        if fewer.mean() >= MOST_HEIGHTS:
            those = np.isin(np.arange(len(case.ink)), drawn[fewer])
            share = functools.partial(share_with_strokes, heights=heights, count=count)
            found.append(Shape(t(words), share, side_by_side(case.ink >= INK, those)))
    return found


def is_at(case: Case, shape: Shape, mask: Mask) -> bool:
    """Return whether most ink about the point where strokes end or meet is at a place (H, W)."""
    trait = None if shape.mark is None else shape.mark.trait
    return trait is not None and trait.kind in THERE and _is_at(case, trait, mask)


def _is_at(case: Case, trait: Trait, mask: Mask) -> bool:
    """Return whether a trait that goes with a place is of it: of a point most ink about it is."""
    if trait.kind not in ("end", "meet"):
        return True  # a bend goes only with what it bends around
    about = trait.mask & (case.ink >= INK)
    return bool((about & mask).sum() > about.sum() / 2)
