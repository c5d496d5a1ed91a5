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
from dpn.ui.inside.alike import Alike
from dpn.ui.inside.case import Case, times
from dpn.ui.inside.places import Place, Places, named
from dpn.ui.words import plain

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5


def pointed(number: int, words: str) -> str:
    """Return words that show their place in the figures when they are pointed at or focused."""
    return f'<span tabindex="0" class="place-{number}">{words}</span>'


def short_words(
    case: Case, places: Places, near: Alike | None, near_without: Alike | None = None
) -> str:
    """Return in a few sentences what speaks most for the class, what most against it, and why.

    Args:
        case: the image explained.
        places: its places.
        near: the test images that a photo is most like, or None.
        near_without: those that it is most like without its strongest place.
    """
    told = []
    if near:
        of, count = near.counted[0]
        name = plain(case.config.class_names[of])
        told.append(
            f"To the model it is most like **{name}**: {count} of the {len(near.found)} test "
            f"images nearest to it are{_unlike(case, of)}."
        )
    rather = "" if case.contrast is None else f" rather than {case.contrast}"
    starts = (
        (f"Most for {case.target}{rather}", places.strongest),
        ("Most against it", places.opposed),
    )
    for start, place in starts:
        if place is None:
            continue
        number, reasons = places.told.index(place) + 1, _reasons(case, place, places.usual)
        what = f"**{named(case, place.region)}** ({number}, {signed(place.region.value)})"
        words = f"{start} is {pointed(number, what)}{f': {reasons}' if reasons else ''}"
        if near_without and place is places.strongest:
            of, count = near_without.counted[0]
            name = plain(case.config.class_names[of])
            words += f"; greyed out, it is most like {name}, {count} of {len(near_without.found)}"
        told.append(f"{words}.")
    if empty := places.empty:
        number = places.told.index(empty) + 1
        words = f"**no {case.stuff} at the {empty.region.where}** ({number}, {_with_some(empty)})"
        told.append(f"There is {pointed(number, words)}: {_reasons(case, empty, places.usual)}.")
    return f"**In short.** {' '.join(told)}" if told else ""


def _with_some(empty: Place) -> str:
    return f"with some **{signed(-empty.region.value)}**"


def _unlike(case: Case, of: int) -> str:
    """Return what the answer is, where it is not the class that the photo is most like."""
    answer = int(case.found.probabilities[0].argmax())
    name = plain(case.config.class_names[answer])
    return "" if answer == of else f", though its answer is {name}"


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
            what = f"**no {case.stuff} at the {place.region.where}**, {_with_some(place)}"
        reasons = _reasons(case, place, places.usual)
        words = f"{role}: {what}{f'; {reasons}' if reasons else ''}. {_outcome(case, place)}."
        lines.append(f"{number}. {pointed(number, words)}")
    return "\n".join(lines or ["No place speaks for it or against it."])


def template_words(case: Case, places: Places) -> str:
    """Return what the colours of the pictures say."""
    target, contrast = case.target, case.contrast
    rather = target if contrast is None else f"{target} rather than {contrast}"
    if case.is_photo:
        return (
            f"Blue: a brighter pixel there speaks for {rather}; orange: against it. "
            "Shapes do not show there."
        )
    words = "Blue"
    if places.usual:
        words = f"First picture, blue: where an average {target} has more {case.stuff} than an "
        words += f"average {contrast}; orange: less. In the others, blue"
    return f"{words}: brightness there speaks for {rather}; orange: against it."


def _reasons(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two; "" where nothing is known."""
    if place.traits:
        return _trait(*place.traits)
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
            reasons.append(f"{also} {case.stuff} there; the model has learnt to count it for {one}")
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
    """Return what counts in a place of a photo, from the shares of its effect."""
    if pattern >= HALF:
        both = colour >= HALF
        return "its shapes and its colours count" if both else "its shapes count, not its colours"
    return "its colours count, not its shapes" if colour >= HALF else "its brightness counts most"


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
    if (before - score) * place.region.value < 0:  # what it adds now is not what would be missed
        change += "other decisions win: "
    if case.contrast is None:
        return f"{change}its score would be {signed(score)} instead of {signed(before)}"
    first, second = case.target, case.contrast
    ahead, behind = (first, second) if score > 0 else (second, first)
    if (score > 0) != (before > 0):
        return f"{change}**{ahead} would be ahead**, {times(score)} as likely as {behind}"
    if times(score) == times(before):
        return f"{change}{ahead} would stay {times(score)} as likely as {behind}"
    return (
        f"{change}{ahead} would be {times(score)} as likely as {behind} instead of {times(before)}"
    )
