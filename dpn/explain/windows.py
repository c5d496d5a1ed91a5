"""The squares of an image: those of an encoder's map with what they add, those that are blanked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
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

#: How many places are named against a score, and how many for it.
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
#: Of those that lie half above the middle and half below it, from left to right; half left of it
#: and half right, from the top down; and both.
ACROSS = (
    "middle left",
    msg("middle, left of centre"),
    msg("middle, right of centre"),
    "middle right",
)
DOWN = ("top", msg("middle, above centre"), msg("middle, below centre"), "bottom")


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
            finely(mask),
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


def finely(mask: Mask) -> str:
    """Return where a place (H, W) lies in an image that is cut into four, across and down.

    One with its middle on the line between two halves of the image is in neither of them.
    """
    down, across = (
        (at.min() + at.max() + 1) / side  # of its middle, 0 to 2
        for at, side in zip(np.nonzero(mask), mask.shape, strict=True)
    )
    if down == across == 1:
        return "middle"
    if down == 1:
        return ACROSS[min(int(across * 2), 3)]
    if across == 1:
        return DOWN[min(int(down * 2), 3)]
    return where_within(mask, np.ones_like(mask), WHERE)


def named_windows(masks: list[Mask]) -> list[Region]:
    """Return each window (H, W) as a place without a value."""
    return [Region(0.0, mask, where_within(mask, np.ones_like(mask))) for mask in masks]


def find_decisive(levels: Iterable[list[Mask]], lost: Lost, score: float) -> Chosen:
    """Return those of an image's places that decide a score, none over another.

    One that speaks for the score is blanked, then with it the one without which most is lost then,
    and so on, until nothing of the score is left: where many places say the same, none is missed
    alone. Each has its Shapley value (L. S. Shapley, "A value for n-person games", 1953): what is
    lost without it in the mean of all orders in which those on its side can go. So together they
    have what is lost without all of them.

    Args:
        levels: places (H, W) to choose from; others where the ones before do not decide. If none
            do, those that do most are returned.
        lost: what the score loses (N,) if the pixels of each of N masks are blanked.
        score: of the image as it is.

    Returns:
        Those for the score, at most ``IN_TURN`` that decide together or ``EACH`` that do not, the
        strongest first; and at most ``EACH`` against it, the strongest first, their values below
        0. For it there is one if any speaks for it, else none that is not worth a word.
    """
    best: Chosen = [], []
    for masks in levels:
        effects = lost(masks) if masks else np.zeros(0)
        speak = _valued(_shares(_in_turn(masks, effects, lost, score), lost, score))
        chosen = speak, _against(masks, effects, speak, lost)
        if _sum(speak) > _sum(best[0]) or best == ([], []):
            best = chosen
        if _sum(best[0]) >= score:
            break
    return best


def _sum(places: list[Region]) -> float:
    return sum(place.value for place in places)


def _shares(speak: list[Mask], lost: Lost, score: float) -> list[tuple[Mask, float]]:
    """Return places with their Shapley values, the strongest first, without what counts little."""
    values = shapley(speak, lost)
    if len(speak) > EACH and values.sum() < score:
        return _shares(speak[:EACH], lost, score)
    if len(speak) > 1 and values.min() < WORTH * values.max():
        weakest = int(values.argmin())
        return _shares(speak[:weakest] + speak[weakest + 1 :], lost, score)
    order = np.argsort(-values, kind="stable")
    return [(speak[index], float(values[index])) for index in order]


def shapley(masks: list[Mask], lost: Lost) -> Floats:
    """Return the Shapley value (K,) of each of K places, by what is lost without each 2^K − 1."""
    sets = [[k for k in range(len(masks)) if number >> k & 1] for number in range(2 ** len(masks))]
    worth = np.zeros(len(sets))
    if masks:
        worth[1:] = lost([np.any([masks[k] for k in each], axis=0) for each in sets[1:]])
    values = np.zeros(len(masks))
    for number, each in enumerate(sets):
        for k in set(range(len(masks))) - set(each):
            orders = math.factorial(len(each)) * math.factorial(len(masks) - len(each) - 1)
            share = orders / math.factorial(len(masks))
            values[k] += share * (worth[number | 1 << k] - worth[number])
    return values


def _against(masks: list[Mask], effects: Floats, speak: list[Region], lost: Lost) -> list[Region]:
    least = WORTH * max(
        float(np.abs(effects).max(initial=0)), *(place.value for place in speak), 0.0
    )
    found: list[Mask] = []
    for index in np.argsort(effects, kind="stable"):
        taken = [place.mask for place in speak] + found
        is_worth = effects[index] < -least and len(found) < EACH
        if is_worth and not any((masks[index] & mask).any() for mask in taken):
            found.append(masks[index])
    values = shapley(found, lost)
    if len(found) > 1 and values.max() > -least:  # beside the strongest one, the other is little
        found = found[:1]
        values = shapley(found, lost)
    order = np.argsort(values, kind="stable")
    return _valued([(found[index], float(values[index])) for index in order])


def _in_turn(masks: list[Mask], effects: Floats, lost: Lost, score: float) -> list[Mask]:
    """Return places for a score, two if there are; of each round the better half is asked again.

    Only those without which, alone, anything is lost.
    """
    masks = [mask for mask, effect in zip(masks, effects, strict=True) if effect > 0]
    effects = effects[effects > 0]
    if not masks:
        return []
    best = int(effects.argmax())
    gone, total = masks[best], float(effects[best])
    found = [gone]
    while len(found) < IN_TURN and (len(found) < EACH or total < score):
        free = [index for index, mask in enumerate(masks) if not (mask & gone).any()]
        better = sorted(free, key=lambda index: -effects[index])[: (len(masks) + 1) // 2]
        masks = [masks[index] for index in better]
        if not masks:
            break
        effects = lost([gone | mask for mask in masks])
        best = int(effects.argmax())
        if effects[best] <= total:
            break
        found.append(masks[best])
        gone, total = gone | masks[best], float(effects[best])
    return found


def _valued(found: list[tuple[Mask, float]]) -> list[Region]:
    places = named_windows([mask for mask, _ in found])
    return [replace(place, value=value) for place, (_, value) in zip(places, found, strict=True)]
