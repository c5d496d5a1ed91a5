"""The places of an image in words: which class each speaks for, why, and what comes without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dpn.account import signed
from dpn.regions import usual_ink
from dpn.shapes import loops
from dpn.ui.alike import Alike
from dpn.ui.case import Case, times
from dpn.ui.places import Places, by_windows, named
from dpn.ui.words import plain
from dpn.what_if import with_ink

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5


def short_words(
    case: Case, places: Places, near: Alike | None, near_without: Alike | None = None
) -> str:
    """Return in a few sentences which places speak most for the class, and why.

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
            "images nearest to it are."
        )
    rather = "" if case.contrast is None else f" rather than {case.contrast}"
    starts = (f"What speaks most for {case.target}{rather} is", "Next comes")
    score = float(case.found.score[0])
    found = [place for place in _speaking(case, places) if place.after < score]
    for start, place in zip(starts, found, strict=False):
        reasons = f": {place.reasons}" if place.reasons else ""
        words = f"{start} {place.named}{reasons}. {place.unless} {_outcome(case, place.after)}"
        if near_without and place is found[0]:
            of, count = near_without.counted[0]
            name = plain(case.config.class_names[of])
            words += f"; then it is most like {name}, {count} of {len(near_without.found)}"
        told.append(f"{words}.")
    return f"**In short.** {' '.join(told)}" if told else ""


def place_words(case: Case, places: Places) -> str:
    """Return one bullet for each place: which class it speaks for, why, and what without it.

    Those for the class come first; of each side the place that changes most.
    """
    told = [*_speaking(case, places), *_speaking(case, places, against=True)]
    bullets = []
    for place in told:
        if place.value > 0:
            role = f"For **{case.target}**"
        else:
            role = "Against it" if case.contrast is None else f"For **{case.contrast}**"
        words = f"{role}: {place.named}"
        words += f", **{signed(place.value)}**" if place.is_sum else ""
        words += f"; {place.reasons}" if place.reasons else ""
        bullets.append(f"- {words}. {place.unless} {_outcome(case, place.after)}.")
    return "\n".join(bullets or ["- No place speaks for it or against it."])


def template_words(case: Case, places: Places) -> str:
    """Return what the colours of the pictures say."""
    target, contrast = case.target, case.contrast
    rather = target if contrast is None else f"{target} rather than {contrast}"
    words = ""
    if places.usual:
        words = f"Second picture, blue: where an average {target} has more ink than an average "
        words += f"{contrast}; orange: less. In the others, blue"
    words = words or "Blue"
    words += f": brightness there speaks for {rather}; orange: against it."
    if by_windows(case):
        return f"{words} Numbers in the first picture: what is lost if the place is blanked."
    words += " Numbers: what a place adds now. Without it other decisions may win, and the lead "
    return f"{words}changes by more or by less. Black pixels add nothing; ink there could."


@dataclass(frozen=True)
class _Told:
    """A place in words: what is there, why it counts, and the score if it were not so."""

    named: str
    reasons: str
    unless: str
    after: float
    value: float
    is_sum: bool = False


def _speaking(case: Case, places: Places, *, against: bool = False) -> list[_Told]:
    """Return the places that speak for the class, or against it, what changes most first."""
    unless = "Greyed out," if case.config.preparation == "photo" else "Erased,"
    otherwise = "Yet without it other decisions win, and"
    score = float(case.found.score[0])
    told = [
        _Told(
            f"**{named(case, place)}**",
            _reasons(case, places, index),
            unless if (score - after) * place.value >= 0 else otherwise,
            after,
            place.value,
            not by_windows(case),
        )
        for index, (place, after) in enumerate(zip(places.found, places.after, strict=True))
        if (place.value < 0) == against
    ]
    if places.missing and not against:
        told.append(_missing(case, places))
    sign = -1 if against else 1
    return sorted(told, key=lambda place: sign * place.after)


def _reasons(case: Case, places: Places, index: int) -> str:
    """Return why a place speaks for its class, in a clause or two; "" where nothing is known."""
    if case.config.preparation == "photo":
        return _trait(*places.traits[index])
    place, usual = places.found[index], places.usual
    ink, is_for = case.subject.image.mean(axis=0) / 255, place.value > 0
    reasons = []
    before, after = loops(ink), loops(np.where(place.mask, 0, ink))
    if is_for and after < before:
        which = "the loop" if before == 1 else "both loops" if after == 0 else "a loop"
        reasons.append(f"it closes {which}")
    if usual is not None:
        one, other = (case.target, case.contrast) if is_for else (case.contrast, case.target)
        more = usual_ink(place, *usual)
        if more == ("first" if is_for else "second"):
            reasons.append(f"{one} has more ink there than {other}")
        elif not reasons:
            also = "both often have" if more == "both" else f"{other} often has more"
            reasons.append(f"{also} ink there, so the picture does not say why it counts for {one}")
    return " and ".join(reasons)


def _trait(pattern: float, colour: float) -> str:
    """Return what counts in a place of a photo, from the shares of its effect."""
    if pattern >= HALF:
        return f"its shapes {'and' if colour >= HALF else 'count, not'} its colours" + (
            " count" if colour >= HALF else ""
        )
    return "its colour counts, not its shapes" if colour >= HALF else "its brightness counts most"


def _missing(case: Case, places: Places) -> _Told:
    """Return what is told of empty paper where the other class has ink."""
    assert places.missing is not None
    assert places.usual is not None
    place, usual = places.missing, places.usual[1]
    ink = case.subject.image.mean(axis=0) / 255
    with_it = with_ink(case.subject.image, place.mask, usual).mean(axis=0) / 255
    reasons = f"{case.contrast} usually has some there"
    if loops(with_it) > loops(ink):
        reasons += ", which would close the gap to a loop"
    value = float(case.found.score[0]) - places.drawn
    return _Told(
        f"that there is **no ink at the {place.where}**", reasons, "With ink,", places.drawn, value
    )


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
