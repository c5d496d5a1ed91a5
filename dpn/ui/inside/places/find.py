"""Where in an image it was decided, and what the model would say without each place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dpn import ui
from dpn.explain.explanation import Floats
from dpn.explain.photos.kinds import Kinds, changed, judged
from dpn.explain.regions import (
    Region,
    find_missing,
    find_regions,
    is_missing,
    where_within,
)
from dpn.explain.what_if import Pixels, evened, with_ink, without, without_colour
from dpn.explain.windows import (
    SHARES,
    WORTH,
    Mask,
    find_decisive,
    finely,
    named_windows,
    windows,
)
from dpn.ui.inside.case import FAINT, Case, by_windows
from dpn.ui.inside.places.naming import told_apart
from dpn.ui.inside.places.place import (
    NOTHING,
    Place,
    Places,
    Traits,
    deciding,
    decisive,
    with_alike,
    with_together,
)
from dpn.ui.inside.places.seen import with_seen

#: A square of a photo with less than this share of its pixels is told finely where it is.
SMALL = 0.125
#: A stroke of a larger share of the ink says nothing of where.
MOST_INK = 0.5


def find_places(case: Case) -> Places:
    """Look for the places, and ask the model what it would say without them."""
    ground, usual = ui.model_server().ground(case.run), _usual(case)
    found = _found(case, ground)
    if usual and not case.is_photo:
        empty = (_empty_window if by_windows(case) else _empty_place)(case, *usual)
        strongest = max((abs(one.region.value) for one in found), default=0.0)
        if empty and empty.region.value > max(WORTH * strongest, NOTHING):
            found.append(empty)
    places = Places(found, None, usual)
    speak = [one.region for one in places.on("for")]
    together, blank = _together(case, speak, ground)
    places = _with_third(case, replace(places, together=together, blank=blank), ground)
    if not case.is_photo:
        places = with_together(case, places)
    places = with_alike(case, places)
    places = replace(places, told=told_apart(case, [_bare(case, one) for one in places.told]))
    return with_seen(case, _with_looks(case, places, ground)) if case.is_photo else places


def _found(case: Case, ground: Pixels) -> list[Place]:
    """Blank places, alone and several at once; return those that decide.

    They are windows or, where a model reads the pixels of a drawing as they are and that decides,
    its strokes: what hangs together in what each pixel adds.
    """
    image, score, ink = case.subject.image, _score(case), case.ink > 0

    def lost(masks: list[Mask]) -> Floats:
        return score - _scores(case, [without(image, mask, ground) for mask in masks])

    height, width = case.ink.shape
    levels = [windows(height, width, share) for share in SHARES]
    if not by_windows(case):
        assert case.found.pixel_map is not None
        strokes = (region.mask for region in find_regions(case.found.pixel_map[0]))
        levels.insert(0, [one for one in strokes if (one & ink).sum() <= MOST_INK * ink.sum()])
    speak, against = find_decisive(levels, lost, score)
    regions = [one for one in speak + against if abs(one.value) >= NOTHING]
    after = score - lost([region.mask for region in regions])
    if case.is_photo:
        fine = [finely(one.mask) if one.mask.mean() < SMALL else one.where for one in regions]
        regions = [replace(one, where=where) for one, where in zip(regions, fine, strict=True)]
    found = [Place(region, float(left)) for region, left in zip(regions, after, strict=True)]
    if case.is_photo:
        return found
    return [
        replace(place, region=replace(one, mask=one.mask & ink, where=where_within(one.mask, ink)))
        for place in found
        if ((one := place.region).mask & ink).any()  # of an empty image all is rounding
    ]


def _empty_place(case: Case, first: Floats, second: Floats) -> Place | None:
    """Return the place without ink that the template would have counted for the other class."""
    assert case.found.composed_template is not None
    image = case.subject.image
    template = case.found.composed_template[0].sum(axis=0, dtype=np.float64)
    region = find_missing(template, image[0] / 255, first, second)
    if region is None:
        return None
    (after,) = _scores(case, [with_ink(image, region.mask, second)])
    score, drawn = _score(case), float(after)
    where = where_within(region.mask, case.ink > 0)
    region = replace(region, value=score - drawn, where=where)
    return Place(region, drawn, is_empty=True)


def _empty_window(case: Case, first: Floats, second: Floats) -> Place | None:
    """Draw into the windows that usually have ink; return the one that changes most."""
    image = case.subject.image
    ink = image.mean(axis=0) / 255
    found = [
        region
        for region in named_windows(windows(*image.shape[1:]))
        if is_missing(region, ink, first, second)
    ]
    after = _scores(case, [with_ink(image, region.mask, second) for region in found])
    if not found:
        return None
    best, drawn = found[int(after.argmin())], float(after.min())
    where = where_within(best.mask, ink > 0)
    region = replace(best, value=_score(case) - drawn, where=where)
    return Place(region, drawn, is_empty=True)


def _with_third(case: Case, places: Places, ground: Pixels) -> Places:
    """Return the places with the class that is ahead of both without each, and without all."""
    found, image = case.found, case.subject.image
    asked = [*places.told, *([places.together] if places.together else [])]
    if not asked or found.contrast is None or found.logits[0].argmax() != found.target[0]:
        return places
    changed = [
        with_ink(image, one.region.mask, places.usual[1])
        if one.is_empty and places.usual
        else without(image, one.region.mask, ground)
        for one in asked
    ]
    logits = case.logits(changed)
    pair = int(found.target[0]), int(found.contrast[0])
    best = [int(one) for one in logits.argmax(axis=1)]
    told = [
        replace(one, instead=None if first in pair else first)
        for one, first in zip(asked, best, strict=True)
    ]
    together = told.pop() if places.together else None
    return replace(places, told=told, together=together)


def _bare(case: Case, place: Place) -> Place:
    """Return an empty place without the strokes that cross it, which are not empty."""
    bare = place.region.mask & (case.ink < FAINT)
    if not (place.is_empty and bare.any()):
        return place
    return replace(place, region=replace(place.region, mask=bare))


def _with_looks(case: Case, places: Places, ground: Pixels) -> Places:
    """Return the places of a photo with what counts in them: those that decide as one."""
    decide = decisive(case, places)
    told = _with_traits(case, places, [one for one in places.told if one not in decide], ground)
    squares = [place.region.mask for place in decide] or [np.ones_like(case.ink, bool)]
    kinds = _kinds(case, squares, ground) if deciding(case, places) else None
    return replace(places, told=[told.get(one.region, one) for one in places.told], kinds=kinds)


def _kinds(case: Case, squares: list[Mask], ground: Pixels) -> Kinds:
    """Return what counts in squares of a photo, for its answer against all other classes.

    For another class, or against another one, for these two alone.
    """
    made = changed(case.subject.image, squares, ground)
    images = [case.subject.image, *(image for each in made.values() for image in each)]
    logits = case.logits(images)
    assert case.found.contrast is not None
    target, contrast = int(case.found.target[0]), int(case.found.contrast[0])
    best, second = (-logits[0]).argsort(kind="stable")[:2]
    others = [one for one in range(len(logits[0])) if one != target]
    if (target, contrast) != (best, second):
        others = [contrast]
    return judged(made, logits, target, others)


def _with_traits(
    case: Case, all_places: Places, places: list[Place], ground: Pixels
) -> dict[Region, Place]:
    """Return windows of a photo with what counts in each."""
    image, looks = case.subject.image, []
    speak = [place.region.mask for place in all_places.on("for")]
    for place in places:
        mask, others = place.region.mask, image
        if place.region.value > 0:
            for other in speak:
                others = others if other is mask else without(others, other, ground)
        grey = without_colour(others, mask)
        looks += [others, without(others, mask, ground)]
        looks += [evened(others, mask), grey, evened(grey, mask)]
    after = _scores(case, looks).reshape(-1, 5)
    return {
        place.region: replace(place, traits=Traits(*((before - scores) / (before - gone))))
        for place, (before, gone, *scores) in zip(places, after, strict=True)
        if abs(before - gone) > NOTHING
    }


def _together(case: Case, speak: list[Region], ground: Pixels) -> tuple[Place | None, float]:
    """Return what the places that speak for the class are as one; the score with all blank."""
    mask = np.any([one.mask for one in speak] or [np.zeros_like(case.ink, bool)], axis=0)
    masks = mask, np.ones_like(mask)
    after, blank = _scores(case, [without(case.subject.image, one, ground) for one in masks])
    if not speak:
        return None, float(blank)
    value = sum(one.value for one in speak)
    return Place(Region(value, mask, ""), float(after)), float(blank)


def _score(case: Case) -> float:
    return float(case.found.score[0])


def _scores(case: Case, images: list[Pixels]) -> Floats:
    """Return the score (N,) of each changed image, for the same two classes."""
    if not images:
        return np.zeros(0)
    logits, found = case.logits(images), case.found
    score: Floats = logits[:, int(found.target[0])]
    return score if found.contrast is None else score - logits[:, int(found.contrast[0])]


def _usual(case: Case) -> tuple[Floats, Floats] | None:
    """Return the mean images (H, W) of the two classes, where there are any and two classes."""
    means, found = ui.class_means(case.run), case.found
    if means is None or found.contrast is None or found.contrast[0] == found.target[0]:
        return None
    return means[int(found.target[0])], means[int(found.contrast[0])]
