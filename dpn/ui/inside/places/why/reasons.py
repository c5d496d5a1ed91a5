"""Why a place speaks for its class: what is usual there, what it is like, what counts in it."""

from __future__ import annotations

import numpy as np

from dpn import ui
from dpn.explain.explanation import Floats
from dpn.explain.regions import look_of
from dpn.language import t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import COUNT
from dpn.ui.inside.places.place import Place, tips
from dpn.ui.inside.places.seen import usual_for
from dpn.ui.inside.places.why.drawn import against, closes, why_empty
from dpn.ui.inside.places.why.often import name_of
from dpn.ui.inside.places.why.reason import Reason, marks_of

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5
#: So many of the images most like a place have to be of a class for this to be a reason.
MOST = 0.75


def why(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two.

    Of a drawing also that no reason is clear, and what it is like there; "" where there is nothing
    to compare it with, and of a photo where what counts in it is told for itself.
    """
    found = clear_reason(case, place, usual).words
    if case.is_photo or case.contrast is None:
        return found
    alike = "".join(like(case, place))
    if not found and alike:
        return t("no single reason is clear, but {alike}", alike=alike)
    return found or t("no single reason is clear")


def clear_reason(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> Reason:
    """Return the reason why a place speaks for its class, if one is clear."""
    if place.is_empty:
        assert usual is not None
        return why_empty(case, place, usual)
    if case.is_photo:
        return Reason(t("; ").join([*_recognised(case, place), *_trait(case, place)]))
    return _of_drawing(case, place)


def _of_drawing(case: Case, place: Place) -> Reason:
    """Return why a drawing's place speaks for its class, and not for another.

    Where a third one would be ahead of both without the place, that is the one to tell it from, and
    the other one where a reason is clear.
    """
    if case.found.contrast is None:
        is_for = case.stuff == "ink" and place.region.value > 0
        return closes(case, place) if is_for else Reason()
    pair = [int(case.found.target[0]), int(case.found.contrast[0])]
    one, other = pair if place.region.value > 0 else pair[::-1]
    third = place.rival
    first, *more = against(case, place, one, [*([] if third is None else [third]), other])
    found = [reason for reason in (first, *more) if reason]
    if not first and found:
        assert third is not None
        unclear = t("against {name} no reason is clear", name=name_of(case, third))
        found.append(Reason(unclear))
    rival = found[0].rival if found else None
    marks = marks_of(found[:1])  # one thing a picture
    return Reason(t("; ").join(reason.words for reason in found), marks, rival)


def _sides(case: Case, place: Place) -> tuple[str | None, str | None]:
    """Return the class that a place speaks for, and the other one, as Markdown."""
    sides = case.target, case.contrast
    return sides if place.region.value > 0 else sides[::-1]


def like(case: Case, place: Place) -> list[str]:
    """Return how many images that are like it there are of its class, where most are."""
    if place.alike is None or case.found.contrast is None:
        return []
    count = _count(case, place)
    if count < MOST * COUNT:
        return []
    one, other = _sides(case, place)
    words = {"count": count, "of": COUNT, "one": one, "other": other}
    if case.is_photo:
        if count == COUNT:
            return [t("all {of} squares most like it are of {one}, not {other}", **words)]
        return [t("{count} of the {of} squares most like it are of {one}", **words)]
    if count == COUNT:
        return [t("all {of} test images most like it there are {one}, not {other}", **words)]
    return [t("{count} of the {of} test images most like it there are {one}", **words)]


def _recognised(case: Case, place: Place) -> list[str]:
    """Return by what a place of a photo speaks for its class: what it looks like to the model.

    Where that is usual for both classes, whether it is more like that of its own.
    """
    (looks, tells), alike = usual_for(case, place), like(case, place)
    if tells:
        return [looks, *alike]
    if not looks:
        return alike or _unlike(case, place)
    if not alike:  # what it looks like is no reason for its side
        return [looks, *unlike] if (unlike := _unlike(case, place)) else []
    one, other = _sides(case, place)
    words = {"looks": looks, "one": one, "other": other, "of": COUNT, "count": _count(case, place)}
    return [
        t(
            "{looks}, more like {one}'s than {other}'s ({count} of the {of} squares most like it "
            "are of {one})",
            **words,
        )
    ]


def _count(case: Case, place: Place) -> int:
    """Return how many of the images most like a place are of the class that it speaks for."""
    assert place.alike is not None
    assert case.found.contrast is not None
    of = case.found.target if place.region.value > 0 else case.found.contrast
    return place.alike.of(int(of[0]))


def _unlike(case: Case, place: Place) -> list[str]:
    """Return that squares like one that decides are of both classes, so that this is no reason."""
    if place.alike is None or case.found.contrast is None:
        return []
    if place.traits and not (place.side == "for" and tips(case, place)):
        return []
    words = {"count": _count(case, place), "of": COUNT, "one": _sides(case, place)[0]}
    if not words["count"]:
        return [t("no clear reason, none of the {of} squares most like it is of {one}", **words)]
    return [
        t(
            "no clear reason, only {count} of the {of} squares most like it is of {one}"
            if words["count"] == 1
            else "no clear reason, only {count} of the {of} squares most like it are of {one}",
            **words,
        )
    ]


def _trait(case: Case, place: Place) -> list[str]:
    """Return what counts in a place of a photo, from the shares of its effect, if it is known.

    That only its brightness does goes unsaid beside what it looks like.
    """
    if place.traits is None:
        return []
    image, mask = case.subject.image, place.region.mask
    colour_image = image if len(image) == 3 else np.repeat(image, 3, axis=0)
    look = t(look_of(colour_image, mask))
    pattern, colour, both = (share >= HALF for share in place.traits)
    if pattern and colour:
        colours = t("that it is {look}", look=look) if look else t("its colours")
        return [t("both its pattern and {colours} matter", colours=colours)]
    if pattern:
        return [t("its pattern matters, not its colours")]
    if colour and look:
        return [t("that it is {look} matters, not its pattern", look=look)]
    if colour:
        return [t("its colours matter, not its pattern")]
    if both:
        return []  # either would be enough
    if place.seen:
        return []
    ground = ui.model_server().ground(case.run)
    if image[:, mask].mean() > ground.mean():
        return [t("only that it is bright matters")]
    return [t("only that it is dark matters")]
