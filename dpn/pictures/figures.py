"""Counting the figures in a drawing that should hold one."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from dpn.pictures.ink import Pixels, area_average, spread

#: Height, in pixels, of what is counted in; and of 255, what is ink there.
COUNTED_AT, INK = 64, 64
#: Of the tallest figure's height: how tall another one is at least, and how wide the gap between.
#: A bar beside a 5 is less tall, and strokes that broke off a figure are nearer to it.
TALL, GAP = 0.5, 0.08


def count_figures(crop: Pixels) -> int:
    """Return how many figures stand side by side in a box of ink (H, W): 1 if in doubt."""
    scale = min(1.0, COUNTED_AT / crop.shape[0])
    h, w = (max(1, round(side * scale)) for side in crop.shape)
    groups: list[list[int]] = []  # left, right, top, bottom; what stands above each other is one
    for piece in _pieces(area_average(crop, h, w) > INK):
        rows, columns = np.nonzero(piece)
        box = [int(columns.min()), int(columns.max()) + 1, int(rows.min()), int(rows.max()) + 1]
        for other in [group for group in groups if group[0] < box[1] and box[0] < group[1]]:
            groups.remove(other)
            box = [
                min(box[0], other[0]),
                max(box[1], other[1]),
                min(box[2], other[2]),
                max(box[3], other[3]),
            ]
        groups.append(box)
    tallest = max((bottom - top for _, _, top, bottom in groups), default=0)
    figures = sorted(group for group in groups if group[3] - group[2] >= TALL * tallest)
    count = min(1, len(figures))
    for before, after in itertools.pairwise(figures):
        count += after[0] - before[1] >= GAP * tallest
    return max(1, count)


def _pieces(ink: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return the parts of a mask (H, W) that hang together, corners too."""
    left, pieces = ink.copy(), []
    while left.any():
        piece = np.zeros_like(left)
        piece.flat[left.argmax()] = True
        while (grown := spread(piece) & left).sum() > piece.sum():
            piece = grown
        pieces.append(piece)
        left &= ~piece
    return pieces
