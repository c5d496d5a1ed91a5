"""What is to be marked in a drawing so that a sentence about its strokes can be seen there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dpn.explain.drawings.shapes import INK, Grey, Mask
from dpn.explain.drawings.traits import Trait


@dataclass(frozen=True, eq=False)
class Mark:
    """What is marked in a drawing.

    Attributes:
        kind: a "hollow" that strokes go around, a "point" where they end or meet, "strokes" side by
            side at one height, a "line" along a stroke, "ink" as such, a "missing" loop, or a "gap"
            where others have ink.
        mask: (H, W) the paper of a hollow or of a loop, what is about the point, the ink of the
            strokes in one row, that of the line, the ink, or where it would be; never empty.
        side: where a hollow is open, "left", "right", "top" or "bottom"; "" if it is a loop.
        trait: what strokes do there, as ``traits`` has it, if that is so.
    """

    kind: str
    mask: Mask
    side: str = ""
    trait: Trait | None = None


def side_by_side(ink: Mask, rows: Mask) -> Mark | None:
    """Return a mark of the strokes (H, W) that are side by side in the middle of some rows (H,)."""
    at = np.flatnonzero(rows & ink.any(axis=1))
    if not len(at):
        return None
    mask = np.zeros_like(ink)
    mask[at[len(at) // 2]] = ink[at[len(at) // 2]]
    return Mark("strokes", mask)


def ring_at(place: tuple[float, float, float, float], drawn: Mask) -> Mark:
    """Return a mark of a loop that is missing in what is drawn (H, W).

    Args:
        place: its middle down and across, from the middle of what the ink spans, and its height and
            width, all in longer sides of that.
        drawn: where there is ink.
    """
    spans = [np.flatnonzero(drawn.any(axis=axis)) for axis in (1, 0)]
    middle = [(one[0] + one[-1] + 1) / 2 for one in spans]
    side = max(one[-1] + 1 - one[0] for one in spans)
    down, across = (
        (np.arange(size) + 0.5 - at - side * off) / (side * max(wide, 1 / side) / 2)
        for size, at, off, wide in zip(drawn.shape, middle, place[:2], place[2:], strict=True)
    )
    mask = down[:, None] ** 2 + across**2 <= 1
    if not mask.any():
        mask[abs(down).argmin(), abs(across).argmin()] = True
    return Mark("missing", mask)


def inked(mask: Mask, image: Grey) -> Mark | None:
    """Return a mark of the ink that an image (H, W), 0..1, has at a place, as a gap."""
    there = mask & (image >= INK)
    return Mark("gap", there) if there.any() else None
