"""Strokes made one pixel wide: where they end, and where they meet.

Zhang and Suen, "A fast parallel algorithm for thinning digital patterns", CACM 27(3), 1984.
"""

from __future__ import annotations

import numpy as np

from dpn.explain.drawings.shapes import Mask

#: The eight neighbours of a pixel, clockwise from the one above it: steps down and across.
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
#: Whether each neighbour (256, 8) is ink, for each number that ``_around`` gives.
_INK = (np.arange(256)[:, None] >> np.arange(8) & 1).astype(bool)
#: How many there are, and how many strokes they are of: the changes from paper to ink around.
_COUNT = _INK.sum(axis=1)
_STROKES = (~_INK & np.roll(_INK, -1, axis=1)).sum(axis=1)
_UP, _RIGHT, _DOWN, _LEFT = _INK[:, ::2].T
_AT_RIM = (_COUNT >= 2) & (_COUNT <= 6) & (_STROKES == 1)
_PARTS = (
    _AT_RIM & ~(_UP & _RIGHT & _DOWN) & ~(_RIGHT & _DOWN & _LEFT),
    _AT_RIM & ~(_UP & _RIGHT & _LEFT) & ~(_UP & _DOWN & _LEFT),
)
_END, _MEETS = (_STROKES <= 1) & (_COUNT <= 2), _STROKES >= 3
#: What is left of a branch: a pixel beside three in a row.
_STUB = (_STROKES == 1) & (_COUNT == 3)


def thinned(drawn: Mask) -> Mask:
    """Return N drawings (N, H, W) with strokes of one pixel; what hung together still does."""
    left, before = drawn, -1
    while before != (before := int(left.sum())):
        for rim in _PARTS:
            left = left & ~rim[_around(left)]
    return left


def ends_and_meetings(drawn: Mask, spur: int) -> tuple[Mask, Mask]:
    """Return the ends of strokes, and where three or more of them meet, of drawings (N, H, W).

    Branches of up to ``spur`` pixels are none: a rim is rough. Ends are half a stroke's width short
    of where its ink ends.
    """
    from scipy import ndimage

    line = short = thinned(drawn)
    for _ in range(spur):
        short = short & ~_END[_around(short)]
    short = short & ~_STUB[_around(short)]
    around = _around(short)
    near = np.ones((1, 2 * spur + 1, 2 * spur + 1), bool)
    is_end = ndimage.binary_dilation(short & _END[around], near)
    return line & _END[_around(line)] & is_end, short & _MEETS[around]


def _around(drawn: Mask) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return which neighbours of each pixel (N, H, W) are ink, a bit for each."""
    height, width = drawn.shape[1:]
    padded = np.pad(drawn, ((0, 0), (1, 1), (1, 1))).astype(np.uint8)
    found = np.zeros(drawn.shape, np.uint8)
    for bit, (down, across) in enumerate(AROUND):
        found |= padded[:, 1 + down : 1 + down + height, 1 + across : 1 + across + width] << bit
    return found
