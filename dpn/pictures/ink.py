"""Finding the ink in the pixels of a drawing, and measuring its strokes.

Ink is uint8 (H, W): 0 on the ground, 255 where it is full, in between at the edges of strokes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import ImageError
from dpn.language import t

Pixels = NDArray[np.uint8]

#: Of 255, between ink and ground; a drawing with less counts as blank.
MIN_CONTRAST = 32
#: Ink below this, of 255, stays only beside stronger ink, where it is the soft edge of a stroke;
#: elsewhere it is the ripple that JPEG leaves.
FAINT_INK = 52
#: Stroke widths in a box of 20 pixels. Of 5,000 MNIST digits 99.9% are wider than 1.2, their median
#: is 2.4. Thinner strokes are made 2.2 wide: of 1,000 digits redrawn with a pen of 2 on 280 pixels
#: a small MLP then reads 97.5% instead of 95.0%.
THIN_STROKE, NORMAL_STROKE = 1.2, 2.2


class BlankDrawing(ImageError):
    """Nothing, or next to nothing, is drawn."""


def over(rgba: Pixels, ground: int) -> Pixels:
    """Return (H, W, 3): the pixels over an even grey ground."""
    if rgba[..., 3].min() == 255:
        return rgba[..., :3]
    alpha = rgba[..., 3:].astype(np.uint16)
    return ((rgba[..., :3] * alpha + ground * (255 - alpha) + 127) // 255).astype(np.uint8)


def to_grey(rgb: NDArray[Any]) -> Pixels:
    """Return the luma of ITU-R BT.601 over the last axis."""
    luma: NDArray[np.float32] = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.rint(luma).astype(np.uint8)


def drawn_ink(rgba: Pixels, dark_on_light: bool | None) -> tuple[Pixels, bool]:
    """Return the ink (H, W) of strokes on an even or transparent ground, and whether it is dark."""
    rgba = np.ascontiguousarray(rgba)
    rgb, planes = rgba[..., :3], np.ascontiguousarray(np.moveaxis(rgba, 2, 0))
    solid = planes[3] > 127
    border = _border(rgba, max(1, max(solid.shape) // 20))  # looks past a thin frame
    is_solid = border[:, 3] > 127
    dark = True
    if is_solid.mean() < 0.5:
        ink = planes[3]
        dark = bool(np.average(to_grey(rgb), weights=ink + 1e-6) < 128)
    else:
        ground = _median(border[is_solid, :3])
        ink = _away(planes, ground) * solid
        if (strong := ink > ink.max() // 2).any():
            # Four bytes at a time: pixels that are chosen one channel after the other take longer.
            stroke = _median(
                rgba.view(np.uint32)[..., 0][strong].view(np.uint8).reshape(-1, 4)[:, :3]
            )
            dark = bool(to_grey(stroke) < to_grey(ground))
            # A figure that fills the picture and touches its edge in many places is the ground.
            edge = np.concatenate([strong[0], strong[-1], strong[:, 0], strong[:, -1]])
            unlikely = edge.mean() > 0.35 and strong.mean() > 0.5
            if unlikely if dark_on_light is None else dark != dark_on_light:
                ink, dark = _away(planes, stroke) * solid, not dark
    if ink.max() < MIN_CONTRAST:
        raise BlankDrawing(t("Nothing is drawn yet: draw one figure, large and in a clear colour"))
    ink = bright(ink)
    return ink * spread(ink >= FAINT_INK), dark


def _border(rgba: Pixels, depth: int) -> Pixels:
    """Return the pixels (N, 4) that are so near to an edge."""
    if 2 * depth >= min(rgba.shape[:2]):
        return rgba.reshape(-1, 4)
    between = rgba[depth:-depth]
    sides = rgba[:depth], rgba[-depth:], between[:, :depth], between[:, -depth:]
    return np.concatenate([side.reshape(-1, 4) for side in sides])


def _median(pixels: Pixels) -> NDArray[np.float64]:
    """Return ``np.median`` of each channel of pixels (N, 3), by counting."""
    half, odd = divmod(len(pixels), 2)
    middle = []
    for channel in pixels.T:
        below = np.bincount(channel, minlength=256).cumsum()
        low, high = np.searchsorted(below, (half if odd else half - 1, half), side="right")
        middle.append((low + high) / 2)
    return np.array(middle)


def _away(planes: Pixels, colour: NDArray[Any]) -> Pixels:
    """Return how far each pixel of planes (4, H, W) is from a colour, where it is farthest."""
    pairs = zip(planes, np.rint(colour).astype(np.uint8), strict=False)
    far: list[Pixels] = [np.maximum(p, c) - np.minimum(p, c) for p, c in pairs]  # stays unsigned
    farthest: Pixels = np.maximum(np.maximum(far[0], far[1]), far[2])
    return farthest


def spread(values: NDArray[Any]) -> NDArray[Any]:
    """Return the maximum of each pixel and its eight neighbours."""
    wide = padded(values)
    rows = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    most: NDArray[Any] = np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return most


def padded(values: NDArray[Any]) -> NDArray[Any]:
    """Return (H + 2, W + 2) with a border of zeros; ``np.pad`` takes ten times as long."""
    h, w = values.shape
    wide = np.zeros((h + 2, w + 2), values.dtype)
    wide[1:-1, 1:-1] = values
    return wide


def tight(ink: Pixels) -> Pixels:
    """Return what is in the smallest box that holds all ink, unless that is only a dot."""
    return ink[box_of(ink)]


def box_of(ink: Pixels) -> tuple[slice, slice]:
    """Return the rows and columns of the smallest box that holds all ink.

    Raises:
        BlankDrawing: there is no ink, or only a dot.
    """
    if not ink.any():
        raise BlankDrawing(t("No figure stands out: draw or photograph one alone, large and clear"))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    crop = ink[box]
    size = max(crop.shape) / max(ink.shape)
    if size < 0.04 or (size < 0.15 and stroke_width(crop) > 7):  # discs have 7 to 10
        raise BlankDrawing(t("Only a dot is drawn: draw one figure that fills most of the square"))
    return box


def area_average(image: NDArray[Any], h: int, w: int) -> NDArray[np.float32]:
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


def bright(values: NDArray[Any], gain: float = 1.0) -> Pixels:
    """Scale to a peak of 255 times ``gain``, cut at 255."""
    most, is_bytes = values.max(), values.dtype == np.uint8
    all_values = np.arange(256) if is_bytes else values  # of bytes each is scaled once
    scaled = np.rint(np.minimum(all_values * (255 * gain / most), 255)).astype(np.uint8)
    bright: Pixels = scaled.take(values) if is_bytes else scaled
    return bright


def pad_square(ink: Pixels) -> Pixels:
    """Pad the shorter side equally at both ends."""
    h, w = ink.shape
    more = max(h, w) - np.array([h, w])
    return np.pad(ink, np.stack([more // 2, more - more // 2], axis=1))


def stroke_width(crop: Pixels) -> float:
    """Return the mean width of strokes in a tight box (H, W), as if its longer side were 20 pixels.

    It is 2 area / perimeter; the perimeter is the total variation, which soft edges do not change.
    """
    wide = padded(crop.astype(np.float32))
    down, right = wide[1:, :-1] - wide[:-1, :-1], wide[:-1, 1:] - wide[:-1, :-1]
    return float(2 * wide.sum() / np.hypot(down, right).sum() * 20 / max(crop.shape))


def thicken(crop: Pixels, missing: float) -> Pixels:
    """Make strokes wider by ``missing`` of 20 pixels, on a grid of 8 for each of the 20."""
    steps = round(missing * 4)  # of a pixel on both sides
    ink = np.pad(
        bright(area_average(pad_square(crop), 160, 160), gain=2), steps
    )  # thin lines are grey here
    for _ in range(steps):
        ink = spread(ink)
    return tight(ink)
