"""The numbers of a part of images: how far they go, and which scale they seem to be of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError

#: How far outside a value may lie, and how far all may on average, where 1 is from 0 to white.
#: Measured: of thin white lines enlarged with Lanczos' kernel 0.52 and 0.007, with splines of order
#: 5 0.53 and 0.009, of random black and white pixels 0.6 and 0.02; of photographs 0.2 and 0.0001.
#: What is standardised goes further: MNIST by 1.8, and 0.5 on average.
FAR_OUTSIDE, MEAN_OUTSIDE = 0.6, 0.03
#: Images whose brightest pixel is below this share of the range are nearly black.
DARK = 1 / 8
#: Less probable than this is not by chance.
CHANCE = 1e-3
#: A part of images beyond which they are not a few odd ones.
FEW = 0.05
_CHUNK_VALUES = 2**22


@dataclass(frozen=True, eq=False)
class Part:
    """Images of a part with the darkest and brightest value of each, (N,) float64."""

    name: str
    x: NDArray[Any]
    lows: NDArray[np.float64]
    tops: NDArray[np.float64]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which images are not all zero: those tell nothing."""
        return np.asarray((self.lows != 0) | (self.tops != 0), np.bool_)

    @property
    def range(self) -> str:
        """The least and the largest value, for a sentence."""
        low, top = self.lows.min(), self.tops.max()
        return f"{low:g}..{top:g}" if low < top else f"{top:g}"

    @property
    def is_whole(self) -> bool:
        """Whether they are integers."""
        return bool(self.x.dtype.kind in "ui")


@dataclass(frozen=True)
class Scale:
    """The values of black and white."""

    black: float
    white: float

    def __str__(self) -> str:
        return f"{self.black:g}..{self.white:g}"

    @property
    def span(self) -> float:
        """The distance between them."""
        return self.white - self.black

    @property
    def far(self) -> float:
        """How far outside a value may lie, and be clipped."""
        return FAR_OUTSIDE * self.white


SIGNED, UNIT, BYTES = Scale(-1, 1), Scale(0, 1), Scale(0, 255)
#: Of the digits that come with scikit-learn, counts of ink in 4x4 dots: 8x8 whole numbers to 16.
SIXTEENTHS = Scale(0, 16)


def variable(name: str) -> str:
    """Return what an array is called in a line of Python: of a file's pixels that is "pixels"."""
    return name if name.isidentifier() else name.rpartition(" ")[2]


def part_of(name: str, x: NDArray[Any]) -> Part:
    """Return images (N, ...) of numbers or truth values with what there is to know of them.

    Raises:
        DataError: a value is not finite.
    """
    if x.dtype.kind == "b":
        x = np.not_equal(x.view(np.uint8), 0).view(np.uint8)  # a stranger's may hold any byte
    axes = tuple(range(1, x.ndim))
    with np.errstate(all="ignore"):
        lows, tops = (of(axis=axes).astype(np.float64) for of in (x.min, x.max))
        bad = ~np.isfinite(tops - lows)  # a NaN anywhere makes both NaN
    if bad.any():
        it = variable(name)
        raise DataError(
            f"{name} must be finite, but NaN or infinity is in {bad.sum():,} of its "
            f"{len(x):,} images. Mend it with: {it} = numpy.where(numpy.isfinite({it}), {it}, 0)"
        )
    return Part(name, x, lows, tops)


def bulk(part: Part) -> tuple[float, float]:
    """Return how low and how high the values of the images go, but for a few odd images."""
    lows, tops = part.lows[part.seen], part.tops[part.seen]
    if len(tops) <= 1 / FEW:  # of so few none is called odd
        return float(lows.min(initial=0)), float(tops.max(initial=0))
    low = np.quantile(lows, 2 * FEW, method="higher")
    return float(low), float(np.quantile(tops, 1 - FEW, method="lower"))


def scale_of(part: Part) -> Scale:
    """Return the scale that the bulk of the images has."""
    low, top = bulk(part)
    if not part.seen.any() or top > 1 + FAR_OUTSIDE:
        return SIXTEENTHS if _are_sixteenths(part) else BYTES
    return SIGNED if low <= -0.9 else UNIT


def _are_sixteenths(part: Part) -> bool:
    is_small = part.x[0].size == 64 and part.tops.max() == SIXTEENTHS.white and part.lows.min() >= 0
    return is_small and all((part.x[one] % 1 == 0).all() for one in chunks(part.x))


def chunks(x: NDArray[Any]) -> Iterator[slice]:
    """Yield slices of images, few enough to be copied as float64."""
    step = max(1, _CHUNK_VALUES // max(1, x[0].size))
    return (slice(start, start + step) for start in range(0, len(x), step))


def outside(part: Part, scale: Scale) -> tuple[float, float, float]:
    """Return how far values lie outside, at most and on average, and the share of them."""
    (which,) = np.nonzero((part.lows < scale.black) | (part.tops > scale.white))
    total = count = 0.0
    for chunk in chunks(part.x):
        inside = which[(which >= chunk.start) & (which < chunk.stop)]
        values = part.x[inside].astype(np.float64)
        beyond = np.maximum(scale.black - values, values - scale.white)
        total += beyond[beyond > 0].sum()
        count += (beyond > 1e-6 * scale.span).sum()
    worst = max(scale.black - part.lows.min(), part.tops.max() - scale.white, 0.0)
    return float(worst), total / part.x.size, count / part.x.size
