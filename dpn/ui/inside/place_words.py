"""The places of an image in words: which class each speaks for, why, and what comes without it.

What is said of a place carries its number, see ``pointed``.
"""

from __future__ import annotations

import numpy as np

from dpn.explain.account import signed
from dpn.explain.explanation import Floats
from dpn.explain.regions import usual_ink
from dpn.explain.shapes import loops
from dpn.explain.what_if import with_ink
from dpn.ui.inside.case import Case, odds
from dpn.ui.inside.places import Place, Places, named

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5
#: Why a place of a photo adds what its loss would not take.
NOT_ALONE = "it counts with what lies around it, not alone"


def pointed(number: int, words: str) -> str:
    """Return words that show their place in the figures when they are pointed at or focused."""
    return f'<span tabindex="0" class="place-{number}">{words}</span>'


def short_words(case: Case, places: Places) -> str:
    """Return in a few sentences what speaks most for the class, what most against it, and why.

    The figures stand in the picture and the bars, under the same numbers.
    """
    told = []
    starts = (
        (f"What speaks most for {case.target}", places.strongest),
        ("What speaks most against it", places.opposed),
    )
    for start, place in starts:
        if place is None:
            continue
        number, reasons = places.told.index(place) + 1, _reasons(case, place, places.usual)
        what = pointed(number, f"**{named(case, place.region)}** ({number})")
        told.append(f"{start} is {what}{f': {reasons}' if reasons else ''}.")
        if place is places.strongest and (then := _then(case, places)):
            told.append(then)
    if empty := places.empty:
        number = places.told.index(empty) + 1
        what = pointed(number, f"**no {case.stuff} at the {empty.region.where}** ({number})")
        told.append(f"There is {what}: {_reasons(case, empty, places.usual)}.")
    return f"**In short.** {' '.join(told)}" if told else ""


def _then(case: Case, places: Places) -> str:
    """Return which place comes second for the class; "" if none does."""
    for number, place in enumerate(places.told[1:2], start=2):
        if place.region.value > 0 and not place.is_empty:
            return f"Next comes {pointed(number, f'**{named(case, place.region)}** ({number})')}."
    return ""


def place_words(case: Case, places: Places) -> str:
    """Return a numbered line for each place: which class it speaks for, why, what without it."""
    lines = []
    for number, place in enumerate(places.told, start=1):
        value = place.region.value
        if value > 0:
            role = f"For **{case.target}**"
        else:
            role = "Against it" if case.contrast is None else f"For **{case.contrast}**"
        what = f"**{named(case, place.region)}**, **{signed(value)}**"
        if place.is_empty:
            what = f"**no {case.stuff} at the {place.region.where}**, some would add "
            what += f"**{signed(-value)}**"
        reasons = _reasons(case, place, places.usual)
        words = f"{role}: {what}{f'; {reasons}' if reasons else ''}. {_outcome(case, place)}."
        lines.append(f"{number}. {pointed(number, words)}")
    return "\n".join(lines or ["No place speaks for it or against it."])


def template_words(case: Case, places: Places) -> str:
    """Return what the colours of the pictures say."""
    rather = case.target if case.contrast is None else f"{case.target}, not {case.contrast}"
    bright = "brightness" if case.is_photo else case.stuff
    words = f"Blue: {bright} there speaks for {rather}; orange: against it."
    if places.usual:
        words += f" First picture: where an average {case.target} has more {bright} (blue) than an "
        words += f"average {case.contrast}, or less."
    return words


def _reasons(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two; "" where nothing is known."""
    if case.is_photo:
        return _trait(*place.traits) if place.traits else NOT_ALONE
    if place.is_empty:
        return _reasons_without(case, place, usual)
    region, is_for = place.region, place.region.value > 0
    ink, reasons = case.ink, []
    before, after = loops(ink), loops(np.where(region.mask, 0, ink))
    if is_for and after < before and case.stuff == "ink":
        which = (
            "the loop" if before == 1 else "both loops" if (before, after) == (2, 0) else "a loop"
        )
        reasons.append(f"it closes {which}")
    if usual is not None:
        one, other = (case.target, case.contrast) if is_for else (case.contrast, case.target)
        more = usual_ink(region, *usual)
        if more == ("first" if is_for else "second"):
            reasons.append(f"{one} has more {case.stuff} there than {other}")
        elif not reasons:
            known = {"both": "both often have", "neither": "neither often has"}
            also = known.get(more, f"{other} often has more")
            reasons.append(f"{also} {case.stuff} there, but the model counts it for {one}")
    return " and ".join(reasons)


def _reasons_without(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why empty paper speaks for a class."""
    assert usual is not None
    ink = case.subject.image.mean(axis=0) / 255
    with_it = with_ink(case.subject.image, place.region.mask, usual[1]).mean(axis=0) / 255
    closes = loops(with_it) > loops(ink) and case.stuff == "ink"
    return f"{case.contrast} usually has some there" + (
        ", which would close the gap to a loop" if closes else ""
    )


def _trait(pattern: float, colour: float) -> str:
    """Return what counts in a place of a photo, from the shares of its effect; "" if neither."""
    if pattern >= HALF:
        return "its shapes and its colours count" if colour >= HALF else "its shapes count"
    return "its colours count" if colour >= HALF else ""


def _outcome(case: Case, place: Place) -> str:
    """Return what comes of blanking a place, or of ink in an empty one."""
    before, score = float(case.found.score[0]), place.after
    change = (
        f"With {case.stuff}, "
        if place.is_empty
        else "Greyed out, "
        if case.is_photo
        else "Erased, "
    )
    is_told = case.is_photo and place.traits is None  # that it does not count alone
    if (
        before - score
    ) * place.region.value < 0 and not is_told:  # what it adds is not what would be missed
        change += "the rest is weighed anew: "
    if case.contrast is None:
        return f"{change}its score would be {signed(score)} instead of {signed(before)}"
    ahead = case.target if score > 0 else case.contrast
    if (score > 0) != (before > 0):
        return f"{change}**{ahead} would be ahead**, {odds(score)}"
    if odds(score) == odds(before):
        return f"{change}{ahead} would stay as far ahead"
    return f"{change}{ahead} would still be ahead, {odds(score)}"
