"""What makes a tight box of ink, or a photo, the input of a model: each as the makers of a set did.

A model must meet a new image as it met its training set, so each preparation repeats what was done
there: for MNIST and the 8x8 digits as their makers told, for other sets as their images show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dpn.data.look import Look
from dpn.language import msg
from dpn.pictures.ink import Pixels, area_average, bright, pad_square

#: Share of set pixels in the 32x32 bitmaps behind the 8x8 digits (mean 313; it varies by 11%).
DIGITS_INK = 313 / 1024


@dataclass(frozen=True)
class InputSpec:
    """What a model takes: 1 (grey) or 3 channels, its sides, and a name from PREPARATIONS.

    ``look`` is how figures stand in its training images, where that was measured.
    """

    channels: int
    height: int
    width: int
    preparation: str
    look: Look | None = None

    @property
    def figures(self) -> Look | None:
        """How figures stand in the images; for a set that was not measured as in MNIST, or None."""
        if self.look or self.preparation == "photo":
            return self.look
        black, white = (0,) * self.channels, (255,) * self.channels
        ground, ink = (white, black) if self.preparation == "dark_ink" else (black, white)
        if self.preparation == "digits":
            side, drift, middle, by_mass = float(self.height), 1.0, 0.0, False
        else:
            side, drift, middle, by_mass = min(self.height, self.width) * 20 / 28, 0.7, 0.5, True
        centre = self.height / 2 + middle, self.width / 2 + middle
        return Look(ground, ink, side, (side - 2, side), centre, by_mass, drift)


@dataclass(frozen=True)
class Stage:
    """One step to show: a title of few words and an image, uint8 (H, W) or (H, W, 3)."""

    title: str
    image: Pixels


def _mnist(ink: Pixels, spec: InputSpec) -> tuple[Stage, ...]:
    """Repeat what made MNIST: a box of 20 of 28 pixels, its centre of mass in the middle.

    Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". The shift is
    floor(14.5 - c) there, for c counted from 0, and gives back 90% of MNIST's images exactly.
    """
    height, width = spec.height, spec.width
    side = round(min(height, width) * 20 / 28)
    square = pad_square(ink)
    box = bright(area_average(square, side, side))
    centre = np.array([box.sum(axis=1), box.sum(axis=0)]) @ np.arange(side) / box.sum()
    room = np.array([height, width])
    top, left = np.clip(np.floor((room + 1) / 2 - centre), 0, room - side).astype(int)
    image = np.zeros((height, width), np.uint8)
    image[top : top + side, left : left + side] = box
    return Stage(msg("square"), square), Stage(msg("box"), box), Stage(msg("centred input"), image)


def _digits(ink: Pixels, spec: InputSpec) -> tuple[Stage, ...]:
    """Repeat what made the 8x8 digits: a bitmap 4 times as fine, then counts of its 4x4 blocks.

    The bitmaps come from NIST's form-based system (NISTIR 5469), and what it did shows in the set.
    Each digit fills the height and about 20 of 32 columns, whatever its aspect. All have nearly the
    same amount of ink, the slim 1 too. And slant was sheared away until the leftmost pixels of the
    first and last row stood above each other: in 82% of the set they still share a block. Of MNIST
    digits redrawn with pens, a support vector machine trained on the set reads 85% so, and about
    50% with the aspect kept and ink and slant as drawn.
    """
    height, width = spec.height, spec.width
    rows, columns, fitted = 4 * height, 4 * width, round(4 * width * 20 / 32)
    left = (columns - fitted) // 2
    bitmap = np.pad(area_average(ink, rows, fitted), ((0, 0), (left, columns - fitted - left)))
    # The brightest pixels after a blur are the strokes, thinner or thicker as the number demands.
    soft = np.pad(bitmap, 2, mode="edge")
    for _ in range(2):
        soft = soft[:-2] + 2 * soft[1:-1] + soft[2:]
        soft = soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]
    number = round(DIGITS_INK * soft.size)
    even = (soft >= np.partition(soft.ravel(), -number)[-number]) & (soft > 0)
    y, x = np.nonzero(even)  # in rows from the top, in each row from the left
    slant = (x[y == y[-1]][0] - x[0]) / max(1, y[-1] - y[0])
    x = x - np.rint(slant * (y - y[0])).astype(int)
    x = x + round((columns - 1) / 2 - x.mean())
    upright = np.zeros_like(even)
    inside = (x >= 0) & (x < columns)
    upright[y[inside], x[inside]] = True
    counts = upright.reshape(height, 4, width, 4).sum(axis=(1, 3))
    return (
        Stage(msg("bitmap"), even * np.uint8(255)),
        Stage(msg("upright"), upright * np.uint8(255)),
        Stage(msg("block counts"), np.rint(counts * (255 / 16)).astype(np.uint8)),
    )


def _photo(pixels: Pixels, spec: InputSpec) -> tuple[Stage, ...]:
    """Cut the largest centred rectangle of the input's shape, and average it down."""
    height, width = spec.height, spec.width
    rows, columns = pixels.shape[:2]
    scale = min(rows / height, columns / width)
    h, w = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (rows - h) // 2, (columns - w) // 2
    cut = pixels[top : top + h, left : left + w]
    planes = [area_average(plane, height, width) for plane in np.atleast_3d(cut).transpose(2, 0, 1)]
    small = np.rint(np.stack(planes, axis=2)).astype(np.uint8)
    return Stage(msg("crop"), cut), Stage(
        msg("input"), small if pixels.ndim == 3 else small[..., 0]
    )


