"""The places of an image in words: which class each speaks for, why, and what comes without it."""

from __future__ import annotations

import numpy as np

from dpn.explain.account import signed
from dpn.explain.explanation import Floats
from dpn.explain.regions import usual_ink
from dpn.explain.shapes import loops
from dpn.explain.what_if import with_ink
from dpn.ui.inside.alike import Alike
from dpn.ui.inside.case import Case, times
from dpn.ui.inside.places import Place, Places, by_windows, named
from dpn.ui.words import plain

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5


def short_words(
    case: Case, places: Places, near: Alike | None, near_without: Alike | None = None
) -> str:
    """Return in a few sentences which places speak most for the class, and why.

    Each has its number in the picture: two windows of a photo can look alike and lie side by side.

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
    starts = (f"What speaks most for {case.target}{rather} is", "Next comes")
    found = [place for place in places.told if place.region.value > 0]
    for start, place in zip(starts, found, strict=False):
        reasons, number = _reasons(case, place, places.usual), places.told.index(place) + 1
        what = f"{start} {_what(case, place)} (place {number}){f': {reasons}' if reasons else ''}"
        words = f"{what}. {_unless(case, place)} {_outcome(case, place.after)}"
        if near_without and place is places.strongest:
            of, count = near_without.counted[0]
            name = plain(case.config.class_names[of])
            words += f"; it is most like {name} then, {count} of {len(near_without.found)}"
        told.append(f"{words}.")
    return f"**In short.** {' '.join(told)}" if told else ""


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
        words = f"{number}. {role}: {_what(case, place)}"
        if not by_windows(case) and not place.is_empty:
            words += f", **{signed(value)}**"
        reasons = _reasons(case, place, places.usual)
        words += f"; {reasons}" if reasons else ""
        lines.append(f"{words}. {_unless(case, place)} {_outcome(case, place.after)}.")
    return "\n".join(lines or ["No place speaks for it or against it."])


def template_words(case: Case, places: Places) -> str:
    """Return what the colours of the pictures say."""
    target, contrast = case.target, case.contrast
    rather = target if contrast is None else f"{target} rather than {contrast}"
    words = ""
    if places.usual:
        words = f"Second picture, blue: where an average {target} has more ink than an average "
        words += f"{contrast}; orange: less. In the others, blue"
    if case.is_photo:
        words = "In the first picture, each place and what is lost if it is blanked. In the "
        words += f"others, blue: a brighter pixel there speaks for {rather}; orange: against it. "
        return f"{words}Shapes do not show there."
    words = words or "Blue"
    words += f": brightness there speaks for {rather}; orange: against it."
    if any(place.is_empty for place in places.told):
        words += " Dark blue: paper that speaks for it by being empty."
    if by_windows(case):
        return f"{words} In the first picture, each place and what is lost if it is blanked."
    words += " In the first picture, each place and what it adds now. Without it other decisions "
    return f"{words}may win, and the lead changes by more or by less."


def _what(case: Case, place: Place) -> str:
    if place.is_empty:
        return f"that there is **no ink at the {place.region.where}**"
    return f"**{named(case, place.region)}**"


def _unless(case: Case, place: Place) -> str:
    if place.is_empty:
        return "With ink,"
    return "Greyed out," if case.is_photo else "Erased,"


def _reasons(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two; "" where nothing is known."""
    if place.traits:
        return _trait(*place.traits)
    if place.is_empty:
        return _reasons_without(case, place, usual)
    region, is_for = place.region, place.region.value > 0
    ink, reasons = case.subject.image.mean(axis=0) / 255, []
    before, after = loops(ink), loops(np.where(region.mask, 0, ink))
    if is_for and after < before:
        which = (
            "the loop" if before == 1 else "both loops" if (before, after) == (2, 0) else "a loop"
        )
        reasons.append(f"it closes {which}")
    if usual is not None:
        one, other = (case.target, case.contrast) if is_for else (case.contrast, case.target)
        more = usual_ink(region, *usual)
        if more == ("first" if is_for else "second"):
            reasons.append(f"{one} has more ink there than {other}")
        elif not reasons:
            known = {"both": "both often have", "neither": "neither often has"}
            also = known.get(more, f"{other} often has more")
            reasons.append(f"{also} ink there, so we cannot say why it counts for {one}")
    return " and ".join(reasons)


def _reasons_without(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why empty paper speaks for a class."""
    assert usual is not None
    ink = case.subject.image.mean(axis=0) / 255
    with_it = with_ink(case.subject.image, place.region.mask, usual[1]).mean(axis=0) / 255
    reasons = f"{case.contrast} usually has some there"
    return reasons + (
        ", which would close the gap to a loop" if loops(with_it) > loops(ink) else ""
    )


def _trait(pattern: float, colour: float) -> str:
    """Return what counts in a place of a photo, from the shares of its effect."""
    if pattern >= HALF:
        both = colour >= HALF
        return "its shapes and its colours count" if both else "its shapes count, not its colours"
    return "its colours count, not its shapes" if colour >= HALF else "its brightness counts most"


def _outcome(case: Case, score: float) -> str:
    """Return what a change comes to, for a class or for the one it is set against."""
    before = float(case.found.score[0])
    if case.contrast is None:
        return f"its score would be {signed(score)} instead of {signed(before)}"
    first, second = case.target, case.contrast
    ahead, behind = (first, second) if score > 0 else (second, first)
    if (score > 0) != (before > 0):
        return f"**{ahead} would be ahead**, {times(score)} as likely as {behind}"
    return f"{ahead} would be {times(score)} as likely as {behind} instead of {times(before)}"
