"""Why a place of a drawing speaks for a class and not for another: by what is usual for both.

A loop that it closes, a stroke of its direction, or ink at all.
"""

from __future__ import annotations

import numpy as np

from dpn import ui
from dpn.explain.explanation import Floats
from dpn.explain.shapes import INK, Mask, height_of, loops, rim_drawn, stroke
from dpn.explain.what_if import with_ink
from dpn.language import listed, percent, t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import box_of
from dpn.ui.inside.places.place import Place
from dpn.ui.inside.places.usual import share_with_ink, share_with_stroke, usual_loops

#: Of a class, and of another one, the shares of drawings, 0..1, that have something.
Shares = tuple[float, float]
#: How much more of a class, as a share of its drawings and as often as of the other one, have to
#: have something for it to be a reason.
OFTEN, TWICE = 0.25, 2.0
#: From this share on a class usually has something; below these another one hardly ever has, and
#: seldom.
USUALLY, HARDLY, SELDOM = 0.5, 0.05, 0.25
#: Who has ink at so much of a place's ink, or of an empty place, has ink there.
COVERED, HALF = 0.75, 0.5
#: Ink closes a loop of which so much of the rim is there before.
NEARLY = 0.6


def tells(usual: float, other: float) -> bool:
    """Return whether what these shares of two classes have is a reason for the first."""
    return usual >= max(OFTEN + other, TWICE * other)


def against(case: Case, place: Place, one: int, others: list[int]) -> list[str]:
    """Return for each of some classes why a place speaks for ``one`` and not for it; "" if unclear.

    A loop comes before a stroke's direction, and that before its ink. Where one is the reason
    against all of them, it is told once, as the first.
    """
    by_loop = {of: has for of in others if (has := _has_no_loop(case, place, one, of))}
    if len(by_loop) == len(others):
        return [_by_loop(case, place, *by_loop.values())]
    told = {}
    most = t("most of this {stuff}", stuff=t(case.stuff))
    for what, shares_of in ((most, _ink_shares), (t("such a stroke there"), _turned_shares)):
        shares = {of: found for of in others if (found := shares_of(case, place, one, of))}
        if len(shares) == len(others) and not by_loop:
            told = {others[0]: _often(case, what, one, shares)}
        else:
            told |= {of: _often(case, what, one, {of: found}) for of, found in shares.items()}
    told |= {of: _by_loop(case, place, has) for of, has in by_loop.items()}
    return [told.get(of, "") for of in others]


def closes(case: Case, place: Place) -> str:
    """Return that a place closes a loop, and which, or two; "" if it closes none."""
    before, opened = _opened(case, place)
    if not opened:
        return ""
    if len(before) == len(opened) == 2:
        return t("it closes both loops")
    where = height_of(max(opened, key=np.sum), case.ink)
    if where == "middle":
        return t("it closes the loop")
    return t("it closes the loop at the {where}", where=t(where))


def by_eye(case: Case, thirds: list[int | None]) -> str:
    """Return which loop a drawing has not, and classes that compete usually have; "" if none.

    Args:
        case: the image explained.
        thirds: other classes that would be ahead without a place of it.
    """
    if case.found.contrast is None or case.stuff != "ink" or case.found.score[0] <= 0:
        return ""
    one, told = int(case.found.target[0]), []
    usual = usual_loops(case, one)
    if usual is None or usual.any >= USUALLY or loops(case.ink):
        return ""
    rivals = [int(case.found.contrast[0]), *(of for of in thirds if of not in (None, one))]
    for other in dict.fromkeys(of for of in rivals if of is not None):
        if (others := usual_loops(case, other)) is None:
            continue
        where = max(others.at, key=lambda height: others.at[height])
        name, share = _name(case, other), percent(others.at[where], 0)
        if tells(others.both, usual.both) and others.both >= USUALLY:
            told.append(t("{name} usually has two", name=name))
        elif others.at[where] >= USUALLY and tells(others.at[where], usual.at[where]):
            words = {"name": name, "where": t(where), "share": share}
            told.append(t("{name} usually has one at the {where} ({share})", **words))
    return t("it has no loop; {others}.", others=t(", ").join(told)) if told else ""


def why_empty(case: Case, place: Place, usual: tuple[Floats, Floats]) -> str:
    """Return why an empty place speaks against the class that the case is set against."""
    assert case.found.contrast is not None
    one, other = int(case.found.contrast[0]), int(case.found.target[0])
    shares = _telling(*(share_with_ink(case, of, place.region.mask, HALF) for of in (one, other)))
    reason = t("{name} usually has {stuff} there", name=case.contrast, stuff=t(case.stuff))
    if shares:
        there = t("{stuff} there", stuff=t(case.stuff))
        reason = _often(case, there, one, {other: shares})
    if not _would_close(case, place, usual[1], one, other):
        return reason
    return t("{reason}, which would close the loop", reason=reason)