def _alike(pixels: Pixels, spec: InputSpec) -> tuple[Stage, ...]:
    """Place a figure as it stands in the training images, and paint it as it is painted there.

    It is as large, centred at the same place, and has their ground; ink (H, W) gets their ink's
    colour, too, and a crop (H, W, 3) keeps its own.
    """
    look, room = spec.figures, np.array([spec.height, spec.width])
    assert look is not None
    ground = np.array(look.ground)
    colours = np.atleast_3d(pixels).transpose(2, 0, 1)
    size = np.array(pixels.shape[:2]) * look.side / max(pixels.shape[:2])
    h, w = (int(side) for side in np.clip(np.rint(size), 1, room))
    box = np.stack([area_average(plane, h, w) for plane in colours], axis=2)
    if pixels.ndim == 2:
        share = bright(box) / 255
        box = ground + share * (np.array(look.ink) - ground)
    mass = np.abs(box - ground).max(axis=2) + 1e-6
    centre = np.array([h, w]) / 2
    if look.by_mass:
        centre = np.array([mass.sum(axis=1) @ np.arange(h), mass.sum(axis=0) @ np.arange(w)])
        centre = centre / mass.sum() + 0.5
    top, left = np.clip(np.rint(look.centre - centre), 0, room - (h, w)).astype(int)
    image = np.empty((*room, len(ground)))
    image[...] = ground
    image[top : top + h, left : left + w] = box
    painted, placed = (np.rint(one).astype(np.uint8) for one in (box, image))
    if spec.channels == 1:
        painted, placed = painted[..., 0], placed[..., 0]
    return Stage(msg("box"), painted), Stage(msg("placed input"), placed)


Preparation = Callable[[Pixels, InputSpec], tuple[Stage, ...]]
#: A name -> what turns a tight box of ink (H, W), for "photo" all pixels, grey or RGB, and for
#: "dark_ink" and "light_ink" perhaps a tight box of RGB, into stages that end in the input:
#: (height, width) or (height, width, 3). All are uint8.
PREPARATIONS: dict[str, Preparation] = {
    "mnist": _mnist,
    "digits": _digits,
    "dark_ink": _alike,
    "light_ink": _alike,
    "photo": _photo,
}
