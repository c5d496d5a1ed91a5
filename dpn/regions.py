"""Where in an image a score was decided: its pixel map gathered into a few places a person sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from dpn.explanation import Floats

#: The blur, as a share of the image's longer side, that joins pixels of one stroke (1 of 28), and
#: the share of the blurred map's largest value at which a place ends. Both were chosen by eye.
BLUR, EDGE = 1 / 28, 0.25
#: How many places are named for the answer, and against it.
FOR, AGAINST = 2, 1

#: How much more ink a class has to have in a place to be named for it.
MORE = 1.5

DOWN, ACROSS = ("top", "middle", "bottom"), ("left", "", "right")


@dataclass(frozen=True, eq=False)
class Region:
    """A place in an image.

    Attributes:
        value: what its pixels add, their exact sum.
        mask: (H, W) bool, its pixels; they hang together.
        where: where it lies within all that adds something, "top left", "middle", ….
    """

    value: float
    mask: npt.NDArray[np.bool_]
    where: str

    @property
    def centre(self) -> tuple[float, float]:
        """(row, column) of the pixel nearest its middle, from the top left corner of the image."""
        places = np.argwhere(self.mask)
        nearest = np.abs(places - places.mean(axis=0)).sum(axis=1).argmin()
        return float(places[nearest][0]) + 0.5, float(places[nearest][1]) + 0.5


def find_regions(pixel_map: Floats) -> list[Region]:
    """Return the places that speak most for a score and most against it, the strongest first.

    A place is where the blurred map keeps its sign and stays above a share of its largest value.
    Its value is the sum of the map itself, so nothing is lost by the blur: what all places and the
    rest of the image add is still what the pixels add. Places whose sum has the other sign than
    their blur are left out.

    Args:
        pixel_map: (C, H, W) what each pixel added to the score.

    Returns:
        At most ``FOR`` places for it and ``AGAINST`` against it; none if nothing adds.
    """
    adds = pixel_map.sum(axis=0, dtype=np.float64)
    even = ndimage.gaussian_filter(adds, BLUR * max(adds.shape))
    edge = EDGE * float(np.abs(even).max())
    found: list[Region] = []
    for sign, most in ((1, FOR), (-1, AGAINST)):
        labels, count = ndimage.label(sign * even > edge, np.ones((3, 3)))
        masks = [labels == i for i in range(1, count + 1)]
        places = [Region(float(adds[mask].sum()), mask, _where(mask, adds != 0)) for mask in masks]
        strongest = sorted(places, key=lambda place: -sign * place.value)[:most]
        found += [place for place in strongest if sign * place.value > 0]
    return sorted(found, key=lambda place: -abs(place.value))


def usual_ink(region: Region, first: Floats, second: Floats) -> str:
    """Return which of two classes more often has ink in a place: "first", "second" or "both".

    One has more if it has half as much again; "both" also stands for neither.

    Args:
        region: the place.
        first: (H, W) the mean image of a class, 0..1.
        second: that of another.
    """
    one, other = float(first[region.mask].mean()), float(second[region.mask].mean())
    if one > MORE * other:
        return "first"
    return "second" if other > MORE * one else "both"


def _where(mask: npt.NDArray[np.bool_], within: npt.NDArray[np.bool_]) -> str:
    """Return in which third, down and across, of what ``within`` spans the middle of a mask is."""
    thirds = []
    for middle, span in zip(np.argwhere(mask).mean(axis=0), np.argwhere(within).T, strict=True):
        low, size = int(span.min()), int(np.ptp(span)) + 1
        thirds.append(int(np.clip(3 * (middle + 0.5 - low) / size, 0, 2)))
    return f"{DOWN[thirds[0]]} {ACROSS[thirds[1]]}".rstrip()
