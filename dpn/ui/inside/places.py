"""Where in an image it was decided, and what the model would say without each place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dpn import ui
from dpn.explain.explanation import Floats
from dpn.explain.regions import (
    Region,
    find_missing,
    find_regions,
    is_missing,
    look_of,
    where_within,
)
from dpn.explain.shapes import INK, stroke
from dpn.explain.what_if import Pixels, evened, with_ink, without, without_colour
from dpn.explain.windows import (
    WORTH,
    Mask,
    find_windows,
    named_windows,
    windows,
)
from dpn.language import t
from dpn.ui.inside.case import Case, by_windows

#: What is less is written as 0.00, and not worth a word.
NOTHING = 0.005

#: Shares of the effect of blanking a place that are gone when it keeps only its mean colour, all
#: but its colour, and only its mean brightness.
Traits = tuple[float, float, float]


@dataclass(frozen=True)
class Place:
    """A place of an image, and what comes without it.

    Attributes:
        region: where it is; its value is what the place adds, or what is lost with a window; of an
            empty one, what ink there would take.
        before: the score without the places of an encoder that are told before it and speak for
            the class, too; of any other place, as it is.
        after: the score if it were blanked, too; of an empty one, with ink there.
        is_empty: whether it speaks by having no ink, where the other class usually has some.
        traits: what counts in a place of a photo.
    """

    region: Region
    before: float
    after: float
    is_empty: bool = False
    traits: Traits | None = None


@dataclass(frozen=True)
class Places:
    """The places of one image.

    Attributes:
        told: where it was decided, in the order of their numbers: those for the class, those
            against it, each side with its strongest first or, where windows are blanked, as
            ``find_windows`` orders them, and then an empty one.
        together: those with something in them that speak for the class as one place, where there
            are several.
        usual: (H, W) mean images of the class and of the one it is set against, or None.
    """

    told: list[Place]
    together: Place | None
    usual: tuple[Floats, Floats] | None = None

    @property
    def strongest(self) -> Place | None:
        """The place with ink that speaks most for the class; None if there is none."""
        return self._first(1)

    @property
    def opposed(self) -> Place | None:
        """The place that speaks most against the class; None if there is none."""
        return self._first(-1)

    @property
    def empty(self) -> Place | None:
        """The place that speaks by having no ink; None if there is none."""
        return next((one for one in self.told if one.is_empty), None)

    def _first(self, sign: int) -> Place | None:
        sided = (one for one in self.told if sign * one.region.value > 0 and not one.is_empty)
        return next(sided, None)


def named(case: Case, place: Region) -> str:
    """Return what lies at a place, and where that is."""
    if case.is_photo:
        return t("the {look} square at the {where}", look=_look(case, place), where=t(place.where))
    shape = stroke(case.ink, place.mask) if case.stuff == "ink" else case.stuff
    return t("the {what} at the {where}", what=t(shape), where=t(place.where))


def nothing_at(case: Case, place: Place) -> str:
    """Return what an empty place has not."""
    return t("no {stuff} at the {where}", stuff=t(case.stuff), where=t(place.region.where))


def _look(case: Case, place: Region) -> str:
    image = case.subject.image
    return look_of(image if len(image) == 3 else np.repeat(image, 3, axis=0), place.mask)


def find_places(case: Case) -> Places:
    """Look for the places, and ask the model what it would say without them."""
    ground, usual = ui.model_server().ground(case.run), _usual(case)
    found = (_windows if by_windows(case) else _strokes)(case, ground)
    if usual and not case.is_photo:
        empty = (_empty_window if by_windows(case) else _empty_place)(case, *usual)
        strongest = max((abs(one.region.value) for one in found), default=0.0)
        if empty and empty.region.value > max(WORTH * strongest, NOTHING):
            found.append(empty)
    return Places(found, _together(case, found, ground), usual)


def _strokes(case: Case, ground: Pixels) -> list[Place]:
    """Return the strokes that add most, and those that take most."""
    assert case.found.pixel_map is not None
    regions = find_regions(case.found.pixel_map[0])
    least = WORTH * max((abs(region.value) for region in regions), default=0)
    regions = [region for region in regions if abs(region.value) >= max(least, NOTHING)]
    regions.sort(key=lambda region: (region.value < 0, -abs(region.value)))
    image, score = case.subject.image, _score(case)
    after = _scores(case, [without(image, region.mask, ground) for region in regions])
    return [Place(region, score, float(left)) for region, left in zip(regions, after, strict=True)]


def _windows(case: Case, ground: Pixels) -> list[Place]:
    """Blank windows, and more windows with them; return those that decide."""
    image, score, ink = case.subject.image, _score(case), case.ink > 0

    def lost(masks: list[Mask]) -> Floats:
        return score - _scores(case, [without(image, mask, ground) for mask in masks])

    height, width = case.ink.shape
    speak, against = find_windows(height, width, lost, score)
    found, left = [], score
    for region in speak + against:
        before = left if region.value > 0 else score
        found.append(Place(region, before, before - region.value))
        left = found[-1].after
    if all(abs(place.region.value) < NOTHING for place in found):
        return []
    if case.is_photo:
        return _with_traits(case, found, ground)
    return [
        replace(
            place,
            region=replace(
                place.region,
                mask=place.region.mask & ink,
                where=where_within(place.region.mask, ink),
            ),
        )
        for place in found
        if (place.region.mask & ink).any()  # of an empty image all that changes is rounding
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
    return Place(replace(region, value=score - drawn), score, drawn, is_empty=True)


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
    mask = best.mask & (ink < INK)  # where a stroke crosses it, it is not empty
    where = where_within(best.mask, ink > 0)
    region = replace(best, value=_score(case) - drawn, mask=mask, where=where)
    return Place(region, _score(case), drawn, is_empty=True)


def _with_traits(case: Case, places: list[Place], ground: Pixels) -> list[Place]:
    """Return the windows of a photo with what counts in each."""
    gone, changed = case.subject.image, []
    for place in places:
        mask, speaks = place.region.mask, place.region.value > 0
        image = gone if speaks else case.subject.image
        grey = without_colour(image, mask)
        changed += [evened(image, mask), grey, evened(grey, mask)]
        gone = without(gone, mask, ground) if speaks else gone
    after = _scores(case, changed).reshape(-1, 3)
    return [
        replace(place, traits=tuple((place.before - scores) / place.region.value))
        if abs(place.region.value) > NOTHING
        else place
        for place, scores in zip(places, after, strict=True)
    ]


def _together(case: Case, found: list[Place], ground: Pixels) -> Place | None:
    """Return what the places that speak for the class are as one, where there are several."""
    speak = [one.region for one in found if one.region.value > 0 and not one.is_empty]
    if len(speak) < 2:
        return None
    value, mask = sum(one.value for one in speak), np.any([one.mask for one in speak], axis=0)
    (after,) = _scores(case, [without(case.subject.image, mask, ground)])
    return Place(Region(value, mask, ""), _score(case), float(after))


def _score(case: Case) -> float:
    return float(case.found.score[0])


def _scores(case: Case, images: list[Pixels]) -> Floats:
    """Return the score (N,) of each changed image, for the same two classes."""
    if not images:
        return np.zeros(0)
    target = int(case.found.target[0])
    contrast = None if case.found.contrast is None else int(case.found.contrast[0])
    question = replace(case.question, target=target, contrast=contrast)
    return ui.model_server().scores(case.run, np.stack(images), question, case.moment)


def _usual(case: Case) -> tuple[Floats, Floats] | None:
    """Return the mean images (H, W) of the two classes, where there are any and two classes."""
    means, found = ui.class_means(case.run), case.found
    if means is None or found.contrast is None or found.contrast[0] == found.target[0]:
        return None
    return means[int(found.target[0])], means[int(found.contrast[0])]
