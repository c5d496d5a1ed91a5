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

#: The share of a place's effect from which a trait of it counts.
HALF = 0.5


def why(case: Case, place: Place, usual: tuple[Floats, Floats] | None) -> str:
    """Return why a place speaks for its class, in a clause or two; "" where nothing is known."""
    if place.is_empty:
        return _why_empty(case, place, usual)
    if case.is_photo:
        told = [_trait(case, place)] if place.traits else []
        return t("; ").join([*like(case, place), *told])
    region, is_for = place.region, place.region.value > 0
    ink, reasons = case.ink, []
    before, after = loops(ink), loops(np.where(region.mask, 0, ink))
    if is_for and after < before and case.stuff == "ink":
        both = t("it closes both loops") if (before, after) == (2, 0) else t("it closes a loop")
        reasons.append(t("it closes the loop") if before == 1 else both)
    one, other = _sides(case, place)
    has_more = usual is not None and usual_ink(region, *usual) == ("first" if is_for else "second")
    if has_more:
        stuff = t(case.stuff)
        words = t("{one} has more {stuff} there than {other}", one=one, stuff=stuff, other=other)
        reasons.append(words)
    if not has_more:  # other classes may have a loop, too
        reasons += like(case, place)
    return t(" and ").join(reasons)


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
    closes = loops(with_it) > loops(ink) and loops(usual[1]) and case.stuff == "ink"
    if closes:
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
