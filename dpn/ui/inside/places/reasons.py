"""Why a place speaks for its class: what is usual there, what it is like, what counts in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dpn import ui
from dpn.explain.explanation import Floats
from dpn.explain.regions import look_of, usual_ink
from dpn.explain.shapes import loops, stroke
from dpn.explain.what_if import with_ink
from dpn.language import percent, t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import COUNT, box_of
from dpn.ui.inside.places.place import Place, third_class
from dpn.ui.inside.places.seen import usual_for
from dpn.ui.inside.places.usual import share_with, usual_loops

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5
#: How much more of a class, as a share of its images and as often as of the other one, have to have
#: a stroke of one direction at a place for it to be a reason.
OFTEN, TWICE = 0.25, 2.0


def why(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two.

    Of a drawing also that no reason is clear; "" where there is nothing to compare it with, and of
    a photo where what counts in it is told for itself.
    """
    found = reasons(case, place, usual)
    return found if found or case.is_photo else _unclear(case, place, usual)


def reasons(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return the reasons why a place speaks for its class; "" where none is clear."""
    if place.is_empty:
        return _why_empty(case, place, usual)
    if case.is_photo:
        traits = [_trait(case, place)] if place.traits else []
        return t("; ").join([*_recognised(case, place), *traits])
    region, is_for = place.region, place.region.value > 0
    found = _loop(case, place) if is_for else []
    one, other = _sides(case, place)
    has_more = usual is not None and usual_ink(region, *usual) == ("first" if is_for else "second")
    if has_more:
        stuff = t(case.stuff)
        words = t("{one} has more {stuff} there than {other}", one=one, stuff=stuff, other=other)
        found.append(words)
    if not has_more:  # a loop is not always enough
        found += _direction(case, place) or like(case, place)
    return t(" and ").join(found + _third(case, place))


def _third(case: Case, place: Place) -> list[str]:
    """Return what a class usually lacks that would be ahead of both without a drawing's place."""
    if place.instead is None or place.side != "for":
        return []
    means, name = ui.class_means(case.run), third_class(case, place)
    if means is None:
        return []
    if usual_ink(place.region, means[int(case.found.target[0])], means[place.instead]) == "first":
        return [t("{name} usually has less {stuff} there", name=name, stuff=t(case.stuff))]
    third = replace(case, found=replace(case.found, contrast=np.array([place.instead])))
    return [t("{name} usually has fewer loops", name=name)] if _loop(third, place) else []


def _loop(case: Case, place: Place) -> list[str]:
    """Return that a place closes a loop, where the other class usually has fewer than that."""
    ink, (usual, others) = case.ink, usual_loops(case)
    before, after = loops(ink), loops(np.where(place.region.mask, 0, ink))
    if case.stuff != "ink" or after >= before or not min(usual, before) > others:
        return []
    both = t("it closes both loops") if (before, after) == (2, 0) else t("it closes a loop")
    closes = t("it closes the loop") if before == 1 else both
    if case.contrast is None:
        return [closes]
    few = t("{closes} ({name} usually has fewer)", closes=closes, name=case.contrast)
    none = t("{closes} ({name} usually has none)", closes=closes, name=case.contrast)
    return [few if others else none]


def _direction(case: Case, place: Place) -> list[str]:
    """Return that a stroke's direction there is usual for its class, and not for the other one."""
    shape, box = stroke(case.ink, place.region.mask), box_of(place.region.mask)
    if case.stuff != "ink" or shape == "ink" or stroke(case.ink, box) != shape:
        return []
    shares = share_with(case, shape, box)
    if shares is None:
        return []
    one, other = _sides(case, place)
    usual, others = shares if place.region.value > 0 else shares[::-1]
    if usual < max(OFTEN + others, TWICE * others):
        return []
    return [
        t(
            "{one} often has such a stroke there ({share}), {other} seldom ({less})",
            one=one,
            share=percent(usual, 0),
            other=other,
            less=percent(others, 0),
        )
    ]


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
    count = _count(case, place)
    if count <= COUNT / 2:
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
    if not looks:
        return alike or _unlike(case, place)
    if tells:
        return [looks, *alike]
    if not alike:
        return [looks, *_unlike(case, place)]
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
    if place.traits or place.alike is None or case.found.contrast is None:
        return []
    words = {"count": _count(case, place), "of": COUNT, "one": _sides(case, place)[0]}
    if not words["count"]:
        return [t("no clear reason, none of the {of} squares most like it is of {one}", **words)]
    return [
        t("no clear reason, only {count} of the {of} squares most like it are of {one}", **words)
    ]


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
        colours = t("that it is {look}", look=look) if look else t("its colours")
        return t("its pattern and {colours} matter", colours=colours)
    if pattern:
        return t("its pattern matters, not its colours")
    if colour and look:
        return t("that it is {look} matters, not its pattern", look=look)
    if colour:
        return t("its colours matter, not its pattern")
    if both:
        return t("either its pattern or its colours would be enough")
    ground = ui.model_server().ground(case.run)
    if image[:, mask].mean() > ground.mean():
        return t("only that it is bright matters")
    return t("only that it is dark matters")
