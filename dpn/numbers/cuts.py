"""Where a line of ink may be cut into pieces: more places than there are digits.

Each candidate is a seam, a way from the top of the line to its bottom, so that it can run through
the gap between two digits that overlap in columns, and where they touch, across the thinnest place.
The cheapest seam near each column is itself found by Bellman's recursion:

    V_y[x] = ink[y, x] + min(V_{y-1}[x], V_{y-1}[x - 1] + aside, V_{y-1}[x + 1] + aside)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dpn.pictures.ink import Pixels

#: Pixels: the height of the tallest digit in a line that is cut.
HEIGHT = 40
#: Pixels that a seam may leave its column by, to either side.
REACH = 12
#: A pixel of full ink costs 1; so much costs a step to the side, and being a pixel away from the
#: column.
ASIDE, AWAY = 0.1, 0.004
#: Where two strokes have become one no cheap seam follows them: an upright line does, that crosses
#: so many pixels of full ink.
ALONG = 10.0
#: Pixels of full ink between two seams below which they are one.
LEAST = 40.0
#: Pixels of full ink that a seam may cross.
MOST = 30.0
#: How many seams there may be, and for each ``HEIGHT`` of the line's width.
FEWEST, DENSE = 6, 10

Columns = NDArray[np.int64]


def find_cuts(ink: Pixels) -> Columns:
    """Return seams (n + 1, h) of a line of ink (h, w), by how much ink is to their left.

    A seam holds for each row the first column that is to its right; the first seam is all 0 and the
    last all w. Others may cross.
    """
    h, w = ink.shape
    share = (ink / 255).astype(np.float32)
    winding, crossed = _seams(share)
    upright = np.flatnonzero(share.sum(axis=0) >= ALONG)
    seams = np.concatenate([winding, np.repeat(upright[:, None], h, axis=1)])
    cost = np.concatenate([crossed, share[:, upright].sum(axis=0)])
    running = np.zeros((h, w + 1), np.float32)
    np.cumsum(share, axis=1, out=running[:, 1:])
    left = running[np.arange(h), seams]  # (candidates, h): ink to the left, row by row
    chosen = _choose(cost, left, float(running[:, -1].sum()), FEWEST + DENSE * w / HEIGHT)
    ends = np.zeros((1, h), np.int64), np.full((1, h), w, np.int64)
    return np.concatenate([ends[0], seams[chosen], ends[1]])


def _seams(ink: NDArray[np.float32]) -> tuple[Columns, NDArray[np.float32]]:
    """Return for each column the cheapest way down near it, (w, h), and the ink it crosses (w,)."""
    h, w = ink.shape
    span = 2 * REACH + 1
    away = (AWAY * np.abs(np.arange(-REACH, REACH + 1))).astype(np.float32)
    wide = np.pad(ink, ((0, 0), (REACH, REACH)))
    windows = np.lib.stride_tricks.sliding_window_view(wide, span, axis=1)  # (h, w, span)
    value = windows[0] + away
    back = np.zeros((h, w, span), np.int8)
    padded = np.full((w, span + 2), np.inf, np.float32)
    for y in range(1, h):
        padded[:, 1:-1] = value
        before, after = padded[:, :-2] + np.float32(ASIDE), padded[:, 2:] + np.float32(ASIDE)
        side = np.minimum(before, after)
        back[y] = np.where(side < value, np.where(before <= after, -1, 1), 0)
        value = np.minimum(value, side) + windows[y] + away
    at = value.argmin(axis=1)
    columns = np.empty((h, w), np.int64)
    rows = np.arange(w)
    for y in range(h - 1, -1, -1):
        columns[y] = rows + at - REACH
        at = at + back[y, rows, at]
    columns = np.clip(columns, 0, w)
    crossed = ink[np.arange(h)[:, None], np.minimum(columns, w - 1)].sum(axis=0)
    return np.ascontiguousarray(columns.T), crossed


def _choose(
    cost: NDArray[np.float32], left: NDArray[np.float32], total: float, most: float
) -> NDArray[np.int64]:
    """Return which seams are candidates: the cheapest of those that cut differently."""
    in_all = left.sum(axis=1)
    kept: list[int] = []
    away = np.full(len(left), np.inf, np.float32)  # how differently the nearest that is kept cuts
    for x in np.argsort(cost, kind="stable"):
        if cost[x] > MOST or len(kept) >= most:
            break
        if in_all[x] < LEAST or total - in_all[x] < LEAST or away[x] < LEAST:
            continue
        kept.append(int(x))
        np.minimum(away, np.abs(left - left[x]).sum(axis=1), out=away)
    chosen = np.array(kept, np.int64)
    return chosen[np.argsort(in_all[chosen], kind="stable")]
