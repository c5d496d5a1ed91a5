"""Pixels of a drawing or a photo -> the input of a model, with every stage kept for showing.

    pixels -> ink (0 ground .. 255 full ink) -> tight crop -> PREPARATIONS[...] -> input

A model must meet a new image as it met its training set, so each preparation repeats what the
makers of a set did. One step is ours: strokes far thinner than MNIST's are thickened first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dpn.errors import ConfigError, ImageError, did_you_mean

Pixels = NDArray[np.uint8]
KINDS = ("auto", "drawing", "photo")

#: Of 255, between ink and ground; a drawing with less counts as blank.
MIN_CONTRAST = 32
#: Ink below this, of 255, stays only beside stronger ink, where it is the soft edge of a stroke;
#: elsewhere it is the ripple that JPEG leaves.
FAINT_INK = 52
#: Stroke widths in a box of 20 pixels. Of 5,000 MNIST digits 99.9% are wider than 1.2, their median
#: is 2.4. Thinner strokes are made 2.2 wide: of 1,000 digits redrawn with a pen of 2 on 280 pixels
#: a small MLP then reads 97.5% instead of 95.0%.
THIN_STROKE, NORMAL_STROKE = 1.2, 2.2
#: Share of set pixels in the 32x32 bitmaps behind the 8x8 digits (mean 313; it varies by 11%).
DIGITS_INK = 313 / 1024


class BlankDrawing(ImageError):
    """Nothing, or next to nothing, is drawn."""


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
    ink, inverted = _over(rgba, 255), None
    stages = [Stage("photo", ink)]
    if not (photo and colour):
        ink, inverted = (_photo_ink if photo else _drawn_ink)(rgba, dark_on_light)
        seen = _over(rgba, 255 if inverted else 0)
        stages = [Stage("photo" if photo else "drawing", seen), Stage("ink", ink)]
    if not colour:
        ink = _tight(ink)
        stages.append(Stage("crop", ink))
        if (width := stroke_width(ink)) < THIN_STROKE:
            ink = _thicken(ink, NORMAL_STROKE - width)
            stages.append(Stage("thicker strokes", ink))
    stages += PREPARATIONS[spec.preparation](ink, spec.height, spec.width)
    last = stages[-1].image
    if last.ndim == 3 and spec.channels == 1:
        last = _grey(last)
        stages.append(Stage("grey", last))
    planes = last.transpose(2, 0, 1) if last.ndim == 3 else np.stack([last] * spec.channels)
    return Prepared(np.ascontiguousarray(planes), tuple(stages), inverted)


def _over(rgba: Pixels, ground: int) -> Pixels:
    """Return (H, W, 3): the pixels over an even grey ground."""
    if rgba[..., 3].min() == 255:
        return rgba[..., :3]
    alpha = rgba[..., 3:].astype(np.uint16)
    return ((rgba[..., :3] * alpha + ground * (255 - alpha) + 127) // 255).astype(np.uint8)


def _grey(rgb: NDArray[Any]) -> Pixels:
    """Return the luma of ITU-R BT.601 over the last axis."""
    luma: NDArray[np.float32] = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.rint(luma).astype(np.uint8)


def _drawn_ink(rgba: Pixels, dark_on_light: bool | None) -> tuple[Pixels, bool]:
    """Return the ink (H, W) of strokes on an even or transparent ground, and whether it is dark."""
    rgb, solid = rgba[..., :3], rgba[..., 3] > 127
    border = np.ones(solid.shape, bool)
    depth = max(1, max(solid.shape) // 20)  # looks past a thin frame
    border[depth:-depth, depth:-depth] = False
    dark = True
    if solid[border].mean() < 0.5:
        ink = rgba[..., 3]
        dark = bool(np.average(_grey(rgb), weights=ink + 1e-6) < 128)
    else:
        ground = np.median(rgb[border & solid], axis=0)
        ink = _away(rgb, ground) * solid
        if (strong := ink > ink.max() // 2).any():
            stroke = np.median(rgb[strong], axis=0)
            dark = bool(_grey(stroke) < _grey(ground))
            # A figure that fills the picture and touches its edge in many places is the ground.
            edge = np.concatenate([strong[0], strong[-1], strong[:, 0], strong[:, -1]])
            unlikely = edge.mean() > 0.35 and strong.mean() > 0.5
            if unlikely if dark_on_light is None else dark != dark_on_light:
                ink, dark = _away(rgb, stroke) * solid, not dark
    if ink.max() < MIN_CONTRAST:
        raise BlankDrawing("Nothing is drawn yet: draw one figure, large and in a clear colour")
    ink = _bright(ink)
    return ink * _spread(ink >= FAINT_INK), dark


def _away(rgb: Pixels, colour: NDArray[Any]) -> Pixels:
    """Return how far each pixel is from a colour, in the channel where it is farthest."""
    planes = zip(np.moveaxis(rgb, 2, 0), np.rint(colour).astype(np.uint8), strict=True)
    far: list[Pixels] = [np.maximum(p, c) - np.minimum(p, c) for p, c in planes]  # stays unsigned
    farthest: Pixels = np.maximum(np.maximum(far[0], far[1]), far[2])
    return farthest


def _photo_ink(rgba: Pixels, dark_on_light: bool | None) -> tuple[Pixels, bool]:
    """Return the ink (h, w) of writing in uneven light, longest side at most 256, as above."""
    grey = _grey(_over(rgba, 255))
    h, w = (max(1, round(side * min(1.0, 256 / max(grey.shape)))) for side in grey.shape)
    seen = _area(grey, h, w)

    def around(values: NDArray[np.float32]) -> NDArray[np.float32]:
        # Means over tenths of the picture: wider than a stroke, narrower than a shadow.
        coarse = Image.fromarray(_area(values, min(h, 10), min(w, 10)))
        return np.asarray(coarse.resize((w, h), Image.Resampling.BILINEAR))

    paper = np.ones_like(seen)
    for _ in range(3):  # each time without the ink found before
        light = (around(seen * paper) + 0.01 * np.median(seen)) / (around(paper) + 0.01)
        shade = (light - seen) / np.maximum(light, 16)
        noise = 1.4826 * np.median(np.abs(shade))  # the standard deviation, were it normal
        paper = (np.abs(shade) < max(3 * noise, 0.05)).astype(np.float32)
    dark = bool((shade * (1 - paper)).sum() >= 0) if dark_on_light is None else dark_on_light
    shade = shade if dark else -shade
    peak = np.percentile(shade, 99.5, method="lower")
    full = np.median(shade[shade >= min(peak, peak / 2)])
    if full < max(6 * noise, 0.12):
        raise BlankDrawing("No writing stands out in the photo: move closer or use a thicker pen")
    ink = np.rint(np.clip((shade / full - 0.35) / 0.4, 0, 1) * 255).astype(np.uint8)
    return ink * _figure(ink), dark


def _figure(ink: Pixels) -> NDArray[np.bool_]:
    """Tell the figure from specks and from what reaches in over the border, in cells of 4 x 4."""
    h, w = ink.shape
    cells = np.pad(ink, ((0, -h % 4), (0, -w % 4))).reshape(-(-h // 4), 4, -(-w // 4), 4)
    mass = cells.sum(axis=(1, 3), dtype=np.int64)
    label = np.arange(1, mass.size + 1).reshape(mass.shape) * (mass > 255)
    while not np.array_equal(label, grown := _spread(label) * (mass > 255)):
        label = grown  # the largest number in a piece spreads over all of it
    total = np.bincount(label.ravel(), weights=mass.ravel() * (label.ravel() > 0))
    inside = total.copy()
    inside[np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]])] = 0
    total = inside if inside.any() else total
    keep = _spread(total[label] > 0.1 * total.max())
    return keep.repeat(4, axis=0).repeat(4, axis=1)[:h, :w]


def _spread(values: NDArray[Any]) -> NDArray[Any]:
    """Return the maximum of each pixel and its eight neighbours."""
    wide = np.pad(values, 1)
    rows = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    most: NDArray[Any] = np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return most


def _tight(ink: Pixels) -> Pixels:
    """Return the smallest box that holds all ink, unless that is only a dot."""
    if not ink.any():
        raise BlankDrawing("No figure stands out: draw or photograph one alone, large and clear")
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    size = max(crop.shape) / max(ink.shape)
    if size < 0.04 or (size < 0.15 and stroke_width(crop) > 7):  # discs have 7 to 10
        raise BlankDrawing("Only a dot is drawn: draw one figure that fills most of the square")
    return crop


def _area(image: NDArray[Any], h: int, w: int) -> NDArray[np.float32]:
    """Average (H, W) over areas to (h, w), exactly; the same size is left as it is."""
    return _average(_average(image, h).T, w).T.astype(np.float32)


def _average(rows: NDArray[Any], target: int) -> NDArray[np.float64]:
    """Average the rows (H, W) over equal lengths to (target, W).

    A length's sum is the difference of the running sum at its ends, between rows by proportion. A
    product with a matrix of shares says the same, but starts threads that wait for each other.
    """
    source = len(rows)
    ends = np.arange(target + 1) * source / target
    whole = np.minimum(ends.astype(int), source - 1)
    running = np.zeros((source + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, out=running[1:])
    at_ends = running[whole] + (ends - whole)[:, None] * rows[whole]
    averages: NDArray[np.float64] = np.diff(at_ends, axis=0) * (target / source)
    return averages


def _bright(values: NDArray[Any], gain: float = 1.0) -> Pixels:
    """Scale to a peak of 255 times ``gain``, cut at 255."""
    bright: NDArray[np.float64] = np.minimum(values * (255 * gain / values.max()), 255)
    return np.rint(bright).astype(np.uint8)


def _square(ink: Pixels) -> Pixels:
    """Pad the shorter side equally at both ends."""
    h, w = ink.shape
    more = max(h, w) - np.array([h, w])
    return np.pad(ink, np.stack([more // 2, more - more // 2], axis=1))


def stroke_width(crop: Pixels) -> float:
    """Return the mean width of strokes in a tight box (H, W), as if its longer side were 20 pixels.

    It is 2 area / perimeter; the perimeter is the total variation, which soft edges do not change.
    """
    wide = np.pad(crop.astype(np.float32), 1)
    down, right = wide[1:, :-1] - wide[:-1, :-1], wide[:-1, 1:] - wide[:-1, :-1]
    return float(2 * wide.sum() / np.hypot(down, right).sum() * 20 / max(crop.shape))


def _thicken(crop: Pixels, missing: float) -> Pixels:
    """Make strokes wider by ``missing`` of 20 pixels, on a grid of 8 for each of the 20."""
    steps = round(missing * 4)  # of a pixel on both sides
    ink = np.pad(_bright(_area(_square(crop), 160, 160), gain=2), steps)  # thin lines are grey here
    for _ in range(steps):
        ink = _spread(ink)
    return _tight(ink)


def _mnist(ink: Pixels, height: int, width: int) -> tuple[Stage, ...]:
    """Repeat what made MNIST: a box of 20 of 28 pixels, its centre of mass in the middle.

    Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". The shift is
    floor(14.5 - c) there, for c counted from 0, and gives back 90% of MNIST's images exactly.
    """
    side = round(min(height, width) * 20 / 28)
    square = _square(ink)
    box = _bright(_area(square, side, side))
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
    bitmap = np.pad(_area(ink, rows, fitted), ((0, 0), (left, columns - fitted - left)))
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
    planes = [_area(plane, height, width) for plane in np.atleast_3d(cut).transpose(2, 0, 1)]
    small = np.rint(np.stack(planes, axis=2)).astype(np.uint8)
    return Stage("crop", cut), Stage("input", small if pixels.ndim == 3 else small[..., 0])


Preparation = Callable[[Pixels, int, int], tuple[Stage, ...]]
#: A name -> what turns a tight box of ink (H, W), or for "photo" all pixels, grey or RGB, into
#: stages that end in the input: (height, width) or (height, width, 3). All are uint8.
PREPARATIONS: dict[str, Preparation] = {"mnist": _mnist, "digits": _digits, "photo": _photo}
