"""Counting the figures in a drawing that should hold one, and the pieces of a strewn one."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence

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

#: Cells along the longer side of a picture in which a digit is parted from what stands around it,
#: and of the strongest cell the share from which one is inked.
CELLS, CELL_INK = 128, 0.1
#: Of the largest piece: shorter ones are specks. Of a frame's height: what it is around has so much
#: at least; of a ring's, which a 0 with a dot in it is not; and how far that is from round.
SPECK, FRAMED, RINGED, ROUND = 0.12, 0.2, 0.4, 0.75
#: Of a frame: how deep a side of it is, and how much of its length is inked.
BAND, STRAIGHT = 0.12, 0.85
#: Of the picture: a line through it is so long, and at most so thick. Of its own height and of the
#: others' width: how wide a line above or below is. Of full ink: a pale line has less.
THROUGH, THIN, FLAT, WIDER, PALE = 0.9, 0.06, 6.0, 1.2, 0.5

Box = tuple[int, int, int, int]  # left, right, top, bottom


def count_figures(crop: Pixels) -> int:
    """Return how many figures stand side by side in a box of ink (H, W): 1 if in doubt."""
    scale = min(1.0, COUNTED_AT / crop.shape[0])
    h, w = (max(1, round(side * scale)) for side in crop.shape)
    groups: list[Box] = []  # what stands above each other is one
    for piece in pieces(area_average(crop, h, w) > INK):
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


def without_marks(ink: Pixels) -> Pixels:
    """Return ink (H, W) without what stands around a digit: frames, rings, lines, edges, specks.

    Pale lines that are ruled over all the picture are taken off; then what is left is all that lies
    in the box around the pieces that are none of these.
    """
    for axis in (0, 1):
        ink = _without_ruled(ink, axis)
    cell = max(1, round(max(ink.shape) / CELLS))
    h, w = (-(-side // cell) for side in ink.shape)
    whole = np.pad(ink, ((0, h * cell - ink.shape[0]), (0, w * cell - ink.shape[1])))
    cells = whole.reshape(h, cell, w, cell).mean(axis=(1, 3))
    inked = cells >= max(8.0, CELL_INK * float(cells.max()))
    found = pieces(inked)
    large = max(map(_length, found), default=0)
    others = [piece for piece in found if _length(piece) >= SPECK * large]
    others = [piece for piece in others if not _is_around(inked, piece, others)]
    others = [piece for piece in others if not _is_line(piece, others, (h, w))]
    large = max(map(_length, others), default=0)
    kept = [piece for piece in others if _length(piece) >= SPECK * large]
    if not kept:
        return ink
    left, right, top, bottom = functools.reduce(_around, kept)
    rows, columns = (
        slice(max(0, start - 1) * cell, (stop + 1) * cell)
        for start, stop in ((top, bottom), (left, right))
    )
    alone = np.zeros_like(ink)
    alone[rows, columns] = ink[rows, columns]
    return alone


def _without_ruled(ink: Pixels, axis: int) -> Pixels:
    """Take off what nearly all pixels of a row (axis 1) or column (0) have, where it is pale."""
    ruled = np.percentile(ink, 100 * (1 - THROUGH), axis=axis, keepdims=True, method="lower")
    ruled[ruled > PALE * 255] = 0
    if not ruled.any():
        return ink
    off = np.maximum(ink.astype(np.float32) - 1.5 * ruled, 0)
    return np.rint(np.minimum(off * 255 / (255 - 1.5 * ruled), 255)).astype(np.uint8)


def _length(piece: Box) -> int:
    left, right, top, bottom = piece
    return max(right - left, bottom - top)


def _is_around(inked: NDArray[np.bool_], piece: Box, others: Sequence[Box]) -> bool:
    """Return whether a piece is a frame or a ring around another one, or the edges of a sheet."""
    left, right, top, bottom = piece
    height, width = bottom - top, right - left
    inner = [
        other[3] - other[2]
        for other in others
        if left < other[0] and other[1] < right and top < other[2] and other[3] < bottom
    ]
    tallest = max(inner, default=0)
    if tallest < FRAMED * height:
        return False
    own = inked[top:bottom, left:right]
    deep, wide = max(1, round(BAND * height)), max(1, round(BAND * width))
    bands = own[:deep].any(0), own[-deep:].any(0), own[:, :wide].any(1), own[:, -wide:].any(1)
    is_frame = sum(float(band.mean()) >= STRAIGHT for band in bands) >= 2
    is_round = ROUND <= width / height <= 1 / ROUND and tallest >= RINGED * height
    return is_frame or is_round


def _is_line(piece: Box, others: Sequence[Box], size: tuple[int, int]) -> bool:
    """Return whether a piece is a line through the picture, its edge, or drawn below or above."""
    rest = [other for other in others if other != piece]
    if not rest:
        return False
    left, right, top, bottom = functools.reduce(_around, rest)
    tall, wide = piece[3] - piece[2], piece[1] - piece[0]
    is_through = (tall >= THROUGH * size[0] and wide <= THIN * size[1]) or (
        wide >= THROUGH * size[1] and tall <= THIN * size[0]
    )
    is_apart = piece[2] >= bottom - 1 or piece[3] <= top + 1
    return is_through or (is_apart and wide >= FLAT * tall and wide >= WIDER * (right - left))


def is_marked(ink: NDArray[np.float32]) -> bool:
    """Return whether what stands out of a small picture (H, W), >= 0, is no figure alone.

    It is in many pieces, or a line runs through it from side to side (what was cut out tightly
    reaches all four). A box around all of it would make the figure small.
    """
    height, width = ink.shape
    found = pieces(ink >= max(STRONG * float(ink.max()), 1.0))
    return len(found) >= STREWN or any(
        piece[:2] == (0, width) and piece[2:] != (0, height) for piece in found
    )


def without_lit_sides(image: Pixels, ground: tuple[int, ...], near: int) -> Pixels:
    """Return the middle half, across, of a small picture (C, H, W) with lit sides; others whole.

    The left and right edges of such a one have one even colour that is not the ground, and most
    rows change where the middle half begins and ends: beside a dark figure on light none does.
    """
    edges = image[:, :, [0, -1]].reshape(len(image), -1).astype(int)
    away = np.abs(edges - np.array(ground)[:, None]).max(axis=0)
    if np.ptp(edges, axis=1).max() > near or away.min() <= near:
        return image
    side = image.shape[2] // 4
    ends = image[:, :, [side, -side]].astype(int), image[:, :, [side - 1, -side - 1]].astype(int)
    changes = np.abs(ends[0] - ends[1]).max(axis=0) > near
    return image[:, :, side:-side] if changes.mean(axis=0).min() >= 0.5 else image


def pieces(ink: NDArray[np.bool_]) -> list[Box]:
    """Return the boxes of the parts of a mask (H, W) that hang together, corners too.

    Row by row: a run of ink joins the pieces whose runs in the row before it touches.
    """
    edges = np.diff(np.pad(ink, ((0, 0), (1, 1))).view(np.int8), axis=1)
    rows, starts = (found.tolist() for found in np.nonzero(edges > 0))
    ends = np.nonzero(edges < 0)[1].tolist()
    found: dict[int, Box] = {}
    above: list[tuple[int, int, int]] = []  # left, right, and the piece
    here: list[tuple[int, int, int]] = []
    at = -1
    for number, (y, left, right) in enumerate(zip(rows, starts, ends, strict=True)):
        if y != at:
            above, here, at = (here if y == at + 1 else []), [], y
        found[number] = (left, right, y, y + 1)
        for old in {piece for a, b, piece in above if a <= right and left <= b}:
            found[number] = _around(found[number], found.pop(old))
            above = [(a, b, number if piece == old else piece) for a, b, piece in above]
            here = [(a, b, number if piece == old else piece) for a, b, piece in here]
        here.append((left, right, number))
    return list(found.values())


def _around(one: Box, other: Box) -> Box:
    left, right = min(one[0], other[0]), max(one[1], other[1])
    return left, right, min(one[2], other[2]), max(one[3], other[3])
