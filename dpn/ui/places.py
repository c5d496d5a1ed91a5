"""Where in an image it was decided, why there, and what it would be without: as bullets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dpn import ui
from dpn.account import signed
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
    usual_ink,
    where_within,
    windows,
)
from dpn.shapes import loops, stroke
from dpn.ui.case import Case
from dpn.what_if import Pixels, with_ink, without


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
    """

    found: list[Region]
    after: list[float]
    missing: Region | None = None
    drawn: float = 0.0
    usual: tuple[Floats, Floats] | None = None


def by_windows(case: Case) -> bool:
    """Return whether places are windows that are blanked, and not strokes with their exact sums.

    In a photo single pixels show nothing that one recognises; and behind layers that bend, what a
    pixel adds and what its loss would change can be far apart.
    """
    return case.config.preparation == "photo" or case.config.model.model != "dpn"


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
        return Places(regions, [score - region.value for region in regions])
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
            best = replace(best, where=where_within(best.mask, ink > 0))
            return _with_missing(places, best, float(drawn.min()), score)
    return places


def _with_missing(places: Places, missing: Region, drawn: float, score: float) -> Places:
    """Add a place that is missing, if ink there would change enough to be worth a word."""
    strongest = max((abs(score - after) for after in places.after), default=0.0)
    if score - drawn <= WORTH * strongest:
        return places
    return replace(places, missing=missing, drawn=drawn)


def place_words(case: Case, places: Places) -> str:
    """Return one bullet for each place: which class it speaks for, why, and what without it."""
    pairs = zip(places.found, places.after, strict=True)
    told = [_place(case, place, after, places.usual) for place, after in pairs]
    if places.missing:
        told.append(_missing(case, places.missing, places.drawn, places.usual))
    told = told or ["No place speaks for it or against it."]
    return "\n".join(f"- {words}" for words in told)


def rest_words(case: Case, places: Places) -> str:
    """Return how the places and all else add up to what the chart of the sum shows."""
    found, model = case.found, case.config.model.model
    total = "score" if case.contrast is None else "lead"
    score, makes = float(found.score[0]), float(found.pixels[0] + found.encoder_bias[0])
    terms = []
    if by_windows(case):
        terms.append(f"All pixels together {signed(float(found.pixels[0]))}")
    else:
        terms += [f"the place at the {place.where} {signed(place.value)}" for place in places.found]
        rest = float(found.pixels[0]) - sum(place.value for place in places.found)
        terms.append(f"the rest of the image {signed(rest)}")
    if model != "dpn":
        whose = "encoder" if model == "residual" else "layer"
        terms.append(f"the {whose} biases {signed(float(found.encoder_bias[0]))}")
    words = ", ".join(terms)
    besides = "the read-out"
    if model != "mlp":
        words += f": that makes {signed(makes)}, what all parts add"
        besides = "the decision biases and the read-out"
    words += f". With {besides}, {signed(score - makes)}, it is the {total}, {signed(score)}."
    return words[0].upper() + words[1:]


def template_words(case: Case, places: Places) -> str:
    """Return what the colours of the pictures say."""
    target, contrast = case.target, case.contrast
    rather = target if contrast is None else f"{target} rather than {contrast}"
    words = ""
    if places.usual:
        words = f"Second picture, blue: where an average {target} has more ink than an average "
        words += f"{contrast}; orange: less. In the others, blue"
    words = words or "Blue"
    words += f": brightness there speaks for {rather}; orange: against it."
    if by_windows(case):
        return f"{words} Numbers in the first picture: what is lost if the place is blanked."
    words += " A bar above adds up a whole band; a place here is one stroke, in one band or more."
    return f"{words} Black pixels add nothing; ink there could."


def _place(case: Case, place: Region, after: float, usual: tuple[Floats, Floats] | None) -> str:
    first, second = case.target, case.contrast
    is_for = place.value > 0
    role = f"For **{first}**" if is_for else "Against it" if second is None else f"For **{second}**"
    if case.config.preparation == "photo":
        words = f"{role}: the {_look(case, place)} {place.where} of the photo"
        return f"{words}. Greyed out, {_outcome(case, after)}."
    value = "" if by_windows(case) else f", **{signed(place.value)}**"
    ink = case.subject.image.mean(axis=0) / 255
    words = f"{role}: the {stroke(ink, place.mask)} at the {place.where}{value}"
    if is_for and loops(np.where(place.mask, 0, ink)) < loops(ink):
        words += ", which closes a loop"
    if usual is not None and usual_ink(place, *usual) == ("first" if is_for else "second"):
        one, other = (first, second) if is_for else (second, first)
        words += f"; {one} has more ink there than {other}"  # what is no reason is not said
    if (float(case.found.score[0]) - after) * place.value < 0:
        return f"{words}. Without it other decisions would win, and {_outcome(case, after)}."
    return f"{words}. Erased, {_outcome(case, after)}."


def _missing(case: Case, place: Region, drawn: float, usual: tuple[Floats, Floats] | None) -> str:
    """Return what is told of empty paper where the other class has ink."""
    assert usual is not None
    ink = case.subject.image.mean(axis=0) / 255
    words = f"For **{case.target}**: **no** ink at the {place.where}, where "
    words += f"{case.contrast} usually has some"
    with_it = with_ink(case.subject.image, place.mask, usual[1]).mean(axis=0) / 255
    if loops(with_it) > loops(ink):
        words += ": there it is open, and that would close a loop"
    return f"{words}. With ink there, {_outcome(case, drawn)}."


def _look(case: Case, place: Region) -> str:
    image = case.subject.image
    return look_of(image if len(image) == 3 else np.repeat(image, 3, axis=0), place.mask)


def _outcome(case: Case, score: float) -> str:
    """Return what a change comes to, for a class or for the one it is set against."""
    before = float(case.found.score[0])
    if case.contrast is None:
        return f"its score would be {signed(score)} instead of {signed(before)}"
    if (score > 0) != (before > 0):
        ahead, behind = (case.target, case.contrast) if score > 0 else (case.contrast, case.target)
        return f"**{ahead} would win** over {behind} by {signed(abs(score))}"
    return f"the lead would be {signed(score)} instead of {signed(before)}"


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
