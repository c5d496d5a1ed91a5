"""Why a class was answered, in short: a few lines, each with a name, from the places of its image.

Every line answers one question, so that a reader finds it; the figures stand in the lines of all
places, see ``words``.
"""

from __future__ import annotations

from dpn.explain.account import Term
from dpn.language import joined, listed, t
from dpn.ui.inside.case import Case, odds
from dpn.ui.inside.places.kinds import kind_words
from dpn.ui.inside.places.naming import called, numbered, those
from dpn.ui.inside.places.place import Place, Places, ahead, deciding, decisive, third_class, tips
from dpn.ui.inside.places.why.drawn import by_eye
from dpn.ui.inside.places.why.marked import picture_of
from dpn.ui.inside.places.why.reasons import clear_reason
from dpn.ui.inside.places.why.told import counts, reasons_of
from dpn.ui.inside.sum_words import mind


def short_words(case: Case, places: Places, terms: list[Term]) -> str:
    """Return as a list what decides, why, what else speaks for the class, and what against it.

    Args:
        case: the image explained.
        places: its places.
        terms: the account of its score.
    """
    told, reasons = {t("Mind"): joined(mind(case, terms))}, ""
    if places.strongest:
        most = t("What counts most") if not deciding(case, places) else t("What decides")
        decides, lack = _what_decides(case, places, terms), _lack_decides(case, places)
        is_first = deciding(case, places) == "neither"  # it alone decides
        told[most] = joined([*lack, *decides] if is_first else [*decides, *lack])
        reasons = reasons_of(case, places)
        is_marked = 'class="reason"' in reasons
        told[t("Why, marked in yellow") if is_marked else t("Why")] = reasons
        where = t("there") if decisive(case, places) else t("in the whole picture")
        if deciding(case, places) == "alone" and any(tips(case, x) for x in places.on("for")[1:]):
            where = t("in {place}", place=those(1))
        told[t("What matters {where}", where=where)] = joined(kind_words(case, places))
    opposed = [one.region.mask for one in places.on("against")]
    eye = by_eye(case, [one.rival for one in places.told], reasons, opposed)
    seen = picture_of(case, eye, []) + t("{what}.", what=eye.words)
    told[t("By eye, not by the model")] = seen if eye else ""
    told[t("Also for {name}", name=case.target)] = _others(case, places)
    told[t("Against it")] = _against(case, places, terms)
    lines = {f":gray[{name}]": words for name, words in told.items() if words}
    return "\n".join("- " + t("{name}: {words}", name=name, words=lines[name]) for name in lines)


def _what_decides(case: Case, places: Places, terms: list[Term]) -> list[str]:
    """Return which places decide, alone or together, and what comes without them."""
    assert places.strongest is not None
    first, how = numbered(case, places, places.strongest), deciding(case, places)
    if not how:
        return [t("{what}.", what=first)]
    also = [one for one in places.on("for")[1:] if tips(case, one)]
    if how == "alone":
        outcome = _ahead(case, places.strongest, *also)
        if not also and places.empty and tips(case, places.empty):
            return [t("{what}. Without it {outcome}.", what=first, outcome=outcome)]
        if not also:
            return [t("{what} alone. Without it {outcome}.", what=first, outcome=outcome)]
        each = listed([first, *(numbered(case, places, one) for one in also)])
        if len({ahead(case, one) for one in (places.strongest, *also)}) > 1:
            return [t("{what}, each.", what=each), _without_each(case, places, also)]
        words = {"what": each, "outcome": outcome}
        if len(also) == 1:
            return [t("{what}, each alone. If either is gone, {outcome}.", **words)]
        return [t("{what}, each. Without any one of them {outcome}.", **words)]
    those_alone = listed([called(places, one) for one in also])
    if how == "together":
        assert places.together is not None
        told = [
            t(
                "{what}, together. Without them {outcome}.",
                what=listed([numbered(case, places, one) for one in places.on("for")]),
                outcome=_ahead(case, places.together),
            )
        ]
        if also and ahead(case, *also) == ahead(case, places.together):
            told.append(t("The same without {what} alone.", what=those_alone))
        elif also:
            told.append(_without_alone(case, those_alone, also))
        return told
    told = [t("no single place; the strongest is {what}.", what=first)]
    if _lack_decides(case, places):
        told = [t("No other place does alone; the strongest is {what}.", what=first)]
    seen = sum(term.value for term in terms if term.box)
    if case.is_photo and _left(places, terms) > seen / 2:
        told = [t("the picture as a whole; its strongest place is {what}.", what=first)]
    if also:
        told = [
            _without_alone(case, those_alone, also),
            t("Of all, {what} counts most.", what=first),
        ]
    return [*told, _all_over(case, places, terms)]


