"""The places of an image in words: which class each speaks for, why, and what comes without it.

What is said of a place carries its number, see ``pointed``.
"""

from __future__ import annotations

import math

from dpn.explain.account import Term, signed
from dpn.language import joined, t
from dpn.ui.inside.case import EVEN, Case, odds
from dpn.ui.inside.places.kinds import kind_words
from dpn.ui.inside.places.place import (
    Place,
    Places,
    deciding,
    decisive,
    named,
    nothing_at,
    those,
)
from dpn.ui.inside.places.reasons import like, why
from dpn.ui.inside.sum_words import against_the_picture

#: The share of its value by which a place may be missed less, unsaid.
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
    told = against_the_picture(case, terms)
    if strongest := places.strongest:
        whole, of_it = deciding(case, places), t("What speaks most for {name}", name=case.target)
        if whole == "neither":
            told.append(t("No place decides."))
        told.append(_speaks(case, places, strongest, of_it))
        kinds = kind_words(case, places)
        told += [*_alone(case, places), *(kinds if whole == "alone" else [])]
        told += [*_then(case, places), *_together(case, places), *_all_over(case, places)]
        told += kinds if whole != "alone" else []
        if case.is_photo and whole != "neither" and not like(case, strongest):
            told += _as_whole(case, places)
    if opposed := places.opposed:
        told.append(_speaks(case, places, opposed, t("What speaks most against it")))
    elif strongest and _left(places, terms) >= 0:
        told.append(t("Nothing speaks clearly against it."))
    if empty := places.empty:
        what = _lack(case, places, empty)
        told.append(t("For {name} also counts that there is {what}.", name=case.target, what=what))
    return joined([t("**In short.**"), *told]) if told else ""


def _lack(case: Case, places: Places, empty: Place) -> str:
    """Return what is not there, why that speaks for the class, and what comes with it."""
    what = _numbered(places, empty, nothing_at(case, empty))
    words = t("{what}: {reasons}", what=what, reasons=why(case, empty, places.usual))
    if empty.after < 0 < float(case.found.score[0]):
        words = t("{words}, and with it {name} would be ahead", words=words, name=case.contrast)
    return words


def _speaks(case: Case, places: Places, place: Place, start: str) -> str:
    """Return which place it is that speaks for a class, and why."""
    what = _numbered(places, place, named(case, place.region))
    if reasons := why(case, place, places.usual):
        return t("{start} is {what}: {reasons}.", start=start, what=what, reasons=reasons)
    return t("{start} is {what}.", start=start, what=what)


def _all_over(case: Case, places: Places) -> list[str]:
    """Return what decides where no place does, and what all of the image is like."""
    if deciding(case, places) != "neither" or places.together is None:
        return []
    reason = t("much of the rest of the picture speaks for it")
    if places.blank > places.together.after - places.blank:  # most of it a blank image has, too
        reason = t("it has a head start, which comes from no part of the picture")
    told = [
        t(
            "Even without {what}, **{name} would still be ahead**, {odds}, for {reason}.",
            what=those(len(places.on("for"))),
            name=case.target,
            odds=odds(places.together.after),
            reason=reason,
        )
    ]
    return [*told, *_as_whole(case, places)]


def _as_whole(case: Case, places: Places) -> list[str]:
    """Return what all of the image is like, if most images like it are of the class."""
    alike = places.together and places.together.alike
    if not alike or alike.of(int(case.found.target[0])) <= len(alike.labels) / 2:
        return []
    return [
        t(
            "As a whole it looks like {name} to the model ({count} of the {of} test images of "
            "{name} and {other} most like it).",
            name=case.target,
            other=case.contrast,
            count=alike.of(int(case.found.target[0])),
            of=len(alike.labels),
        )
    ]


def _alone(case: Case, places: Places) -> list[str]:
    """Return whether the place that speaks most decides by itself, where any does."""
    told = {
        "alone": [t("Without it **{name} would be ahead**.", name=case.contrast)],
        "together": [t("It does not decide alone.")],
    }
    return told.get(deciding(case, places), [])


def _then(case: Case, places: Places) -> list[str]:
    """Return which places come next for the class, and why where they, too, decide."""
    decide, told, rest = decisive(case, places), [], []
    for one in places.on("for")[1:]:
        what, tips = _numbered(places, one, named(case, one.region)), _tips(case, one)
        if not tips and one not in decide:
            rest.append(what)
            continue
        told.append(t("Next comes {what}.", what=what))
        if reasons := why(case, one, places.usual):
            told[-1] = t("Next comes {what}: {reasons}.", what=what, reasons=reasons)
        if tips:
            also = t("Without it, too, **{name} would be ahead**.", name=case.contrast)
            alone = t("Without it **{name} would be ahead**.", name=case.contrast)
            told.append(also if deciding(case, places) == "alone" else alone)
    return [*told, *_next(case, rest, bool(told))]


def _tips(case: Case, place: Place) -> bool:
    """Return whether the other class would be ahead without one place alone."""
    return case.contrast is not None and place.after < 0 < float(case.found.score[0])


def _next(case: Case, rest: list[str], is_more: bool) -> list[str]:
    """Return places by name; that there are none, unless some were told."""
    if not rest and is_more:
        return []
    if not rest:
        what = t("place") if case.is_photo else t(case.stuff)
        return [t("No other {what} speaks clearly for {name}.", what=what, name=case.target)]
    if len(rest) == 1:
        return [t("Next comes {what}.", what=rest[0])]
    what = t("{those} and {last}", those=t(", ").join(rest[:-1]), last=rest[-1])
    return [t("Next come {what}.", what=what)]


def _left(places: Places, terms: list[Term]) -> float:
    """Return what all of the image adds that is in none of its places."""
    seen = sum(term.value for term in terms if term.box)
    return seen - sum(place.region.value for place in places.told if not place.is_empty)


def _together(case: Case, places: Places) -> list[str]:
    """Return what comes without all places that speak for the class, if they decide together."""
    if deciding(case, places) != "together":
        return []
    return [
        t(
            "Together {what} decide: without them **{name} would be ahead**.",
            what=those(len(places.on("for"))),
            name=case.contrast,
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
            "{still}, as place {number} stands in for it", still=still, number=others[0]
        )
    if stands_in:
        still = t("{still}, as other places stand in for it", still=still)
    return change + still
