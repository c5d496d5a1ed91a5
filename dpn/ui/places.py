"""Where in an image it was decided, and what the model would say without each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dpn import ui
from dpn.explanation import Floats
from dpn.regions import (
    WORTH,
    Region,
    choose_windows,
    find_missing,
    find_regions,
    is_missing,
    look_of,
    named_windows,
    where_within,
    windows,
)
from dpn.shapes import INK, stroke
from dpn.ui.case import Case
from dpn.what_if import Pixels, evened, with_ink, without, without_colour


@dataclass(frozen=True)
class Places:
    """The places of one image.

    Attributes:
        found: where it was decided, the strongest first: the strokes that added most, or the
            windows without which the score changes most.
        after: the score of the image without each of them.
        missing: a place whose empty paper speaks for the answer, or None.
        drawn: the score of the image with ink there.
        usual: (H, W) mean images of the class and of the one it is set against, or None.
        traits: what counts in each window of a photo: the share of its effect that is gone when it
            keeps only its mean colour, and when it keeps all but its colour.
    """

    found: list[Region]
    after: list[float]
    missing: Region | None = None
    drawn: float = 0.0
    usual: tuple[Floats, Floats] | None = None
    traits: Sequence[tuple[float, float]] = ()

    @property
    def strongest(self) -> Region | None:
        """The place for the class without which the score falls most; None if there is none."""
        pairs = [pair for pair in zip(self.after, self.found, strict=True) if pair[1].value > 0]
        return min(pairs, key=lambda pair: pair[0])[1] if pairs else None


def by_windows(case: Case) -> bool:
    """Return whether places are windows that are blanked, and not strokes with their exact sums.

    In a photo single pixels show nothing that one recognises; and behind layers that bend, what a
    pixel adds and what its loss would change can be far apart.
    """
    return case.config.preparation == "photo" or case.config.model.model != "dpn"


def named(case: Case, place: Region) -> str:
    """Return what lies at a place, and where that is."""
    if case.config.preparation == "photo":
        return f"the {_look(case, place)} {place.where} of the photo"
    ink = case.subject.image.mean(axis=0) / 255
    return f"the {stroke(ink, place.mask)} at the {place.where}"


def _look(case: Case, place: Region) -> str:
    image = case.subject.image
    return look_of(image if len(image) == 3 else np.repeat(image, 3, axis=0), place.mask)


def find_places(case: Case) -> Places:
    """Look for the places, and ask the model what it would say without them."""
    image, found = case.subject.image, case.found
    assert found.pixel_map is not None
    assert found.composed_template is not None
    ground, usual = ui.server().ground(case.run), _usual(case)
    if by_windows(case):
        return _windows(case, ground, usual)
    regions = find_regions(found.pixel_map[0])
    after = _scores(case, [without(image, region.mask, ground) for region in regions])
    places = Places(regions, [float(score) for score in after], usual=usual)
    if usual:
        template = found.composed_template[0].sum(axis=0, dtype=np.float64)
        missing = find_missing(template, image[0] / 255, *usual)
        if missing:
            (drawn,) = _scores(case, [with_ink(image, missing.mask, usual[1])])
            return _with_missing(places, missing, float(drawn), float(found.score[0]))
    return places


def _windows(case: Case, ground: Pixels, usual: tuple[Floats, Floats] | None) -> Places:
    """Blank one window after the other, and draw into those that usually have ink."""
    image, score = case.subject.image, float(case.found.score[0])
    masks = windows(*image.shape[1:])
    effects = score - _scores(case, [without(image, mask, ground) for mask in masks])
    regions = choose_windows(masks, effects)
    if case.config.preparation == "photo":
        after = [score - region.value for region in regions]
        return Places(regions, after, traits=_traits(case, regions))
    ink = image.mean(axis=0) / 255
    regions = [
        replace(place, mask=place.mask & (ink > 0), where=where_within(place.mask, ink > 0))
        for place in regions
        if (place.mask & (ink > 0)).any()  # of an empty image all that changes is rounding
    ]
    places = Places(regions, [score - region.value for region in regions], usual=usual)
    if usual:
        empty = [place for place in named_windows(masks) if is_missing(place, ink, *usual)]
        drawn = _scores(case, [with_ink(image, place.mask, usual[1]) for place in empty])
        if len(drawn):
            best = empty[int(drawn.argmin())]
            mask = best.mask & (ink < INK)  # where a stroke crosses it, it is not empty
            best = replace(best, mask=mask, where=where_within(best.mask, ink > 0))
            return _with_missing(places, best, float(drawn.min()), score)
    return places


def _traits(case: Case, places: list[Region]) -> list[tuple[float, float]]:
    """Return what share of each place's effect is its pattern, and what share its colour."""
    image, score = case.subject.image, float(case.found.score[0])
    changed = [change(image, place.mask) for place in places for change in (evened, without_colour)]
    lost = (score - _scores(case, changed)).reshape(-1, 2)
    return [
        (float(pattern) / place.value, float(colour) / place.value)
        for place, (pattern, colour) in zip(places, lost, strict=True)
    ]


def _with_missing(places: Places, missing: Region, drawn: float, score: float) -> Places:
    """Add a place that is missing, if ink there would change enough to be worth a word."""
    strongest = max((abs(score - after) for after in places.after), default=0.0)
    if score - drawn <= WORTH * strongest:
        return places
    return replace(places, missing=missing, drawn=drawn)


def _scores(case: Case, images: list[Pixels]) -> Floats:
    """Return the score (N,) of each changed image, for the same two classes."""
    if not images:
        return np.zeros(0)
    target = int(case.found.target[0])
    contrast = None if case.found.contrast is None else int(case.found.contrast[0])
    question = replace(case.question, target=target, contrast=contrast)
    return ui.server().explain(case.run, np.stack(images), question, case.moment).score


def _usual(case: Case) -> tuple[Floats, Floats] | None:
    """Return the mean images (H, W) of the two classes, where there are any and two classes."""
    means, found = ui.class_means(case.run), case.found
    if means is None or found.contrast is None or found.contrast[0] == found.target[0]:
        return None
    return means[int(found.target[0])], means[int(found.contrast[0])]