def _ahead(case: Case, *without: Place) -> str:
    """Return who would be ahead without each of these places, and who then not, if a third is."""
    outcome, thirds = ahead(case, *without), {third_class(case, one) for one in without}
    if len(thirds) > 1 or None in thirds:
        return outcome
    return t("{outcome}, not {name}", outcome=outcome, name=case.contrast)


def _without_each(case: Case, places: Places, also: list[Place]) -> str:
    """Return who would be ahead without each of the places that decide alone, one by one."""
    assert places.strongest is not None
    return joined(
        t("Without {place}, {outcome}.", place=called(places, one), outcome=ahead(case, one))
        for one in (places.strongest, *also)
    )


def _without_alone(case: Case, what: str, places: list[Place]) -> str:
    """Return who would be ahead without each of some places, which are called so."""
    return t("Without {what} alone {outcome}.", what=what, outcome=ahead(case, *places))


def _lack_decides(case: Case, places: Places) -> list[str]:
    """Return that the other class would be ahead with ink in an empty place, where it would."""
    if not (places.empty and tips(case, places.empty)):
        return []
    words = {"what": numbered(case, places, places.empty), "stuff": t(case.stuff)}
    words["outcome"] = _ahead(case, places.empty)
    if deciding(case, places) == "neither":
        return [t("{what}: with {stuff} there {outcome}.", **words)]
    return [t("Needed, too: {what}. With {stuff} there {outcome}.", **words)]


def _all_over(case: Case, places: Places, terms: list[Term]) -> str:
    """Return what is left without the places, where none decides, and what decides then.

    That is the rest of the image or what the model begins with, where the account and a blank
    image say so.
    """
    assert places.together is not None
    after, start = places.together.after, sum(term.value for term in terms if not term.box)
    rest = _left(places, terms) > start
    words = {
        "what": those(len(places.on("for"))),
        "outcome": t("**{name} would still be ahead**, {odds}", name=case.target, odds=odds(after)),
    }
    if rest != (places.blank <= after - places.blank):
        return t("Even without {what}, {outcome}.", **words)
    reason = t("the model begins with a lead for it, before looking at the picture")
    if rest and case.is_photo:  # more than what lies beside its places, which may be little
        return t("Even without {what}, {outcome}.", **words)
    if rest:
        reason = t("much of the rest of the picture speaks for it")
    return t("Even without {what}, {outcome}, for {reason}.", reason=reason, **words)


def _others(case: Case, places: Places) -> str:
    """Return what else speaks for the class: other places, and one that has no ink."""
    said = [places.strongest, *decisive(case, places)]
    said += [one for one in places.told if counts(case, one)]
    told = []
    for one in (*places.on("for"), *places.on("empty")):
        if one in said:
            continue
        what, clear = numbered(case, places, one), clear_reason(case, one, places.usual)
        since = t("{what}, since {reasons}", what=what, reasons=clear.words)
        told.append(since if clear else what)
    return t("{what}.", what=t("; ").join(told)) if told else ""


def _against(case: Case, places: Places, terms: list[Term]) -> str:
    """Return what speaks most against the class, and why."""
    if opposed := places.opposed:
        what, found = numbered(case, places, opposed), clear_reason(case, opposed, places.usual)
        told = [
            t("{what}: {reasons}.", what=what, reasons=found.words)
            if found
            else t("{what}.", what=what)
        ]
        if third_class(case, opposed):  # it takes from one and holds back another
            outcome = ahead(case, opposed)
            told.append(t("Yet without it {outcome}.", outcome=outcome))
        return joined(told)
    if places.strongest and _left(places, terms) >= 0:
        return t("nothing clear.")
    return ""


def _left(places: Places, terms: list[Term]) -> float:
    """Return what all of the image adds that is in none of its places."""
    seen = sum(term.value for term in terms if term.box)
    return seen - sum(place.region.value for place in places.told if not place.is_empty)
