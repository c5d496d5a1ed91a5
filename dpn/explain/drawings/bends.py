"""Where strokes bend around paper, and to which side that is open."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from dpn.explain.drawings.shapes import Mask

Floats = npt.NDArray[np.float64]
#: The drawing's number, the side it is open to, and its paper (H, W).
Bend = tuple[int, str, Mask]

#: Sides to which a bend is open.
SIDES = ("left", "right", "top", "bottom")
#: How deep paper between strokes is that counts, as shares of an image's side (2 to 6 of 28
#: pixels): two bends that run into each other, as a 3 has them, part at some depth. The smallest
#: bend, as a share of the square of the longer side of the ink. By eye, on 40 test images.
DEPTHS, BEND = tuple(depth / 28 for depth in (2, 3, 4, 5, 6)), 0.02


def bends(drawn: Mask, sizes: Floats) -> Iterator[Bend]:
    """Yield the bends of N drawings (N, H, W): paper with ink on three sides, straight on.

    Args:
        drawn: where there is ink.
        sizes: (N,) the longer side of what the ink of each spans, in pixels.
    """
    after = np.logical_or.accumulate
    left, top = after(drawn, axis=2), after(drawn, axis=1)
    right, bottom = after(drawn[..., ::-1], axis=2)[..., ::-1], after(drawn[:, ::-1], 1)[:, ::-1]
    ink = {"left": left, "right": right, "top": top, "bottom": bottom}
    for side in SIDES:
        closed = np.all([ink[other] for other in SIDES if other != side], axis=0)
        for drawing, mask in _parts(closed & ~ink[side], side, BEND * sizes**2):
            yield drawing, side, mask


def _parts(paper: Mask, side: str, least: Floats) -> list[tuple[int, Mask]]:
    """Return paper in pieces, at the depth at which each drawing has most of them."""
    from scipy import ndimage

    within = np.zeros((3, 3, 3), bool)
    within[1] = True  # pieces hang together within a drawing
    best: list[list[Mask]] = [[] for _ in paper]
    for depth in dict.fromkeys(max(1, round(share * max(paper.shape[1:]))) for share in DEPTHS):
        labels, count = ndimage.label(_deep(paper, depth, side), within)
        if not count:
            break
        sizes = np.bincount(labels.ravel())
        pieces: list[list[Mask]] = [[] for _ in paper]
        for label, place in enumerate(ndimage.find_objects(labels), start=1):
            drawing = place[0].start
            if sizes[label] >= least[drawing]:
                pieces[drawing].append(labels[drawing] == label)
        best = [max(pair, key=len) for pair in zip(best, pieces, strict=True)]
    return [(drawing, mask) for drawing, masks in enumerate(best) for mask in masks]


def _deep(paper: Mask, depth: int, side: str) -> Mask:
    """Return the paper that is in a row of so many pixels towards the side that is open."""
    lines = paper if side in ("left", "right") else paper.swapaxes(1, 2)
    starts = np.all([lines[..., i : lines.shape[2] - depth + 1 + i] for i in range(depth)], axis=0)
    deep = np.zeros_like(lines)
    for i in range(depth):
        deep[..., i : lines.shape[2] - depth + 1 + i] |= starts
    return deep if side in ("left", "right") else deep.swapaxes(1, 2)
