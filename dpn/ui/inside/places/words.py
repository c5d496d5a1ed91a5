"""The places of an image in words, a line each: which class it speaks for, why, what without it.

What is said of a place carries its number, see ``pointed``.
"""

from __future__ import annotations

import math

from dpn.explain.account import signed
from dpn.language import t
from dpn.ui.inside.case import EVEN, Case, odds
from dpn.ui.inside.places.naming import named, pointed, spot
from dpn.ui.inside.places.place import Place, Places, decisive, third_class
from dpn.ui.inside.places.why.reasons import why

#: The share of its value by which a place may be missed less, unsaid.
QUARTER = 0.25


def place_words(case: Case, places: Places) -> str:
    """Return a numbered line for each place: which class it speaks for, why, what without it."""
    lines = []
    for number, place in enumerate(places.told, start=1):
        value = place.region.value
        if value > 0:
            role = t("For **{name}**", name=case.target)
        elif case.contrast is None:
            role = t("Against it")
        else:
            role = t("For **{name}**", name=case.contrast)
        what = f"**{named(case, place.region)}**{t(', ')}**{signed(value)}**"
        if place.is_empty:
            what = t(
                "**{spot}**; {stuff} there would count **{value}**",
                spot=spot(place),
                stuff=t(case.stuff),
                value=signed(-value),
            )
        reasons = why(case, place, places.usual)
        if not reasons and places.kinds and place in decisive(case, places):
            reasons = t("what counts in it stands below")
        words = t(
            "{role}: {what}. {outcome}.",
            role=role,
            what=t("; ").join(filter(None, [what, reasons])),
            outcome=_outcome(case, places, place),
        )
        lines.append(f"{number}. {pointed(number, words)}")
    return "\n".join(lines or [t("No place speaks for it or against it.")])


def _outcome(case: Case, places: Places, place: Place) -> str:
    """Return what comes of blanking a place, or of ink in an empty one."""
    before, score = float(case.found.score[0]), place.after
    change = t("Greyed out, ") if case.is_photo else t("Erased, ")
    if len(places.on(place.side)) > 1:
        change = t("Greyed out alone, ") if case.is_photo else t("Erased alone, ")
    if place.is_empty:
        change = t("With {stuff}, ", stuff=t(case.stuff))
    if case.contrast is None:
        now, then = signed(score), signed(before)
        return change + t("its score would be {now} instead of {then}", now=now, then=then)
    ahead = case.target if score > 0 else case.contrast
    if third := third_class(case, place):
        return change + t("**{name} would be ahead**", name=third)
    if (score > 0) != (before > 0):
        return change + t("**{name} would be ahead**, {odds}", name=ahead, odds=odds(score))
    still = t("{name} would still be ahead, {odds}", name=ahead, odds=odds(score))
    others = [number for number, one in enumerate(places.on("for"), start=1) if one is not place]
    stands_in = place.side == "for" and before - score < (1 - QUARTER) * place.region.value
    if abs(before - score) < math.log(EVEN):
        if stands_in and others:
            still = t("nothing is lost")
        else:
            return change + t("{name} would stay as far ahead", name=ahead)
    if stands_in and len(others) == 1:
        return change + t(
            "{still}, as long as place {number} is there", still=still, number=others[0]
        )
    if stands_in:
        still = t("{still}, as long as the other places are there", still=still)
    return change + still
