"""The squares of an image: those of an encoder's map with what they add, those that are blanked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from dpn.explain.explanation import Floats
from dpn.explain.regions import Region, enough, find_regions, where_within
from dpn.language import msg

Mask = npt.NDArray[np.bool_]
Lost = Callable[[list[Mask]], Floats]
#: The windows for a score, and those against it.
Chosen = tuple[list[Region], list[Region]]

#: How many windows are named against a score, and how many for it that decide only together.
EACH, IN_TURN = 2, 4
#: Parts of a side that a window has one of, and of a larger one where small ones do not decide.
SHARES = (4, 2)
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


def windows(height: int, width: int, share: int = SHARES[0]) -> list[Mask]:
    """Return masks (H, W) of squares that cover an image, each half over its neighbours.

    Their side is one of so many shares of the shorter side: of more than four they would show
    nothing, in a photo, that a person recognises.
    """
    side = max(2, min(height, width) // share)
    masks = []
    for top in range(0, height - side // 2, side // 2):
        for left in range(0, width - side // 2, side // 2):
            mask = np.zeros((height, width), bool)
            mask[top : top + side, left : left + side] = True
            masks.append(mask)
    return masks


def named_windows(masks: list[Mask]) -> list[Region]:
    """Return each window (H, W) as a place without a value."""
    return [Region(0.0, mask, where_within(mask, np.ones_like(mask))) for mask in masks]


def find_windows(height: int, width: int, lost: Lost, score: float) -> Chosen:
    """Return the windows that decide a score, none over another.

    One that speaks for the score is blanked, then with it the one without which most is lost then,
    and so on, until nothing of the score is left: where many windows say the same, none is missed
    alone. Larger ones are blanked where small ones do not decide.

    Args:
        height: of the image in pixels.
        width: likewise.
        lost: what the score loses (N,) if the pixels of each of N masks (H, W) are blanked.
        score: of the image as it is.

    Returns:
        Those for the score, at most ``IN_TURN`` that decide together or ``EACH`` that do not, each
        with what is lost when it is blanked, too, after those before it; and at most ``EACH``
        against it, the strongest first, each with what is lost when it alone is blanked, which is
        below 0. For it there is one if any speaks for it, against it none that is not worth a word.
    """
    for share in SHARES:
        masks = windows(height, width, share)
        effects = lost(masks)
        speak = _in_turn(masks, effects, lost, score)
        if share == SHARES[0]:
            small = speak[:EACH], _against(masks, effects, speak[:EACH])
        if sum(place.value for place in speak) >= score > 0:
            return speak, _against(masks, effects, speak)
        if score <= 0:
            break
    return small


def _against(masks: list[Mask], effects: Floats, speak: list[Region]) -> list[Region]:
    least = WORTH * max(float(np.abs(effects).max()), *(place.value for place in speak), 0.0)
    found: list[Region] = []
    for index in np.argsort(effects, kind="stable"):
        effect, mask = float(effects[index]), masks[index]
        is_worth = effect < -least and len(found) < EACH
        if is_worth and not any((mask & place.mask).any() for place in speak + found):
            found += _valued([(mask, effect)])
    return found


def _in_turn(masks: list[Mask], effects: Floats, lost: Lost, score: float) -> list[Region]:
    """Return the windows for a score; of each round only the better half is asked of again."""
    if effects.max() <= 0:
        return []
    best = int(effects.argmax())
    gone, total = masks[best], float(effects[best])
    found = [(gone, total)]
    while len(found) < IN_TURN and (score <= 0 or total < score):
        free = [index for index, mask in enumerate(masks) if not (mask & gone).any()]
        better = sorted(free, key=lambda index: -effects[index])[: (len(masks) + 1) // 2]
        masks = [masks[index] for index in better]
        if not masks:
            break
        effects = lost([gone | mask for mask in masks])
        best = int(effects.argmax())
        if effects[best] <= total:
            break
        found.append((masks[best], float(effects[best]) - total))
        gone, total = gone | masks[best], float(effects[best])
    most = max(value for _, value in found)
    while found[-1][1] < WORTH * most:  # the last one was not worth a word
        found.pop()
    return _valued(found)


def _valued(found: list[tuple[Mask, float]]) -> list[Region]:
    places = named_windows([mask for mask, _ in found])
    return [replace(place, value=value) for place, (_, value) in zip(places, found, strict=True)]
