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
from dpn.explain.windows import WORTH, choose_windows, find_squares, named_windows, windows
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
        region: where it is; its value is what the place adds, or the effect of a window; of an
            empty one, what ink there would take.
        after: the score if it were blanked; of an empty one, with ink there.
        is_empty: whether it speaks by having no ink, where the other class usually has some.
        traits: what counts in a place of a photo.
    """

    region: Region
    after: float
    is_empty: bool = False
    traits: Traits | None = None


@dataclass(frozen=True)
class Places:
    """The places of one image.

    Attributes:
        told: where it was decided, in the order of their numbers: those for the class, those
            against it, each side with its strongest first, and then an empty one.
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
    least = WORTH * max((abs(one.region.value) for one in found), default=0)
    found = [one for one in found if abs(one.region.value) >= max(least, NOTHING)]
    found.sort(key=lambda one: (one.region.value < 0, -abs(one.region.value)))
    if usual and not case.is_photo:
        empty = (_empty_window if by_windows(case) else _empty_place)(case, *usual)
        strongest = max((abs(one.region.value) for one in found), default=0.0)
        if empty and empty.region.value > max(WORTH * strongest, NOTHING):
            found.append(empty)
    return Places(found, _together(case, found, ground), usual)


def exact_squares(case: Case) -> list[Region]:
    """Return the squares of a photo that add most and that take most, with their exact shares.

    They are cells of the map that is cut into parts; none where there is no such map.
    """
    if not case.is_photo or case.found.cells is None:
        return []
    return find_squares(case.found.cells[0], *case.subject.image.shape[1:])


def _strokes(case: Case, ground: Pixels) -> list[Place]:
    """Return the strokes that add most, and those that take most."""
    assert case.found.pixel_map is not None
    regions = find_regions(case.found.pixel_map[0])
    image = case.subject.image
    after = _scores(case, [without(image, region.mask, ground) for region in regions])
    return [Place(region, float(left)) for region, left in zip(regions, after, strict=True)]


def _windows(case: Case, ground: Pixels) -> list[Place]:
    """Blank one window after the other; return those that change most."""
    image, score = case.subject.image, _score(case)
    masks = windows(*image.shape[1:])
    effects = score - _scores(case, [without(image, mask, ground) for mask in masks])
    regions = choose_windows(masks, effects)
    if case.is_photo:
        return [
            Place(region, score - region.value, traits=traits)
            for region, traits in zip(regions, _traits(case, regions), strict=True)
        ]
    ink = case.ink > 0
    return [
        Place(
            replace(region, mask=region.mask & ink, where=where_within(region.mask, ink)),
            score - region.value,
        )
        for region in regions
        if (region.mask & ink).any()  # of an empty image all that changes is rounding
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
    return Place(replace(region, value=_score(case) - float(after)), float(after), is_empty=True)


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
    return Place(region, drawn, is_empty=True)


def _traits(case: Case, windows: list[Region]) -> list[Traits | None]:
    """Return what counts in each window; None where blanking it has hardly any effect."""
    image, changed = case.subject.image, []
    for one in windows:
        grey = without_colour(image, one.mask)
        changed += [evened(image, one.mask), grey, evened(grey, one.mask)]
    lost = (_score(case) - _scores(case, changed)).reshape(-1, 3)
    return [
        (float(pattern) / one.value, float(colour) / one.value, float(both) / one.value)
        if abs(one.value) > NOTHING
        else None
        for one, (pattern, colour, both) in zip(windows, lost, strict=True)
    ]


def _together(case: Case, found: list[Place], ground: Pixels) -> Place | None:
    """Return what the places that speak for the class are as one, where there are several."""
    speak = [one.region for one in found if one.region.value > 0 and not one.is_empty]
    if len(speak) < 2:
        return None
    value, mask = sum(one.value for one in speak), np.any([one.mask for one in speak], axis=0)
    (after,) = _scores(case, [without(case.subject.image, mask, ground)])
    return Place(Region(value, mask, ""), float(after))


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
