"""Why a place speaks for its class: what is usual there, what it is like, what counts in it."""

from __future__ import annotations

import numpy as np

from dpn import ui
from dpn.explain.explanation import Floats
from dpn.explain.regions import look_of, usual_ink
from dpn.explain.shapes import loops
from dpn.explain.what_if import with_ink
from dpn.language import t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import COUNT
from dpn.ui.inside.places.place import Place
from dpn.ui.inside.places.usual import usual_loops

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5


def why(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two.

    Of a drawing also that no reason is clear; "" where there is nothing to compare it with, and of
    a photo where what counts in it is told for itself.
    """
    if place.is_empty:
        return _why_empty(case, place, usual)
    if case.is_photo:
        told = [_trait(case, place)] if place.traits else []
        return t("; ").join([*like(case, place), *told])
    region, is_for = place.region, place.region.value > 0
    reasons = _loop(case, place) if is_for else []
    one, other = _sides(case, place)
    has_more = usual is not None and usual_ink(region, *usual) == ("first" if is_for else "second")
    if has_more:
        stuff = t(case.stuff)
        words = t("{one} has more {stuff} there than {other}", one=one, stuff=stuff, other=other)
        reasons.append(words)
    if not has_more:  # a loop is not always enough
        reasons += like(case, place)
    return t(" and ").join(reasons) or _unclear(case, place, usual)


def _loop(case: Case, place: Place) -> list[str]:
    """Return that a place closes a loop, where its class usually has more than the other one."""
    ink, (usual, others) = case.ink, usual_loops(case)
    before, after = loops(ink), loops(np.where(place.region.mask, 0, ink))
    if case.stuff != "ink" or after >= before or not usual > others:
        return []
    both = t("it closes both loops") if (before, after) == (2, 0) else t("it closes a loop")
    closes = t("it closes the loop") if before == 1 else both
    if case.contrast is None:
        return [closes]
    few = t("{closes} ({name} usually has fewer)", closes=closes, name=case.contrast)
    none = t("{closes} ({name} usually has none)", closes=closes, name=case.contrast)
    return [few if others else none]


def _unclear(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return that no reason is clear, and what is usual there, if that is known."""
    if usual is None:
        return t("no single reason is clear") if place.alike else ""
    one, other = _sides(case, place)
    words = {"one": one, "other": other, "stuff": t(case.stuff)}
    if usual_ink(place.region, *usual):
        return t(
            "no single reason is clear, for {other} even has more {stuff} there than {one}", **words
        )
    return t(
        "no single reason is clear ({one} and {other} have about as much {stuff} there)", **words
    )


def _sides(case: Case, place: Place) -> tuple[str | None, str | None]:
    """Return the class that a place speaks for, and the other one, as Markdown."""
    sides = case.target, case.contrast
    return sides if place.region.value > 0 else sides[::-1]


def like(case: Case, place: Place) -> list[str]:
    """Return how many images that are like it there are of its class, where most are."""
    if place.alike is None or case.found.contrast is None:
        return []
    of = case.found.target if place.region.value > 0 else case.found.contrast
    count = place.alike.of(int(of[0]))
    if count <= COUNT / 2:
        return []
    one, other = _sides(case, place)
    words = {"count": count, "of": COUNT, "one": one, "other": other}
    if case.is_photo:
        seen = t("it looks like {one} to the model", one=one)
        counted = t("{count} of the {of} squares most like it are of {one}", **words)
        if count == COUNT:
            counted = t("all {of} squares most like it are of {one}, not {other}", **words)
    else:
        seen = t("it looks like part of {one}", one=one)
        counted = t("{count} of the {of} test images most like it there are {one}", **words)
        if count == COUNT:
            counted = t("all {of} test images most like it there are {one}, not {other}", **words)
    return [t("{seen} ({counted})", seen=seen, counted=counted)]


def _why_empty(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why empty paper speaks for a class."""
    assert usual is not None
    ink = case.subject.image.mean(axis=0) / 255
    with_it = with_ink(case.subject.image, place.region.mask, usual[1]).mean(axis=0) / 255
    few, many = usual_loops(case)
    if loops(with_it) > loops(ink) and many > few and case.stuff == "ink":
        return t(
            "{name} usually has some there, which would close the gap to a loop",
            name=case.contrast,
        )
    return t("{name} usually has some there", name=case.contrast)


def _trait(case: Case, place: Place) -> str:
    """Return what counts in a place of a photo, from the shares of its effect."""
    assert place.traits is not None
    image, mask = case.subject.image, place.region.mask
    colour_image = image if len(image) == 3 else np.repeat(image, 3, axis=0)
    look = t(look_of(colour_image, mask))
    pattern, colour, both = (share >= HALF for share in place.traits)
    if pattern and colour:
        return t("its pattern matters and that it is {look}", look=look)
    if pattern:
        return t("its pattern matters, not its colours")
    if colour:
        return t("that it is {look} matters, not its pattern", look=look)
    if both:
        return t("its pattern would be enough, and so would its colours")
    ground = ui.model_server().ground(case.run)
    if image[:, mask].mean() > ground.mean():
        return t("only that it is bright matters")
    return t("only that it is dark matters")
