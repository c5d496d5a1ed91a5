"""The squares of an image: those of an encoder's map with what they add, those that are blanked."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from dpn.explain.explanation import Floats
from dpn.explain.regions import Region, enough, find_regions, where_within
from dpn.language import msg

#: How many are named for a score, and how many against it.
EACH = 2
#: Share of the strongest one's effect at which a second one is worth a word.
WORTH = 0.1

#: Names of the squares of a photo that is cut into four, across and down.
WHERE = (
    ("top left", msg("top, left of centre"), msg("top, right of centre"), "top right"),
    (
        *(msg("left, above centre"), msg("centre, upper left")),
        *(msg("centre, upper right"), msg("right, above centre")),
    ),
    (
        *(msg("left, below centre"), msg("centre, lower left")),
        *(msg("centre, lower right"), msg("right, below centre")),
    ),
    ("bottom left", msg("bottom, left of centre"), msg("bottom, right of centre"), "bottom right"),
)


def find_squares(cells: Floats, height: int, width: int) -> list[Region]:
    """Return the cells of an encoder's map that speak most for a score and most against it.

    Args:
        cells: (h, w) what each cell added to the score, see ``Explanation.cells``.
        height: of the image in pixels; so many times h as it was halved.
        width: likewise.

    Returns:
        Places as ``find_regions`` names them, each of the pixels that one cell lies over. Cells of
        one pixel are gathered by it as they are.
    """
    size = 2 ** math.ceil(math.log2(height / len(cells)))
    if size == 1:
        return find_regions(cells[None])
    down, across = (np.arange(side) // size for side in (height, width))
    order = np.argsort(-np.abs(cells), axis=None, kind="stable")
    each = [np.arange(cells.size).reshape(cells.shape) == index for index in order]
    places = [Region(float(cells[one][0]), one, "") for one in each if cells[one][0]]
    return [
        Region(
            place.value,
            mask := place.mask[down][:, across],
            where_within(mask, np.ones_like(mask), WHERE),
        )
        for place in enough(cells, places)
    ]


def windows(height: int, width: int) -> list[npt.NDArray[np.bool_]]:
    """Return masks (H, W) of squares that cover an image, each half over its neighbours.

    A square is a quarter of the shorter side: in a photo a smaller one shows nothing that a person
    recognises.
    """
    side = max(2, min(height, width) // 4)
    masks = []
    for top in range(0, height - side // 2, side // 2):
        for left in range(0, width - side // 2, side // 2):
            mask = np.zeros((height, width), bool)
            mask[top : top + side, left : left + side] = True
            masks.append(mask)
    return masks


def named_windows(masks: list[npt.NDArray[np.bool_]]) -> list[Region]:
    """Return each window (H, W) as a place without a value."""
    return [Region(0.0, mask, where_within(mask, np.ones_like(mask))) for mask in masks]


def choose_windows(masks: list[npt.NDArray[np.bool_]], effects: Floats) -> list[Region]:
    """Return the windows without which a score changes most, none over another.

    Args:
        masks: (H, W) each.
        effects: (N,) the score of the image, less that of the image without the window.

    Returns:
        Regions, at most ``EACH`` for the score and as many against it, the strongest first; of
        each side at least one if there is any. A value is the window's effect, and not a share of
        the score.
    """
    least = WORTH * float(np.abs(effects).max())
    found: list[Region] = []
    for index in np.argsort(-np.abs(effects), kind="stable"):
        effect, mask = float(effects[index]), masks[index]
        same = [place for place in found if place.value * effect > 0]
        is_worth = abs(effect) > (least if same else 0) and len(same) < EACH
        if is_worth and not any((mask & place.mask).any() for place in found):
            (place,) = named_windows([mask])
            found.append(replace(place, value=effect))
    return found
