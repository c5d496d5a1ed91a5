"""Where in an image a score was decided: its pixel map gathered into a few places a person sees."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dpn.explain.explanation import Floats
from dpn.language import msg, t

#: The blur, as a share of the image's longer side, that joins pixels of one stroke (1 of 28), and
#: the mean ink, 0..1, that is often some. Both were chosen by eye.
BLUR, EDGE = 1 / 28, 0.25
#: The share of the blurred map's largest value at which a place ends, the first that names enough;
#: chosen on validation images.
ENDS = (0.25, 0.15, 0.08, 0.02)
#: How many places are named at most.
MOST = 5
#: How much more ink a class has to have in a place to be named for it, and how much emptier than it
#: usually is a place has to be to lack ink.
MORE, EMPTIER = 1.25, 1.5

#: The weights of red, green and blue in brightness (ITU-R BT.601), and where dark ends, bright and
#: colourful begin; by eye.
LUMA = np.array([0.299, 0.587, 0.114])
DARK, BRIGHT, COLOURFUL = 0.35, 0.65, 0.2
#: The standard deviation of brightness from which a place is both light and dark; by eye.
MIXED = 0.15
#: Names of the hues in steps of 30°, from red.
HUES = (
    *(msg("red"), msg("brown"), msg("yellow"), "green", "green", msg("green")),
    *(msg("blue-green"), msg("blue"), "blue", msg("violet"), "violet", "red"),
)

#: How far apart two places are, down or across, as shares of the sides, to be written at.
APART = (0.08, 0.25)

Rows = tuple[tuple[str, ...], ...]
#: Names of the thirds of an image, across and down.
WHERE: Rows = (
    (msg("top left"), msg("top"), msg("top right")),
    (msg("middle left"), msg("middle"), msg("middle right")),
    (msg("bottom left"), msg("bottom"), msg("bottom right")),
)


@dataclass(frozen=True, eq=False)
class Region:
    """A place in an image.

    Attributes:
        value: what its pixels add, their exact sum.
        mask: (H, W) bool, its pixels; they hang together.
        where: where it lies within all that adds something, "top left", "middle", ….
        part: which of several it is that are called alike: the "upper" one, …; "" of the only one.
    """

    value: float
    mask: npt.NDArray[np.bool_]
    where: str
    part: str = ""

    def middle(self, taken: Sequence[tuple[float, float]] = ()) -> tuple[float, float]:
        """Return (row, column) of its pixel nearest its middle, from the image's top left corner.

        If possible one far enough from those ``taken`` that a word can be written at each.
        """
        places, (height, width) = np.argwhere(self.mask) + 0.5, self.mask.shape
        off = np.abs(places - places.mean(axis=0)).sum(axis=1)
        for row, column in taken:
            near = (np.abs(places[:, 0] - row) < APART[0] * height) & (
                np.abs(places[:, 1] - column) < APART[1] * width
            )
            off = off + near * (height + width)
        return float(places[off.argmin()][0]), float(places[off.argmin()][1])


def find_regions(pixel_map: Floats) -> list[Region]:
    """Return the places that speak most for a score and most against it, the strongest first.

    A place is where the blurred map keeps its sign and stays above a share of its largest value.
    Its value is the sum of the map itself, so nothing is lost by the blur: what all places and the
    rest of the image add is still what the pixels add. Places whose sum has the other sign than
    their blur are left out.

    The strongest place for the score and the strongest against it are always named, and whatever
    adds more than the weaker of the two; then others until the rest of the image is less than any
    of them, and they hold more than half of all that is added, for and against. ``MOST`` is the
    end of it.

    Args:
        pixel_map: (C, H, W) what each pixel added to the score.

    Returns:
        At most ``MOST`` places; none if nothing adds.
    """
    from scipy import ndimage

    adds = pixel_map.sum(axis=0, dtype=np.float64)
    even = ndimage.gaussian_filter(adds, BLUR * max(adds.shape))
    found: list[Region] = []
    for end in ENDS:
        found = enough(adds, _places(adds, even, end * float(np.abs(even).max())))
        if _is_told(adds, found):
            break
    return found


def _places(adds: Floats, even: Floats, edge: float) -> list[Region]:
    """Return all places where the blurred map is above the edge, the strongest first.

    Each takes along the pixels beside it that speak likewise: a stroke's own fringe.
    """
    from scipy import ndimage

    free = np.abs(even) <= edge
    fringe, places = round(BLUR * max(adds.shape)), []
    for sign in (1, -1):
        for mask in _pieces(sign * even > edge):
            if fringe:
                beside = ndimage.binary_dilation(mask, np.ones((3, 3)), fringe)
                mask = mask | (beside & free & (sign * adds > 0))
            free &= ~mask
            if sign * (value := float(adds[mask].sum())) > 0:
                places.append(Region(value, mask, where_within(mask, adds != 0)))
    return sorted(places, key=lambda place: -abs(place.value))


def enough(adds: Floats, places: list[Region]) -> list[Region]:
    """Return as many of the places, the strongest first, as tell where it was decided.

    Args:
        adds: (H, W) what each pixel, or cell, added.
        places: to choose from, the strongest first.
    """
    sides = ([one for one in places if sign * one.value > 0] for sign in (1, -1))
    named = [side[0] for side in sides if side]
    least = min((abs(one.value) for one in named), default=0.0)
    for place in places:
        if len(named) == MOST or (abs(place.value) < least and _is_told(adds, named)):
            break
        named += [place] * (place not in named)
    return sorted(named, key=lambda place: -abs(place.value))


def _is_told(adds: Floats, named: list[Region]) -> bool:
    """Return whether what is not named is less than what is, for the score and against it."""
    if any(
        (sign * adds > 0).any() and all(sign * one.value <= 0 for one in named) for sign in (1, -1)
    ):
        return False
    rest = float(adds.sum()) - sum(place.value for place in named)
    inside = np.logical_or.reduce([place.mask for place in named] or [np.zeros_like(adds, bool)])
    held = float(np.abs(adds[inside]).sum())
    return held > np.abs(adds).sum() / 2 and abs(rest) < min(abs(one.value) for one in named)


def find_missing(template: Floats, ink: Floats, first: Floats, second: Floats) -> Region | None:
    """Return the place whose empty paper speaks most for one class and against another.

    The second class usually has ink there, as this image has not, and the template would have
    counted it against the first.

    Args:
        template: (H, W) what ink would add to the lead of the first class, in any unit.
        ink: (H, W) the image, 0..1.
        first: (H, W) the mean image of the first class, 0..1.
        second: that of the second.

    Returns:
        The place, its value what the second class's usual ink would take from the lead by this
        template, > 0 and in its unit; None if no place lacks such ink.
    """
    from scipy import ndimage

    price = -template * np.maximum(second - ink, 0)
    even = ndimage.gaussian_filter(price, BLUR * max(ink.shape))
    span = np.maximum(ink, second) > EDGE
    places = []
    for mask in _pieces((even > EDGE * float(even.max())) & (second > EDGE)):
        place = Region(float(price[mask].sum()), mask, where_within(mask, span))
        if place.value > 0 and is_missing(place, ink, first, second):
            places.append(place)
    return max(places, key=lambda place: place.value, default=None)


def is_missing(place: Region, ink: Floats, first: Floats, second: Floats) -> bool:
    """Return whether a place (of an image (H, W), 0..1) lacks ink that only the second class has.

    ``first`` and ``second`` are the classes' mean images (H, W), 0..1.
    """
    usual = float(second[place.mask].mean())
    is_empty = float(ink[place.mask].mean()) < usual / EMPTIER
    return usual > EDGE and is_empty and usual_ink(place, first, second) == "second"


def look_of(image: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_]) -> str:
    """Return how a place of a photo (3, H, W) looks: "bright and blue", …; "" of light and dark."""
    colour = image[:, mask].mean(axis=1) / 255
    hue, saturation, _ = colorsys.rgb_to_hsv(*(float(c) for c in colour))
    light = float(colour @ LUMA)
    spread = float((LUMA @ image[:, mask]).std()) / 255
    if spread > MIXED:
        return ""
    words = [t("dark")] if light < DARK else [t("bright")] if light > BRIGHT else []
    if saturation > COLOURFUL:
        words.append(t(HUES[round(hue * 12) % 12]))
    return t(" and ").join(words) or t("grey")


def usual_ink(region: Region, first: Floats, second: Floats) -> str:
    """Return which of two classes more often has ink in a place.

    "first" or "second" has ``MORE`` times as much as the other; "" if neither has.

    Args:
        region: the place.
        first: (H, W) the mean image of a class, 0..1.
        second: that of another.
    """
    one, other = float(first[region.mask].mean()), float(second[region.mask].mean())
    if one > MORE * other:
        return "first"
    if other > MORE * one:
        return "second"
    return ""


def _pieces(mask: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.bool_]]:
    """Return the parts of a mask that hang together, corners too."""
    from scipy import ndimage

    labels, count = ndimage.label(mask, np.ones((3, 3)))
    return [labels == i for i in range(1, count + 1)]


def where_within(
    mask: npt.NDArray[np.bool_], within: npt.NDArray[np.bool_], names: Rows = WHERE
) -> str:
    """Return by name where the middle of a mask is of what ``within`` spans, or of the image."""
    at, within = [], within if within.any() else np.ones_like(within)
    for middle, span in zip(np.argwhere(mask).mean(axis=0), np.argwhere(within).T, strict=True):
        low, size = int(span.min()), int(np.ptp(span)) + 1
        at.append(int(np.clip(len(names) * (middle + 0.5 - low) / size, 0, len(names) - 1)))
    return names[at[0]][at[1]]
