"""Pixels of a drawing or a photo -> the input of a model, with every stage kept for showing.

    pixels -> ink (0 ground .. 255 full ink) -> tight crop -> PREPARATIONS[...] -> input

A model must meet a new image as it met its training set, so each preparation repeats what the
makers of a set did. One step is ours: strokes far thinner than MNIST's are thickened first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dpn.errors import ConfigError, did_you_mean
from dpn.pictures.ink import (
    NORMAL_STROKE,
    THIN_STROKE,
    Pixels,
    area_average,
    bright,
    drawn_ink,
    over,
    pad_square,
    photo_ink,
    stroke_width,
    thicken,
    tight,
    to_grey,
)

KINDS = ("auto", "drawing", "photo")

#: Share of set pixels in the 32x32 bitmaps behind the 8x8 digits (mean 313; it varies by 11%).
DIGITS_INK = 313 / 1024


@dataclass(frozen=True)
class InputSpec:
    """What a model takes: 1 (grey) or 3 channels, its sides, and a name from PREPARATIONS."""

    channels: int
    height: int
    width: int
    preparation: str


@dataclass(frozen=True)
class Stage:
    """One step to show: a title of few words and an image, uint8 (H, W) or (H, W, 3)."""

    title: str
    image: Pixels


@dataclass(frozen=True)
class Prepared:
    """The input, uint8 (C, H, W), the stages up to it, and how the ink was read.

    ``inverted`` is True for dark ink on light ground, False for light on dark, and None where no
    ink was looked for: a photo for the preparation "photo".
    """

    input: Pixels
    stages: tuple[Stage, ...]
    inverted: bool | None


def prepare(
    rgba: Pixels, spec: InputSpec, kind: str = "auto", dark_on_light: bool | None = None
) -> Prepared:
    """Turn pixels into the input of a model.

    Args:
        rgba: (H, W, 4) uint8.
        spec: what the model takes.
        kind: "drawing" (strokes on an even or transparent ground), "photo" (for "mnist" and
            "digits" that of one figure on paper), "auto" (a photo only for "photo").
        dark_on_light: how to read the ink, None to find out; on transparent ground all is ink.

    Raises:
        BlankDrawing: there is no ink, only a dot, or hardly any contrast.
        ConfigError: ``kind`` or ``spec.preparation`` is not accepted.
    """
    checks = ("kind", kind, KINDS), ("preparation", spec.preparation, tuple(PREPARATIONS))
    for field, value, accepted in checks:
        if value not in accepted:
            hint = did_you_mean(value, accepted)
            raise ConfigError(f"{field} must be one of {', '.join(accepted)}, got {value!r}{hint}")
    assert rgba.dtype == np.uint8, rgba.dtype
    assert rgba.shape[2:] == (4,), rgba.shape
    colour = spec.preparation == "photo"
    photo = kind == "photo" or (kind == "auto" and colour)
    ink, inverted = over(rgba, 255), None
    stages = [Stage("photo", ink)]
    if not (photo and colour):
        ink, inverted = (photo_ink if photo else drawn_ink)(rgba, dark_on_light)
        seen = over(rgba, 255 if inverted else 0)
        stages = [Stage("photo" if photo else "drawing", seen), Stage("ink", ink)]
    if not colour:
        ink = tight(ink)
        stages.append(Stage("crop", ink))
        if (width := stroke_width(ink)) < THIN_STROKE:
            ink = thicken(ink, NORMAL_STROKE - width)
            stages.append(Stage("thicker strokes", ink))
    stages += PREPARATIONS[spec.preparation](ink, spec.height, spec.width)
    last = stages[-1].image
    if last.ndim == 3 and spec.channels == 1:
        last = to_grey(last)
        stages.append(Stage("grey", last))
    planes = last.transpose(2, 0, 1) if last.ndim == 3 else np.stack([last] * spec.channels)
    return Prepared(np.ascontiguousarray(planes), tuple(stages), inverted)


def _mnist(ink: Pixels, height: int, width: int) -> tuple[Stage, ...]:
    """Repeat what made MNIST: a box of 20 of 28 pixels, its centre of mass in the middle.

    Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". The shift is
    floor(14.5 - c) there, for c counted from 0, and gives back 90% of MNIST's images exactly.
    """
    side = round(min(height, width) * 20 / 28)
    square = pad_square(ink)
    box = bright(area_average(square, side, side))
    centre = np.array([box.sum(axis=1), box.sum(axis=0)]) @ np.arange(side) / box.sum()
    room = np.array([height, width])
    top, left = np.clip(np.floor((room + 1) / 2 - centre), 0, room - side).astype(int)
    image = np.zeros((height, width), np.uint8)
    image[top : top + side, left : left + side] = box
    return Stage("square", square), Stage("box", box), Stage("centred input", image)


def _digits(ink: Pixels, height: int, width: int) -> tuple[Stage, ...]:
    """Repeat what made the 8x8 digits: a bitmap 4 times as fine, then counts of its 4x4 blocks.

    The bitmaps come from NIST's form-based system (NISTIR 5469), and what it did shows in the set.
    Each digit fills the height and about 20 of 32 columns, whatever its aspect. All have nearly the
    same amount of ink, the slim 1 too. And slant was sheared away until the leftmost pixels of the
    first and last row stood above each other: in 82% of the set they still share a block. Of MNIST
    digits redrawn with pens, a support vector machine trained on the set reads 85% so, and about
    50% with the aspect kept and ink and slant as drawn.
    """
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
        Stage("bitmap", even * np.uint8(255)),
        Stage("upright", upright * np.uint8(255)),
        Stage("block counts", np.rint(counts * (255 / 16)).astype(np.uint8)),
    )


def _photo(pixels: Pixels, height: int, width: int) -> tuple[Stage, ...]:
    """Cut the largest centred rectangle of the input's shape, and average it down."""
    rows, columns = pixels.shape[:2]
    scale = min(rows / height, columns / width)
    h, w = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (rows - h) // 2, (columns - w) // 2
    cut = pixels[top : top + h, left : left + w]
    planes = [area_average(plane, height, width) for plane in np.atleast_3d(cut).transpose(2, 0, 1)]
    small = np.rint(np.stack(planes, axis=2)).astype(np.uint8)
    return Stage("crop", cut), Stage("input", small if pixels.ndim == 3 else small[..., 0])


Preparation = Callable[[Pixels, int, int], tuple[Stage, ...]]
#: A name -> what turns a tight box of ink (H, W), or for "photo" all pixels, grey or RGB, into
#: stages that end in the input: (height, width) or (height, width, 3). All are uint8.
PREPARATIONS: dict[str, Preparation] = {"mnist": _mnist, "digits": _digits, "photo": _photo}
