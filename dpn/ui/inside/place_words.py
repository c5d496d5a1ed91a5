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
from dpn.language import joined, msg, t
from dpn.ui.inside.case import Case, odds
from dpn.ui.inside.places import Place, Places, Traits, named, nothing_at

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5
#: Why a place of a photo adds what its loss would not take.
NOT_ALONE = msg("it counts only together with what lies around it")


def pointed(number: int, words: str) -> str:
    """Return words that show their place in the figures when they are pointed at or focused."""
    return f'<span tabindex="0" class="place-{number}">{words}</span>'


def short_words(case: Case, places: Places) -> str:
    """Return in a few sentences what speaks most for the class, what most against it, and why.

    The figures stand in the picture and the bars, under the same numbers.
    """
    told = []
    starts = (
        (t("What speaks most for {name}", name=case.target), places.strongest),
        (t("What speaks most against it"), places.opposed),
    )
    for start, place in starts:
        if place is None:
            continue
        reasons = _reasons(case, place, places.usual)
        what = _numbered(places, place, named(case, place.region))
        told.append(
            t("{start} is {what}: {reasons}.", start=start, what=what, reasons=reasons)
            if reasons
            else t("{start} is {what}.", start=start, what=what)
        )
        if place is places.strongest:
            told += filter(None, [_then(case, places), _together(case, places)])
    if empty := places.empty:
        what = _numbered(places, empty, nothing_at(case, empty))
        reasons = _reasons(case, empty, places.usual)
        if empty.after < 0 < float(case.found.score[0]):
            reasons = t(
                "{reasons}, and with it {name} would be ahead", reasons=reasons, name=case.contrast
            )
        told.append(
            t("It also counts that there is {what}: {reasons}.", what=what, reasons=reasons)
        )
    return joined([t("**In short.**"), *told]) if told else ""


def _then(case: Case, places: Places) -> str:
    """Return which place comes second for the class; "" if none does."""
    for place in places.told[1:2]:
        if place.region.value > 0 and not place.is_empty:
            return t("Next comes {what}.", what=_numbered(places, place, named(case, place.region)))
    return ""


def _together(case: Case, places: Places) -> str:
    """Return what comes without all places of a photo that speak for the class, and what counts."""
    whole, before = places.together, float(case.found.score[0])
    if whole is None or whole.traits is None or case.contrast is None or before <= 0:
        return ""
    count = sum(place.region.value > 0 for place in places.told)
    what = t("places 1 and 2") if count == 2 else t("places 1 to {count}", count=count)
    trait = _trait(whole.traits)
    if whole.after < 0:
        return t(
            "Without {what} **{name} would be ahead**: in them {trait}.",
            what=what,
            name=case.contrast,
            trait=trait,
        )
    return t(
        "Without {what} {name} would still be ahead: in them {trait}.",
        what=what,
        name=case.target,
        trait=trait,
    )


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


def template_words(case: Case, places: Places) -> str:
    """Return what the colours of the pictures say."""
    rather = case.target
    if case.contrast is not None:
        rather = t("{name}, not {other}", name=case.target, other=case.contrast)
    bright = t("brightness") if case.is_photo else t(case.stuff)
    words = t(
        "Blue: {bright} there speaks for {rather}; orange: against it.",
        bright=bright,
        rather=rather,
    )
    if places.usual:
        first = t(
            "First picture: where an average {name} has more {bright} (blue) than an average "
            "{other}, or less.",
            name=case.target,
            bright=bright,
            other=case.contrast,
        )
        words = joined([words, first])
    return words


def _reasons(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two; "" where nothing is known."""
    if case.is_photo:
        return _trait(place.traits) if place.traits else t(NOT_ALONE)
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
            reasons.append(_unlike(more, one, other, t(case.stuff)))
    return t(" and ").join(reasons)


def _unlike(more: str, one: str | None, other: str | None, stuff: str) -> str:
    """Return that a place speaks for one class although averages do not tell why."""
    if more == "both":
        also = t(
            "{one} and {other} both often have {stuff} there", one=one, other=other, stuff=stuff
        )
    elif more == "neither":
        also = t("{one} and {other} seldom have {stuff} there", one=one, other=other, stuff=stuff)
    else:
        also = t("{other} often has more {stuff} there", other=other, stuff=stuff)
    return t("{also}; still, the model has learned to take it for {one}", also=also, one=one)


def _reasons_without(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why empty paper speaks for a class."""
    assert usual is not None
    ink = case.subject.image.mean(axis=0) / 255
    with_it = with_ink(case.subject.image, place.region.mask, usual[1]).mean(axis=0) / 255
    closes = loops(with_it) > loops(ink) and case.stuff == "ink"
    if closes:
        return t(
            "{name} usually has some there, which would close the gap to a loop",
            name=case.contrast,
        )
    return t("{name} usually has some there", name=case.contrast)


def _trait(traits: Traits) -> str:
    """Return what counts in a place of a photo, from the shares of its effect."""
    pattern, colour, both = (share >= HALF for share in traits)
    if pattern:
        return t("the shapes and the colours count" if colour else "the shapes count")
    if colour:
        return t("the colours count")
    if both:
        return t("the shapes count, or the colours: either would do")
    return t("the brightness counts")


def _outcome(case: Case, place: Place) -> str:
    """Return what comes of blanking a place, or of ink in an empty one."""
    before, score = float(case.found.score[0]), place.after
    change = t("Greyed out, ") if case.is_photo else t("Erased, ")
    if place.is_empty:
        change = t("With {stuff}, ", stuff=t(case.stuff))
    is_told = case.is_photo and place.traits is None  # that it does not count alone
    if (
        before - score
    ) * place.region.value < 0 and not is_told:  # what it adds is not what would be missed
        change += t("the model would read the rest in another way: ")
    if case.contrast is None:
        now, then = signed(score), signed(before)
        return change + t("its score would be {now} instead of {then}", now=now, then=then)
    ahead = case.target if score > 0 else case.contrast
    if (score > 0) != (before > 0):
        return change + t("**{name} would be ahead**, {odds}", name=ahead, odds=odds(score))
    if odds(score) == odds(before):
        return change + t("{name} would stay as far ahead", name=ahead)
    return change + t("{name} would still be ahead, {odds}", name=ahead, odds=odds(score))
