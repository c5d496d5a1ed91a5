"""What shape a place of a drawing has: a stroke and its direction, and whether it closes a loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dpn.language import msg

Grey = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]

#: Brightness, 0..1, from which a pixel is ink; and the smallest loop, as a share of the pixels.
INK, LOOP = 0.3, 1 / 400
#: A loop may be filled with grey: it is one if there is one at any of these. (Of MNIST's test
#: images 1 in 10 with ``INK`` alone: 78, 73 and 63% of 6, 9 and 8 have the loops that they should
#: have, and with all 81, 75 and 65%; of 3, 5 and 7 98%, as before.)
INKS = (INK, 0.5, 0.7)
#: A loop whose middle is in this share of the height of the ink, from its end, is at that end.
HIGH = 0.42
#: How many times longer than wide a stroke has a direction, and how much a steep one rises (°).
LONG, STEEP, FLAT = 2.0, 65, 25
#: How many times broader a stroke lies than it is thick that is curved; by eye, on 691 pieces of
#: MNIST's validation images. A straight one has 1: its ink fills what it spans.
CURVED = 1.25
#: What ``stroke`` calls a straight one.
STRAIGHT = (msg("steep stroke"), msg("level stroke"), msg("slanted stroke"))


def loops(ink: Grey) -> list[Mask]:
    """Return the areas (H, W) of paper, or of faint ink, that a drawing (H, W), 0..1, closes in."""
    return max((_loops(ink, least) for least in INKS), key=len)


def _loops(ink: Grey, enough: float) -> list[Mask]:
    from scipy import ndimage

    labels, count = ndimage.label(ink < enough)  # paper meets paper by its edges, not its corners
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    border = {0, *labels[0], *labels[-1], *labels[:, 0], *labels[:, -1]}
    least = max(1.0, LOOP * ink.size)
    inside = (label for label in range(1, count + 1) if label not in border)
    return [labels == label for label in inside if sizes[label] >= least]


def height_of(loop: Mask, ink: Grey) -> str:
    """Return where a loop is of what the ink spans from top to bottom: "top", "middle", …."""
    rows, drawn = np.nonzero(loop)[0], np.nonzero((ink >= INK).any(axis=1))[0]
    at = (rows.mean() - drawn[0]) / max(drawn[-1] - drawn[0], 1)
    return msg("top") if at < HIGH else msg("bottom") if at > 1 - HIGH else msg("middle")


def rim_drawn(loop: Mask, ink: Grey) -> float:
    """Return how much of the rim of a loop is ink of a drawing (H, W), 0..1."""
    from scipy import ndimage

    rim = ndimage.binary_dilation(loop) & ~loop
    return float((ink[rim] >= INK).mean())


def stroke(ink: Grey, mask: Mask) -> str:
    """Return what a place (H, W) of a drawing shows: "steep stroke", …, or "ink".

    The direction is that of the principal axis of its ink; one that bends is a "curved stroke".
    """
    return strokes(ink[None], mask)[0]


def strokes(inks: Grey, mask: Mask) -> list[str]:
    """Return what a place (H, W) shows in each of N drawings (N, H, W): see ``stroke``."""
    rows, columns = np.nonzero(mask)
    drawn = inks[:, rows, columns] >= INK
    across, up = columns - mask.shape[1] / 2, mask.shape[0] / 2 - rows  # rows count downwards
    count = drawn.sum(axis=1)
    first = [drawn @ along for along in (across, up)]
    second = [[drawn @ (a * b) for b in (across, up)] for a in (across, up)]
    n = np.maximum(count, 2)
    covariance = np.array(
        [[(second[i][j] - first[i] * first[j] / n) / (n - 1) for j in (0, 1)] for i in (0, 1)]
    ).transpose(2, 0, 1)
    values, axes = np.linalg.eigh(covariance)
    is_long = values[:, 1] >= LONG**2 * np.maximum(values[:, 0], 1 / 12)  # a pixel is not a point
    angle = abs(np.degrees(np.arctan2(axes[:, 1, 1], axes[:, 0, 1]))) % 180
    steep = np.minimum(angle, 180 - angle)
    length, breadth = np.sqrt(12 * np.maximum(values[:, ::-1], 1 / 12)).T  # of even rectangles
    bends = breadth > CURVED * count / length
    return [
        _named(one, bent) if enough else msg("ink")
        for one, bent, enough in zip(steep, bends, is_long & (count >= 4), strict=True)
    ]


def _named(rise: float, bent: bool) -> str:
    """Return what a stroke is called that rises by so many degrees, 0 to 90, or is bent."""
    if bent:
        return msg("curved stroke")
    steep, level, slanted = STRAIGHT
    return steep if rise > STEEP else level if rise < FLAT else slanted
