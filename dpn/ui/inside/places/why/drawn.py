"""Why a place of a drawing speaks for a class and not for another: by what is usual for both.

A loop that it closes, what else its strokes do (see ``shaped``), their direction, or ink at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dpn import ui
from dpn.explain.drawings.marks import Mark, inked, ring_at
from dpn.explain.drawings.shapes import INK, Mask, height_of, loops, rim_drawn, stroke
from dpn.explain.explanation import Floats
from dpn.explain.what_if import with_ink
from dpn.language import percent, t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import box_of
from dpn.ui.inside.places.place import Place
from dpn.ui.inside.places.why.often import ONLY, USUALLY, name_of, often, telling, tells
from dpn.ui.inside.places.why.opened import is_in, loops_of, opened_by
from dpn.ui.inside.places.why.reason import Reason, marks_of
from dpn.ui.inside.places.why.shaped import by_shapes, is_at, shapes, shapes_of
from dpn.ui.inside.places.why.usual import (
    share_with_ink,
    share_with_stroke,
    usual_loops,
    usual_ring,
)

#: Who has ink at so much of a place's ink, or of an empty place, has ink there.
COVERED, HALF = 0.75, 0.5
#: Ink closes a loop of which so much of the rim is there before.
NEARLY = 0.6
#: A loop that ink would close is worth a word from this share of the pixels on (8 of 28 by 28).
LARGE = 1 / 100


def against(case: Case, place: Place, one: int, others: list[int]) -> list[Reason]:
    """Return for each of some classes why a place speaks for ``one`` and not for it, if clear.

    A loop comes before what else its strokes do, that before their direction, and that before ink.
    Where one is the reason against several, it is told once, as that against the first.
    """
    by_loop = {of: has for of in others if (has := _has_no_loop(case, place, one, of))}
    if len(by_loop) == len(others):
        return [_by_loop(case, place, by_loop)]
    told = {of: _by_loop(case, place, {of: has}) for of, has in by_loop.items()}
    for reasons in (_by_shape, _by_stroke, _by_ink):
        untold = [of for of in others if of not in told]
        told |= reasons(case, place, one, untold)
    return [told.get(of, Reason()) for of in others]


def closes(case: Case, place: Place) -> Reason:
    """Return that a place closes a loop, and which, or two, if it closes any."""
    before, opened = opened_by(case, place)
    if not opened:
        return Reason()
    where, words = height_of(max(opened, key=np.sum), case.ink), t("it closes the loop")
    if len(before) == len(opened) == 2:
        words = t("it closes both loops")
    elif where != "middle":
        words = t("it closes the loop at the {where}", where=t(where))
    return Reason(words, tuple(Mark("hollow", loop) for loop in opened))


def by_eye(case: Case, thirds: list[int | None], told: str, against: Sequence[Mask] = ()) -> Reason:
    """Return what a drawing is like as a whole that tells its class from others, if anything.

    Which loop it has not, and what its strokes do, where places that decide do not tell of that.

    Args:
        case: the image explained.
        thirds: other classes that would be ahead without a place of it.
        told: why the places that decide speak for the class.
        against: (H, W) each, the places that speak against it: what strokes do there is left out.
    """
    if case.found.contrast is None or case.stuff != "ink" or case.found.score[0] <= 0:
        return Reason()
    found = [
        one for one in (_lacks_loop(case, thirds), _as_a_whole(case, thirds, told, against)) if one
    ]
    rival = found[0].rival if found else None
    return Reason(t("; ").join(one.words for one in found), marks_of(found), rival)


def _as_a_whole(case: Case, thirds: list[int | None], told: str, against: Sequence[Mask]) -> Reason:
    """Return what strokes do anywhere that tells a class from those it competes with."""
    assert case.found.contrast is not None
    one, other = int(case.found.target[0]), int(case.found.contrast[0])
    every = [one for one in shapes(case) if not any(is_at(case, one, mask) for mask in against)]
    heights = [t("it closes the loop at the {where}", where=t(x)) for x in ("top", "bottom")]
    closed = t("it closes the loop"), t("it closes both loops"), *heights
    if any(words in told for words in (*closed, *(words for one in every for words in one.said))):
        return Reason()
    rivals = [*dict.fromkeys(of for of in thirds if of not in (None, one)), other]
    found = by_shapes(case, every, one, [of for of in rivals if of is not None])
    return next((found[of] for of in rivals if of is not None and found.get(of)), Reason())


def _lacks_loop(case: Case, thirds: list[int | None]) -> Reason:
    """Return which loop a drawing has not, and classes that compete usually have."""
    assert case.found.contrast is not None
    one, found, marks = int(case.found.target[0]), dict[int, str](), list[Mark]()
    usual = usual_loops(case, one)
    if usual is None or usual.any >= USUALLY or loops_of(case.ink):
        return Reason()
    rivals = [int(case.found.contrast[0]), *(of for of in thirds if of not in (None, one))]
    for other in dict.fromkeys(of for of in rivals if of is not None):
        if (others := usual_loops(case, other)) is None:
            continue
        where = max(others.at, key=lambda height: others.at[height])
        name, share = name_of(case, other), percent(others.at[where], 0)
        if tells(others.both, usual.both) and others.both >= USUALLY:
            found[other] = t("{name} usually has two", name=name)
            marks = marks or _rings(case, other, ["top", "bottom"])
        elif others.at[where] >= USUALLY and tells(others.at[where], usual.at[where]):
            said = {"name": name, "where": t(where), "share": share}
            found[other] = t("{name} usually has one at the {where} ({share})", **said)
            marks = marks or _rings(case, other, [where])
    if not found:
        return Reason()
    words = t("it has no loop; {others}", others=t(", ").join(found.values()))
    return Reason(words, tuple(marks), next(iter(found)))


def _rings(case: Case, label: int, heights: list[str]) -> list[Mark]:
    """Return marks where a class usually has loops at these heights."""
    rings = (usual_ring(case, label, where) for where in heights)
    return [ring_at(ring, case.ink >= INK) for ring in rings if ring]


def why_empty(case: Case, place: Place, usual: tuple[Floats, Floats]) -> Reason:
    """Return why an empty place speaks against the class that the case is set against.

    Or against a third one that would be ahead with ink there, if that usually has some.
    """
    assert case.found.contrast is not None
    one, other = int(case.found.contrast[0]), int(case.found.target[0])
    thirds = [] if place.rival is None else [place.rival]
    reason = t("{name} usually has {stuff} there", name=case.contrast, stuff=t(case.stuff))
    for of in (*thirds, one):
        shares = [share_with_ink(case, each, place.region.mask, HALF) for each in (of, other)]
        if found := telling(*shares):
            there, one = t("{stuff} there", stuff=t(case.stuff)), of
            reason = often(case, there, one, {other: found})
            break
    means = None if one == int(case.found.contrast[0]) else ui.class_means(case.run)
    ink = inked(place.region.mask, usual[1] if means is None else means[one])
    marks = () if ink is None else (ink,)
    words = t("{reason}, which would close the loop", reason=reason)
    for of, least in [(of, USUALLY) for of in thirds if of != one] + [(one, 0.0)]:
        closed = _would_close(case, place, usual[1], of, other, least)
        if closed is not None:
            if of != one:
                told = {"stuff": t(case.stuff), "name": name_of(case, of)}
                words = t("{stuff} there would close the loop, as {name} usually has one", **told)
            return Reason(words, (Mark("hollow", closed), *marks), of)
    return Reason(reason, marks, one)


def _would_close(
    case: Case, place: Place, usual: Floats, one: int, other: int, least: float = 0.0
) -> Mask | None:
    """Return the loop that ink in an empty place would close, as more than least of ``one``."""
    many, few = usual_loops(case, one), usual_loops(case, other)
    if case.stuff != "ink" or many is None or few is None:
        return None
    image = case.subject.image
    drawn, ink = (
        one.mean(axis=0) / 255 for one in (with_ink(image, place.region.mask, usual), image)
    )
    for loop in (loop for loop in loops(drawn) if not is_in(loop, loops(ink))):
        where = height_of(loop, drawn)
        is_loop = loop.mean() >= LARGE and rim_drawn(loop, ink) >= NEARLY
        if is_loop and many.at[where] > max(few.at[where], least):
            return loop
    return None


def _has_no_loop(case: Case, place: Place, one: int, other: int) -> str:
    """Return that a class usually has no such loop as a place closes; "" if ``one`` has none."""
    usual, others = usual_loops(case, one), usual_loops(case, other)
    opened = opened_by(case, place)[1]
    if usual is None or others is None or not opened or case.stuff != "ink":
        return ""
    name, where = name_of(case, other), height_of(max(opened, key=np.sum), case.ink)
    if len(opened) > 1 and tells(usual.both, others.both):
        if others.any < USUALLY:
            return t("{name} usually has no loop", name=name)
        return t("{name} usually has fewer loops", name=name)
    anywhere = others.any < USUALLY and tells(usual.any, others.any)
    if not (anywhere or tells(usual.at[where], others.at[where])):
        return ""
    if others.any < USUALLY:
        return t("{name} usually has no loop", name=name)
    if others.both >= USUALLY:
        return t("{name} usually has two loops", name=name)
    there = max(others.at, key=lambda height: others.at[height])
    return t("{name} usually has only one, at the {where}", name=name, where=t(there))


def _by_loop(case: Case, place: Place, others: dict[int, str]) -> Reason:
    """Return that a place closes a loop, and what other classes have instead."""
    told, instead = closes(case, place), t("; ").join(others.values())
    words = t("{closes} ({others})", closes=told.words, others=instead)
    return Reason(words, told.marks, next(iter(others)))


def _by_shape(case: Case, place: Place, one: int, others: list[int]) -> dict[int, Reason]:
    """Return what the strokes of a place do that a class usually has, and others have not."""
    return by_shapes(case, shapes_of(case, place.region.mask), one, others)


def _by_stroke(case: Case, place: Place, one: int, others: list[int]) -> dict[int, Reason]:
    """Return that only a class often has a stroke of its direction at a place, if so."""
    shape, box = stroke(case.ink, place.region.mask), box_of(place.region.mask)
    if case.stuff != "ink" or shape == "ink" or stroke(case.ink, box) != shape:
        return {}
    shares = {of: share_with_stroke(case, of, box, shape) for of in (one, *others)}
    line = Mark("line", place.region.mask & (case.ink >= INK))
    return _if_often(case, t(ONLY[shape]), one, others, shares, line)


def _by_ink(case: Case, place: Place, one: int, others: list[int]) -> dict[int, Reason]:
    """Return that only a class often has ink where a place has it, if so."""
    where = place.region.mask & (case.ink >= INK)
    if not where.any():
        return {}
    shares = {of: share_with_ink(case, of, where, COVERED) for of in (one, *others)}
    what = t("{stuff} all over this place", stuff=t(case.stuff))
    return _if_often(case, what, one, others, shares, Mark("ink", where))


def _if_often(
    case: Case,
    what: str,
    one: int,
    others: list[int],
    shares: dict[int, float | None],
    *marks: Mark,
) -> dict[int, Reason]:
    """Return that a class often has something, and others not: once if it tells it from all."""
    found = {of: told for of in others if (told := telling(shares[one], shares[of]))}
    if found and len(found) == len(others):
        once = {others[0]: Reason(often(case, what, one, found), marks, others[0])}
        return dict.fromkeys(others, Reason()) | once
    return {of: Reason(often(case, what, one, {of: each}), marks, of) for of, each in found.items()}
