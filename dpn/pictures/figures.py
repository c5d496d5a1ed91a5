"""Counting the figures in a drawing that should hold one, and the pieces of a strewn one."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from dpn.pictures.ink import Pixels, area_average

#: Height, in pixels, of what is counted in; and of 255, what is ink there.
COUNTED_AT, INK = 64, 64
#: Of the tallest figure's height: how tall another one is at least, and how wide the gap between.
#: A bar beside a 5 is less tall, and strokes that broke off a figure are nearer to it.
TALL, GAP = 0.5, 0.08

#: Pieces of a small picture from which it is strewn with noise, specks or splashes, and of its
#: strongest ink the share that counts. Of 5,999 MNIST validation images none has more than four.
STREWN, STRONG = 6, 0.2

Box = tuple[int, int, int, int]  # left, right, top, bottom


def count_figures(crop: Pixels) -> int:
    """Return how many figures stand side by side in a box of ink (H, W): 1 if in doubt."""
    scale = min(1.0, COUNTED_AT / crop.shape[0])
    h, w = (max(1, round(side * scale)) for side in crop.shape)
    groups: list[Box] = []  # what stands above each other is one
    for piece in _pieces(area_average(crop, h, w) > INK):
        box = piece
        for other in [group for group in groups if group[0] < box[1] and box[0] < group[1]]:
            groups.remove(other)
            box = _around(box, other)
        groups.append(box)
    tallest = max((bottom - top for _, _, top, bottom in groups), default=0)
    figures = sorted(group for group in groups if group[3] - group[2] >= TALL * tallest)
    count = min(1, len(figures))
    for before, after in itertools.pairwise(figures):
        count += after[0] - before[1] >= GAP * tallest
    return max(1, count)


def is_marked(ink: NDArray[np.float32]) -> bool:
    """Return whether what stands out of a small picture (H, W), >= 0, is no figure alone.

    It is in many pieces, or a line runs through it from side to side (what was cut out tightly
    reaches all four). A box around all of it would make the figure small.
    """
    height, width = ink.shape
    pieces = _pieces(ink >= max(STRONG * float(ink.max()), 1.0))
    return len(pieces) >= STREWN or any(
        piece[:2] == (0, width) and piece[2:] != (0, height) for piece in pieces
    )


def without_lit_sides(image: Pixels, ground: tuple[int, ...], near: int) -> Pixels:
    """Return the middle half, across, of a small picture (C, H, W) with lit sides; others whole.

    The left and right edges of such a one have one even colour that is not the ground.
    """
    edges = image[:, :, [0, -1]].reshape(len(image), -1).astype(int)
    away = np.abs(edges - np.array(ground)[:, None]).max(axis=0)
    if np.ptp(edges, axis=1).max() > near or away.min() <= near:
        return image
    side = image.shape[2] // 4
    return image[:, :, side:-side]


def _pieces(ink: NDArray[np.bool_]) -> list[Box]:
    """Return the boxes of the parts of a mask (H, W) that hang together, corners too.

    Row by row: a run of ink joins the pieces whose runs in the row before it touches.
    """
    edges = np.diff(np.pad(ink, ((0, 0), (1, 1))).view(np.int8), axis=1)
    rows, starts = (found.tolist() for found in np.nonzero(edges > 0))
    ends = np.nonzero(edges < 0)[1].tolist()
    pieces: dict[int, Box] = {}
    above: list[tuple[int, int, int]] = []  # left, right, and the piece
    here: list[tuple[int, int, int]] = []
    at = -1
    for number, (y, left, right) in enumerate(zip(rows, starts, ends, strict=True)):
        if y != at:
            above, here, at = (here if y == at + 1 else []), [], y
        pieces[number] = (left, right, y, y + 1)
        for old in {piece for a, b, piece in above if a <= right and left <= b}:
            pieces[number] = _around(pieces[number], pieces.pop(old))
            above = [(a, b, number if piece == old else piece) for a, b, piece in above]
            here = [(a, b, number if piece == old else piece) for a, b, piece in here]
        here.append((left, right, number))
    return list(pieces.values())


def _around(one: Box, other: Box) -> Box:
    left, right = min(one[0], other[0]), max(one[1], other[1])
    return left, right, min(one[2], other[2]), max(one[3], other[3])