def _would_close(case: Case, place: Place, usual: Floats, one: int, other: int) -> bool:
    """Return whether ink in an empty place would close a loop as ``one`` has it, and not other."""
    many, few = usual_loops(case, one), usual_loops(case, other)
    if case.stuff != "ink" or many is None or few is None:
        return False
    drawn = with_ink(case.subject.image, place.region.mask, usual).mean(axis=0) / 255
    ink = case.subject.image.mean(axis=0) / 255
    before = loops(ink)
    new = [loop for loop in loops(drawn) if not _is_in(loop, before)]
    heights = [height_of(loop, drawn) for loop in new if rim_drawn(loop, ink) >= NEARLY]
    return any(many.at[where] > few.at[where] for where in heights)


def _has_no_loop(case: Case, place: Place, one: int, other: int) -> str:
    """Return that a class usually has no such loop as a place closes; "" if ``one`` has none."""
    usual, others = usual_loops(case, one), usual_loops(case, other)
    opened = _opened(case, place)[1]
    if usual is None or others is None or not opened or case.stuff != "ink":
        return ""
    name, where = _name(case, other), height_of(max(opened, key=np.sum), case.ink)
    if len(opened) > 1 and tells(usual.both, others.both):
        if others.any < USUALLY:
            return t("{name} usually has no loop", name=name)
        return t("{name} usually has fewer loops", name=name)
    if not tells(usual.at[where], others.at[where]):
        return ""
    if others.any < USUALLY:
        return t("{name} usually has no loop", name=name)
    if others.both >= USUALLY:
        return t("{name} usually has two loops", name=name)
    there = max(others.at, key=lambda height: others.at[height])
    return t("{name} usually has only one, at the {where}", name=name, where=t(there))


def _by_loop(case: Case, place: Place, *others: str) -> str:
    """Return that a place closes a loop, and what other classes have instead."""
    return t("{closes} ({others})", closes=closes(case, place), others=t("; ").join(others))


def _opened(case: Case, place: Place) -> tuple[list[Mask], list[Mask]]:
    """Return the loops of a drawing, and those of them that are open without a place."""
    before, left = loops(case.ink), loops(np.where(place.region.mask, 0, case.ink))
    return before, [loop for loop in before if not _is_in(loop, left)]


def _is_in(loop: Mask, loops: list[Mask]) -> bool:
    """Return whether most of a loop is in one of these."""
    return any((loop & one).sum() > loop.sum() / 2 for one in loops)


def _turned_shares(case: Case, place: Place, one: int, other: int) -> Shares | None:
    """Return which shares of two classes have a stroke of its direction at a place, if it tells."""
    shape, box = stroke(case.ink, place.region.mask), box_of(place.region.mask)
    if case.stuff != "ink" or shape == "ink" or stroke(case.ink, box) != shape:
        return None
    return _telling(*(share_with_stroke(case, of, box, shape) for of in (one, other)))


def _ink_shares(case: Case, place: Place, one: int, other: int) -> Shares | None:
    """Return which shares of two classes have ink at a place, if that tells the first."""
    where = place.region.mask & (case.ink >= INK)
    if not where.any():
        return None
    return _telling(*(share_with_ink(case, of, where, COVERED) for of in (one, other)))


def _telling(often: float | None, less: float | None) -> Shares | None:
    return (often, less) if often is not None and less is not None and tells(often, less) else None


def _often(case: Case, what: str, one: int, others: dict[int, Shares]) -> str:
    """Return that a class often has something there, and others seldom, with the shares."""
    rest = []
    for other, (_, less) in others.items():
        words = {"name": _name(case, other), "share": percent(less, 0)}
        if less < HARDLY:
            rest.append(t("{name} hardly ever ({share})", **words))
        elif less <= SELDOM:
            rest.append(t("{name} seldom ({share})", **words))
        else:
            rest.append(t("{name} less often ({share})", **words))
    share = next(iter(others.values()))[0]
    words = {"one": _name(case, one), "what": what, "share": percent(share, 0)}
    words["others"] = listed(rest)
    if share >= USUALLY:
        return t("{one} usually has {what} ({share}), {others}", **words)
    return t("{one} sometimes has {what} ({share}), {others}", **words)


def _name(case: Case, label: int) -> str:
    return ui.plain(case.config.class_names[label])
