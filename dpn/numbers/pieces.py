"""What lies between any two cuts of a line, as the models take it: many pieces at once.

A piece is all ink between two seams. Its box, and the average of any area of it, are differences of
running sums that are made once for each seam, so a line of eight digits gives its few hundred
pieces in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dpn.numbers.cuts import HEIGHT, Columns
from dpn.pictures.ink import Pixels

Floats = NDArray[np.float32]

#: The side of an input and of the box of ink in it, as in MNIST.
SIDE, BOX = 28, 20
#: Of ``HEIGHT``: how tall a piece is at least, how wide at most, and how wide if it stands alone.
SHORTEST, WIDEST, ALONE = 0.4, 1.6, 2.0
#: Pixels of full ink in a row or column of a piece from which it counts.
TRACE = 0.1
#: Pixels of ink in one row by which two seams may be in the wrong order, and in all rows that one
#: may cross and still be free.
CROSSED = 0.5
#: Pieces that are prepared at once: what is computed of so few stays near the processor.
TOGETHER = 48


@dataclass(frozen=True)
class Pieces:
    """P pieces of a line (h, w).

    Attributes:
        seams: (n + 1, h), as ``find_cuts`` returns them.
        edges: (P, 2), the seams a piece begins and ends with, in the order of its end.
        alone: (P,), whether no other ink hangs together with it, and all of its own does, as far as
            seams tell.
        boxes: (P, 4), top, bottom, left, right in pixels of the line.
        inputs: (P, 1, 28, 28) uint8, prepared as MNIST is.
        around: (P, 3, 28, 28) uint8: the same, the ink around it, and the rows of the line.
    """

    seams: Columns
    edges: NDArray[np.int64]
    alone: NDArray[np.bool_]
    boxes: NDArray[np.int64]
    inputs: Pixels
    around: Pixels


def cut_pieces(ink: Pixels, seams: Columns, widest: float = WIDEST) -> Pieces:
    """Return all pieces of a line of ink (h, w), of the usual height, that could be a digit.

    Those that do not stand alone are at most ``widest`` times ``HEIGHT`` wide.
    """
    h, w = ink.shape
    share = (ink / 255).astype(np.float32)
    running = np.zeros((h, w + 1), np.float32)
    np.cumsum(share, axis=1, out=running[:, 1:])
    rows = running[np.arange(h), seams]  # (n + 1, h)
    sums = np.zeros((len(seams), h + 1, w + 1), np.float32)
    # Ink is never less than none: up to a seam is what is less, up to here or up to the seam.
    np.cumsum(np.minimum(running, rows[:, :, None]), axis=1, out=sums[:, 1:])
    columns = np.diff(sums[:, -1], axis=1)  # (n + 1, w)
    begin, end = np.triu_indices(len(seams), 1)
    order = np.argsort(end, kind="stable")
    begin, end = begin[order], end[order]
    by_row = rows[end] - rows[begin]
    fits = (by_row >= -CROSSED).all(axis=1)
    fits &= (by_row > TRACE).sum(axis=1) >= SHORTEST * HEIGHT
    begin, end, by_row = begin[fits], end[fits], by_row[fits]
    by_column = columns[end] - columns[begin]
    top, bottom = _extent(by_row)
    left, right = _extent(by_column)
    alone = _alone(share, seams, begin, end)
    fits = right - left <= np.where(alone, ALONE, widest) * HEIGHT
    begin, end, alone = begin[fits], end[fits], alone[fits]
    boxes = np.stack([top, bottom, left, right], axis=1)[fits]
    around = np.zeros((len(boxes), 3, SIDE, SIDE), np.uint8)
    for first in range(0, len(boxes), TOGETHER):
        some = slice(first, first + TOGETHER)
        _prepare(sums, begin[some], end[some], boxes[some], share, around[some])
    return Pieces(seams, np.stack([begin, end], axis=1), alone, boxes, around[:, :1], around)


def _alone(
    share: Floats, seams: Columns, begin: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which pieces (P,) have seams that cross no ink at both ends, and none in between."""
    h, w = share.shape
    crossed = np.where(seams < w, share[np.arange(h), np.minimum(seams, w - 1)], 0).sum(axis=1)
    free = crossed < CROSSED
    free[[0, -1]] = True
    count = np.cumsum(free)
    alone: NDArray[np.bool_] = free[begin] & free[end] & (count[end] - count[begin] == 1)
    return alone


