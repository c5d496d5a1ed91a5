"""The places of an image in words: which class each speaks for, why, and what comes without it.

What is said of a place carries its number, see ``pointed``.
"""

from __future__ import annotations

import numpy as np

from dpn.explain.account import Term, signed
from dpn.explain.explanation import Floats
from dpn.explain.regions import usual_ink
from dpn.explain.shapes import loops
from dpn.explain.what_if import with_ink
from dpn.language import joined, t
from dpn.ui.inside.case import Case, by_windows, odds
from dpn.ui.inside.places import Place, Places, Traits, named, nothing_at
from dpn.ui.inside.sum_words import against_the_picture

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5
#: The share of what a place adds by which its loss may change less or more, unsaid.
QUARTER = 0.25


def pointed(number: int, words: str) -> str:
    """Return words that show their place in the figures when they are pointed at or focused."""
    return f'<span tabindex="0" class="place-{number}">{words}</span>'


def short_words(case: Case, places: Places, terms: list[Term]) -> str:
    """Return in a few sentences what speaks most for the class, what most against it, and why.

    Args:
        case: the image explained.
        places: its places.
        terms: the account of its score.
    """
    told = []
    if strongest := places.strongest:
        told += [
            _speaks(case, places, strongest, t("What speaks most for {name}", name=case.target))
        ]
        told += [*_alone(case, strongest), *_then(case, places), *_together(case, places)]
    if opposed := places.opposed:
        told += [_speaks(case, places, opposed, t("What speaks most against it"))]
    elif strongest and _left(places, terms) >= 0:
        told += [t("Nothing speaks clearly against it.")]
    if empty := places.empty:
        what = _numbered(places, empty, nothing_at(case, empty))
        reasons = _reasons(case, empty, places.usual)
        if empty.after < 0 < float(case.found.score[0]):
            reasons = t(
                "{reasons}, and with it {name} would be ahead", reasons=reasons, name=case.contrast
            )
        told += [t("It also counts that there is {what}: {reasons}.", what=what, reasons=reasons)]
    told += against_the_picture(case, terms)
    return joined([t("**In short.**"), *told]) if told else ""


def _speaks(case: Case, places: Places, place: Place, start: str) -> str:
    """Return which place it is that speaks for a class, and why."""
    what = _numbered(places, place, named(case, place.region))
    if reasons := _reasons(case, place, places.usual):
        return t("{start} is {what}: {reasons}.", start=start, what=what, reasons=reasons)
    return t("{start} is {what}.", start=start, what=what)


def _alone(case: Case, place: Place) -> list[str]:
    """Return whether the place that speaks most decides by itself."""
    if case.contrast is None or case.found.score[0] <= 0:
        return []
    if place.after < 0:
        return [t("Without it **{name} would be ahead**.", name=case.contrast)]
    return [
        t("It does not decide alone: without it {name} would still be ahead.", name=case.target)
    ]


def _then(case: Case, places: Places) -> list[str]:
    """Return which place comes second for the class, where one was looked for."""
    for place in places.told[1:2]:
        if place.region.value > 0 and not place.is_empty:
            what = _numbered(places, place, named(case, place.region))
            return [t("Next comes {what}.", what=what)]
    if by_windows(case) and places.told[0].after < 0:
        return []  # without the first one the other class is ahead already
    return [t("No other place speaks clearly for {name}.", name=case.target)]


def _left(places: Places, terms: list[Term]) -> float:
    """Return what all of the image adds that is in none of its places."""
    seen = sum(term.value for term in terms if term.box)
    return seen - sum(place.region.value for place in places.told if not place.is_empty)


def _together(case: Case, places: Places) -> list[str]:
    """Return what comes without all places that speak for the class, if none decides alone."""
    whole, strongest = places.together, places.strongest
    if whole is None or case.contrast is None or case.found.score[0] <= 0:
        return []
    if strongest is None or strongest.after < 0:
        return []
    count = sum(place.region.value > 0 and not place.is_empty for place in places.told)
    what = t("places 1 and 2") if count == 2 else t("places 1 to {count}", count=count)
    if whole.after < 0:
        return [
            t(
                "Together {what} decide: without them **{name} would be ahead**.",
                what=what,
                name=case.contrast,
            )
        ]
    return [
        t(
            "Even without {what} {name} would be ahead: much of the picture speaks for it.",
            what=what,
            name=case.target,
        )
    ]


