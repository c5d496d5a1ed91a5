"""What a drawing's strokes do, and where: bend, end, meet; and how many are side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dpn.explain.drawings.bends import bends
from dpn.explain.drawings.shapes import INK, Grey, Mask
from dpn.explain.drawings.thin import ends_and_meetings

#: Drawings of fewer pixels a side are too coarse for it.
FINE = 16
#: Branches of so much of an image's side (2 of 28 pixels) are no strokes; a point is as exact.
SPUR = 1 / 14
#: As far apart, as a share of the longer side of what the ink spans, two are in the same place.
NEAR = 0.25
#: Into so many heights what the ink spans is parted.
HEIGHTS = 20

#: What hangs together in a drawing hangs together with nothing in another.
_WITHIN = np.zeros((3, 3, 3), bool)
_WITHIN[1] = True

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trait:
    """What strokes of a drawing do at one place.

    Attributes:
        kind: they bend around paper that is open to the "left", "right", "top" or "bottom", one has
            its "end", or three or more "meet".
        at: how far down and across it is from the middle of what the ink spans, in longer sides of
            that.
        mask: (H, W) the paper that they bend around, or about the point.
    """

    kind: str
    at: tuple[float, float]
    mask: Mask


def traits(inks: Grey) -> list[list[Trait]]:
    """Return what the strokes of each of N drawings (N, H, W), 0..1, do; of coarse ones nothing."""
    from scipy import ndimage

    found: list[list[Trait]] = [[] for _ in inks]
    if min(inks.shape[1:]) < FINE:
        return found
    drawn = inks >= INK
    spans = [_span(one) for one in drawn]
    sizes = np.array([max(span[1] - span[0]) for span in spans])
    for drawing, side, mask in bends(drawn, sizes):
        at = np.argwhere(mask).mean(axis=0) + 0.5
        found[drawing].append(Trait(side, _relative(at, spans[drawing]), mask))
    spur = max(1, round(SPUR * max(inks.shape[1:])))
    near = np.ones((1, 3, 3), bool)
    for kind, points in zip(("end", "meet"), ends_and_meetings(drawn, spur), strict=True):
        labels, _ = ndimage.label(ndimage.binary_dilation(points, near), _WITHIN)
        for drawing, rows, columns in ndimage.find_objects(labels):
            at = np.array([rows.start + rows.stop, columns.start + columns.stop]) / 2
            mask = np.zeros(drawn.shape[1:], bool)
            top, left = np.maximum(at.astype(int) - spur, 0)
            mask[top : int(at[0]) + spur + 1, left : int(at[1]) + spur + 1] = True
            place = _relative(at, spans[drawing.start])
            found[drawing.start].append(Trait(kind, place, mask))
    return found


def is_kept(trait: Trait, others: list[Trait]) -> bool:
    """Return whether most of a trait is one of these, too."""
    return any(
        one.kind == trait.kind and (one.mask & trait.mask).sum() > trait.mask.sum() / 2
        for one in others
    )


def strokes_across(inks: Grey) -> Ints:
    """Return how many strokes a level line meets at each height of N drawings: (N, HEIGHTS)."""
    found = np.zeros((len(inks), HEIGHTS), np.intp)
    for drawing, drawn in enumerate(inks >= INK):
        if drawn.any():
            (top, _), (bottom, _) = _span(drawn)
            rows = (top + (np.arange(HEIGHTS) + 0.5) / HEIGHTS * (bottom - top)).astype(int)
            found[drawing] = crossed(drawn[rows])
    return found


def crossed(rows: Mask) -> Ints:
    """Return how many strokes there are in each row (N, W) of a drawing."""
    before = np.pad(rows[:, :-1], ((0, 0), (1, 0)))
    return np.asarray((rows & ~before).sum(axis=1))


def heights_of(place: Mask, ink: Grey) -> slice:
    """Return at which heights of ``strokes_across`` a place of a drawing (H, W) is."""
    (top, _), (bottom, _) = _span(ink >= INK)
    rows = np.flatnonzero(place.any(axis=1))
    low, high = (np.array([rows[0], rows[-1] + 1]) - top) / (bottom - top) * HEIGHTS
    return slice(max(int(low), 0), int(np.ceil(high)))


def placed(mask: Mask, ink: Grey) -> Floats:
    """Return where a mask is in a drawing (H, W), and how large, in longer sides of the ink's span.

    Its middle down and across, from the middle of what the ink spans; its height and width: (4,).
    """
    span, own = _span(ink >= INK), _span(mask)
    size = max(span[1] - span[0])
    return np.concatenate([(own.mean(axis=0) - span.mean(axis=0)) / size, (own[1] - own[0]) / size])


def _span(drawn: Mask) -> Floats:
    """Return where what is drawn (H, W) begins and ends, down and across: (2, 2) in pixels."""
    if not drawn.any():
        return np.array([[0.0, 0.0], drawn.shape])
    each = [np.flatnonzero(drawn.any(axis=axis)) for axis in (1, 0)]
    return np.array([[one[0] for one in each], [one[-1] + 1 for one in each]], float)


def _relative(at: Floats, span: Floats) -> tuple[float, float]:
    down, across = (at - span.mean(axis=0)) / max(span[1] - span[0])
    return float(down), float(across)