def _extent(profile: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first place of each profile (P, N) that has ink, and the one after the last."""
    inked = profile > TRACE
    return inked.argmax(axis=1), profile.shape[1] - inked[:, ::-1].argmax(axis=1)


def _prepare(
    sums: Floats,
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    boxes: NDArray[np.int64],
    share: Floats,
    around: Pixels,
) -> None:
    """Repeat ``dpn.pictures.preparations`` for "mnist" on pieces, and add what is around them.

    It is written to ``around``, (P, 3, 28, 28) of zeros.
    """
    top, bottom, left, right = boxes.T
    side = np.maximum(bottom - top, right - left)
    y0 = top - (side - (bottom - top)) // 2
    x0 = left - (side - (right - left)) // 2
    at = np.arange(BOX + 1) / BOX
    ys, xs = y0[:, None] + side[:, None] * at, x0[:, None] + side[:, None] * at
    area = (side / BOX) ** 2
    until_end, until_begin = _areas(sums, (end, begin), ys, xs)
    box = until_end - until_begin
    box = np.maximum(box / area[:, None, None], 0)
    box /= np.maximum(box.max(axis=(1, 2), keepdims=True), 1e-6)
    box = np.rint(255 * box)
    mass = np.maximum(box.sum(axis=(1, 2)), 1e-6)
    places = np.arange(BOX)
    y = np.clip(np.floor((SIDE + 1) / 2 - box.sum(axis=2) @ places / mass), 0, SIDE - BOX)
    x = np.clip(np.floor((SIDE + 1) / 2 - box.sum(axis=1) @ places / mass), 0, SIDE - BOX)
    y, x = y.astype(np.int64), x.astype(np.int64)
    count = len(box)
    index = np.arange(count)[:, None, None]
    into = y[:, None, None] + places[:, None], x[:, None, None] + places
    around[index, 0, into[0], into[1]] = box
    cell = side / BOX
    grid = np.arange(SIDE + 1)
    ys = (y0 - y * cell)[:, None] + cell[:, None] * grid
    xs = (x0 - x * cell)[:, None] + cell[:, None] * grid
    every = np.full(count, len(sums) - 1)
    until_end, until_begin, all_ink = _areas(sums, (end, begin, every), ys, xs)
    own = until_end - until_begin
    around[:, 1] = np.clip(np.rint(255 * (all_ink - own) / area[:, None, None]), 0, 255)
    line = np.flatnonzero(share.sum(axis=1) > TRACE)
    middle = (ys[:, 1:] + ys[:, :-1]) / 2
    inside = (middle >= line[0]) & (middle < line[-1] + 1)
    around[:, 2] = 255 * inside[:, :, None]


def _areas(
    sums: Floats, seams: tuple[NDArray[np.int64], ...], ys: Floats, xs: Floats
) -> list[Floats]:
    """Return the ink left of seams (P,) in each cell of grids of ys (P, a + 1), xs (P, b + 1)."""
    h, w = sums.shape[1] - 1, sums.shape[2] - 1
    ys, xs = np.clip(ys, 0, h), np.clip(xs, 0, w)
    y, x = np.minimum(ys.astype(np.int64), h - 1), np.minimum(xs.astype(np.int64), w - 1)
    fy, fx = (ys - y).astype(np.float32)[:, :, None], (xs - x).astype(np.float32)[:, None, :]
    before_y, before_x = 1 - fy, 1 - fx
    cells = (y * (w + 1))[:, :, None] + x[:, None, :]
    flat, found = sums.ravel(), []
    for seam in seams:
        at = cells + (seam * sums[0].size)[:, None, None]
        corners = []
        for below in (0, w + 1):  # "clip", as none is outside: "raise" would make a copy first
            left, right = (flat[below + on :].take(at, mode="clip") for on in (0, 1))
            left *= before_x
            right *= fx
            left += right
            corners.append(left)
        upper, lower = corners
        upper *= before_y
        lower *= fy
        upper += lower
        found.append(np.diff(np.diff(upper, axis=1), axis=2))
    return found