def _numbered(places: Places, place: Place, words: str) -> str:
    """Return what a place is called, with its number in the figures."""
    number = places.told.index(place) + 1
    return pointed(number, f"**{words}** {t('(place {number})', number=number)}")


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
                "**{nothing}**; some there would count **{value}**",
                nothing=nothing_at(case, place),
                value=signed(-value),
            )
        reasons = [reasons] if (reasons := _reasons(case, place, places.usual)) else []
        words = t(
            "{role}: {what}. {outcome}.",
            role=role,
            what=t("; ").join([what, *reasons]),
            outcome=_outcome(case, place),
        )
        lines.append(f"{number}. {pointed(number, words)}")
    return "\n".join(lines or [t("No place speaks for it or against it.")])


def _reasons(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two; "" where nothing is known."""
    if case.is_photo:
        return _trait(place.traits) if place.traits else ""
    if place.is_empty:
        return _reasons_without(case, place, usual)
    region, is_for = place.region, place.region.value > 0
    ink, reasons = case.ink, []
    before, after = loops(ink), loops(np.where(region.mask, 0, ink))
    if is_for and after < before and case.stuff == "ink":
        both = t("it closes both loops") if (before, after) == (2, 0) else t("it closes a loop")
        reasons.append(t("it closes the loop") if before == 1 else both)
    if usual is not None:
        one, other = (case.target, case.contrast) if is_for else (case.contrast, case.target)
        more = usual_ink(region, *usual)
        if more == ("first" if is_for else "second"):
            reasons.append(
                t(
                    "{one} has more {stuff} there than {other}",
                    one=one,
                    stuff=t(case.stuff),
                    other=other,
                )
            )
        elif not reasons:
            reasons.append(_unlike(case, more, one, other))
    return t(" and ").join(reasons)


def _unlike(case: Case, more: str, one: str | None, other: str | None) -> str:
    """Return that a place speaks for one class although averages do not tell why."""
    stuff = t(case.stuff)
    if more == "both":
        also = t(
            "{one} and {other} both often have {stuff} there", one=one, other=other, stuff=stuff
        )
    elif more == "neither":
        also = t("{one} and {other} seldom have {stuff} there", one=one, other=other, stuff=stuff)
    else:
        also = t("{other} often has more {stuff} there", other=other, stuff=stuff)
    if by_windows(case):
        return t("{also}, so its form must count, not that it is there", also=also)
    return t("{also}; averages do not tell why it speaks for {one}", also=also, one=one)


def _reasons_without(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why empty paper speaks for a class."""
    assert usual is not None
    ink = case.subject.image.mean(axis=0) / 255
    with_it = with_ink(case.subject.image, place.region.mask, usual[1]).mean(axis=0) / 255
    closes = loops(with_it) > loops(ink) and loops(usual[1]) and case.stuff == "ink"
    if closes:
        return t(
            "{name} usually has some there, which would close the gap to a loop",
            name=case.contrast,
        )
    return t("{name} usually has some there", name=case.contrast)


def _trait(traits: Traits) -> str:
    """Return what counts in a place of a photo, from the shares of its effect."""
    pattern, colour, both = (share >= HALF for share in traits)
    if pattern and colour:
        return t("its shapes and its colours count")
    if pattern:
        return t("its shapes count, more than its colours")
    if colour:
        return t("its colours count, more than its shapes")
    if both:
        return t("its shapes or its colours: one of the two is enough")
    return t("how bright it is counts")


def _outcome(case: Case, place: Place) -> str:
    """Return what comes of blanking a place, or of ink in an empty one."""
    before, score = place.before, place.after
    change = t("Greyed out, ") if case.is_photo else t("Erased, ")
    if before != float(case.found.score[0]):
        change = t("Greyed out as well, ") if case.is_photo else t("Erased as well, ")
    if place.is_empty:
        change = t("With {stuff}, ", stuff=t(case.stuff))
    added = place.region.value
    if abs(before - score - added) > QUARTER * abs(added):  # it is not what would be missed
        change += t("other parts would count differently, too: ")
    if case.contrast is None:
        now, then = signed(score), signed(before)
        return change + t("its score would be {now} instead of {then}", now=now, then=then)
    ahead = case.target if score > 0 else case.contrast
    if (score > 0) != (before > 0):
        return change + t("**{name} would be ahead**, {odds}", name=ahead, odds=odds(score))
    if odds(score) == odds(before):
        return change + t("{name} would stay as far ahead", name=ahead)
    return change + t("{name} would still be ahead, {odds}", name=ahead, odds=odds(score))
