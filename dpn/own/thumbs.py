"""Pictures kept as small as a set may have them, so that size and colour can be chosen later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dpn.models.config import MAX_SIDE, MIN_SIDE
from dpn.pictures.decode import decode_to
from dpn.pictures.ink import over

#: Sides that pictures are resized to: as MNIST has them, and as CIFAR-10 has them.
GREY_SIDE, COLOUR_SIDE = 28, 32
#: Longest side, in pixels, to which pictures are decoded: five times what they become. JPEGs are so
#: decoded reduced, in a third of the time.
DECODED = 160
#: A picture counts as coloured if its channels lie so far apart, of 255, on average; and a set does
#: if so large a share of it is.
COLOURED, COLOURED_SHARE = 6.0, 0.05

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Thumb:
    """One picture: uint8 (28, 28, 3) and (32, 32, 3) of its middle; as it was where that is small.

    ``size`` is (H, W) in pixels before.
    """

    small: dict[int, Pixels]
    whole: Pixels | None
    size: tuple[int, int]
    coloured: bool


def thumb_of(data: bytes, name: str) -> Thumb:
    """Decode an image file.

    Raises:
        ImageError: as ``decode_to``.
    """
    rgba, size = decode_to(data, name, DECODED)
    if rgba[..., 3].min() == 255:
        image = Image.fromarray(rgba).convert("RGB")  # over a view it would take five times as long
    else:
        image = Image.fromarray(over(rgba, 255))
    w, h = image.size
    is_small = min(h, w) >= MIN_SIDE and max(h, w) <= MAX_SIDE
    small = {side: resized(image, side) for side in (GREY_SIDE, COLOUR_SIDE)}
    middle = small[COLOUR_SIDE].astype(np.int16)
    apart = float((middle.max(axis=2) - middle.min(axis=2)).mean())
    return Thumb(small, np.array(image) if is_small else None, size, apart > COLOURED)


def resized(image: Image.Image, side: int) -> Pixels:
    """Cut the middle square of a picture, and average it to (side, side) or (side, side, 3).

    Pillow's box filter weighs pixels by the area that they share, as a photo that is answered is
    averaged, and is ten times as quick.
    """
    w, h = image.size
    edge = min(h, w)
    left, top = (w - edge) / 2, (h - edge) / 2
    box = (left, top, left + edge, top + edge)
    return np.asarray(image.resize((side, side), Image.Resampling.BOX, box))


class Thumbs:
    """Pictures of one part, in order."""

    def __init__(self, thumbs: Sequence[Thumb]) -> None:
        self._thumbs = list(thumbs)

    def __len__(self) -> int:
        return len(self._thumbs)

    @property
    def sizes(self) -> set[tuple[int, int]]:
        """All (H, W) that occur."""
        return {thumb.size for thumb in self._thumbs}

    @property
    def coloured(self) -> int:
        """How many are coloured."""
        return sum(thumb.coloured for thumb in self._thumbs)

    def at(self, side: int | None) -> Pixels:
        """Return (N, side, side, 3); with None as they are, if all are small and of one size."""
        if side is None:
            wholes = [thumb.whole for thumb in self._thumbs]
            return np.stack([whole for whole in wholes if whole is not None])
        return np.stack([thumb.small[side] for thumb in self._thumbs])
