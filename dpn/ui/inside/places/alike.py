"""The test images that are most like an image at one of its places, to the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dpn import ui
from dpn.errors import DPNError
from dpn.explain.averages import Ints
from dpn.explain.explanation import Floats
from dpn.explain.neighbours import cell_shares, nearest_anywhere, nearest_there
from dpn.explain.windows import SHARES, Mask, windows
from dpn.ui.inside.case import Case, by_windows

#: How many are counted and shown, and how many there have to be of each of both classes.
COUNT = 8
#: A stroke is compared with a rim around it, of so much of the image's side (2 of 28 pixels).
RIM = 1 / 14


@dataclass(frozen=True)
class Alike:
    """The test images most like a place, of the two classes that are set against each other.

    Attributes:
        found: their indices, the nearest first; ``COUNT`` of them.
        labels: the true class of each.
        masks: (H, W) the place in each that is like it: of a photo any of its windows, else the
            same place.
        of_class: of each class its nearest, at most ``COUNT`` of them, as (index, mask).
    """

    found: list[int]
    labels: list[int]
    masks: list[Mask]
    of_class: dict[int, list[tuple[int, Mask]]]

    def of(self, label: int) -> int:
        """Return how many are of a class."""
        return self.labels.count(label)


def likeness(case: Case, masks: Sequence[Mask], rivals: Sequence[int | None]) -> list[Alike | None]:
    """Return for each place (H, W) the test images that are most like the image there.

    Those of the two classes that are set against each other; and of each place's rival, if it has a
    third class as such.

    They are compared by what the model cuts into parts: pixels, a stroke with a rim around it, or
    what an encoder makes of them. None where there is no second class, or too few images.
    """
    found = case.found
    if found.contrast is None or found.contrast[0] == found.target[0]:
        return [None] * len(masks)
    pair = [int(found.target[0]), int(found.contrast[0])]
    try:
        labels = ui.test_images(case.run)[1].numpy()
        maps, _ = ui.between(case.run, case.moment)
        compared = ui.compared(case.run)
    except DPNError:
        return [None] * len(masks)
    asked = [*pair, *{one for one in rivals if one is not None}]
    is_one = np.isin(labels[compared], asked) & (compared != case.subject.index)
    among = compared[is_one]
    if min(int((labels[among] == one).sum()) for one in pair) < COUNT:
        return [None] * len(masks)
    one = case.between[0]
    maps, size = maps[is_one], one.shape[1:]
    if case.is_photo:
        near = _anywhere(maps, one, masks)
    else:
        near = []
        for mask in masks:
            box = box_of(mask)
            shares = cell_shares(box if by_windows(case) else _with_rim(mask), size)
            there = nearest_there(maps, one, shares, len(maps))
            near.append([(index, box) for index in there])
    return [ranked([(int(among[at]), there) for at, there in each], labels, pair) for each in near]


def ranked(near: list[tuple[int, Mask]], labels: Ints, pair: Sequence[int]) -> Alike:
    """Return those most like a place of the two classes, and of each class its nearest.

    Args:
        near: (index, place) of all test images that are compared, the nearest first.
        labels: the true class of each test image.
        pair: the two classes that are set against each other.
    """
    first = [(index, mask) for index, mask in near if labels[index] in pair][:COUNT]
    of_class = dict[int, list[tuple[int, Mask]]]()
    for index, mask in near:
        those = of_class.setdefault(int(labels[index]), [])
        if len(those) < COUNT:
            those.append((index, mask))
    each = [int(labels[index]) for index, _ in first]
    return Alike([index for index, _ in first], each, [mask for _, mask in first], of_class)


def _anywhere(maps: Floats, one: Floats, masks: Sequence[Mask]) -> list[list[tuple[int, Mask]]]:
    """Return for each place of a photo the images with windows most like it, and these."""
    size, found = one.shape[1:], []
    grids = [[mask] if mask.all() else _windows_like(mask) for mask in masks]
    for count in {len(grid) for grid in grids}:  # one grid for all places of one size
        of_it = [index for index, grid in enumerate(grids) if len(grid) == count]
        grid = grids[of_it[0]]
        here = np.stack([cell_shares(masks[index], size) for index in of_it])
        there = np.stack([cell_shares(mask, size) for mask in grid])
        near = nearest_anywhere(maps, one, here, there, len(maps))
        found += [
            (index, [(image, grid[place]) for image, place in each])
            for index, each in zip(of_it, near, strict=True)
        ]
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _windows_like(mask: Mask) -> list[Mask]:
    """Return the windows of an image that are as large as a place."""
    height, width = mask.shape
    each = [windows(height, width, share) for share in SHARES]
    return min(each, key=lambda grid: abs(int(grid[0].sum()) - int(mask.sum())))


def box_of(mask: Mask) -> Mask:
    """Return the rectangle (H, W) around a place."""
    rows, columns = np.nonzero(mask)
    box = np.zeros_like(mask)
    box[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    return box


def _with_rim(mask: Mask) -> Mask:
    from scipy import ndimage

    rim = round(RIM * max(mask.shape))
    return ndimage.binary_dilation(mask, np.ones((3, 3)), rim) if rim else mask
