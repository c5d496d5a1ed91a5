"""Finding the ink in a photo of paper or of a board, in uneven light.

    pixels -> grey -> the ground as it would look without the figure -> shade -> ink (h, w)

Whatever is narrower than a stroke may be is filled with what lies around it: dark strokes by a
closing, light ones by an opening. Of the two the smoother result is the ground, for the other one
still shows the figure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dpn.pictures.ink import BlankDrawing, Pixels, area_average, over, spread, to_grey

Floats = NDArray[np.float32]

#: Longest side, in pixels, of what is looked at, and of the picture that the ground is sought in.
SEEN_PX, GROUND_PX = 256, 48
#: Longest side of a sheet of many figures. Of the largest piece's ink, the share from which a piece
#: counts there, and where one figure is looked for.
MANY_PX, MANY_SHARE, ONE_SHARE = 800, 0.003, 0.1
#: The widest stroke, of the picture's longer side.
WIDEST = 0.3


def photo_ink(
    rgba: Pixels, dark_on_light: bool | None, *, many: bool = False
) -> tuple[Pixels, bool]:
    """Return the ink (h, w), longest side at most ``SEEN_PX``, and whether it is dark.

    ``dark_on_light`` says how to read it, None to find out. With ``many`` it is a sheet of figures
    and not one, looked at up to ``MANY_PX``.

    Raises:
        BlankDrawing: no writing stands out.
    """
    grey = to_grey(over(rgba, 255))
    longest = MANY_PX if many else SEEN_PX
    h, w = (max(1, round(side * min(1.0, longest / max(grey.shape)))) for side in grey.shape)
    seen = np.maximum(area_average(grey, h, w), 1)
    light, dark = _ground(seen, dark_on_light)
    for _ in range(2):  # the second time without the ink that was found before
        shade = (light - seen) / np.maximum(light, 16) * (1 if dark else -1)
        shade -= np.median(shade)
        noise = 1.4826 * float(np.median(np.abs(shade)))  # the standard deviation, were it normal
        paper = (shade < max(3 * noise, 0.05)).astype(np.float32)
        light = (_around(seen * paper) + 0.02 * light) / (_around(paper) + 0.02)
    peak = np.percentile(shade, 99.5, method="lower")
    full = np.median(shade[shade >= min(peak, peak / 2)])
    if full < max(6 * noise, 0.12):
        raise BlankDrawing("No writing stands out in the photo: move closer or use a thicker pen")
    ink = np.rint(np.clip((shade / full - 0.35) / 0.4, 0, 1) * 255).astype(np.uint8)
    return ink * _figure(ink, MANY_SHARE if many else ONE_SHARE), dark


def _ground(seen: Floats, dark_on_light: bool | None) -> tuple[Floats, bool]:
    """Return what the ground (h, w) would look like without the figure, and whether ink is dark."""
    h, w = seen.shape
    scale = min(1.0, GROUND_PX / max(h, w))
    small = area_average(seen, max(1, round(h * scale)), max(1, round(w * scale)))
    slope = _slope(small)
    even = small / slope
    width = 1 + 2 * round(WIDEST * max(even.shape) / 2)
    closed = -most_around(-most_around(even, width), width)
    opened = most_around(-most_around(-even, width), width)
    dark = _roughness(closed) <= _roughness(opened) if dark_on_light is None else dark_on_light
    ground = Image.fromarray((closed if dark else opened) * slope)
    return np.asarray(ground.resize((w, h), Image.Resampling.BILINEAR)), dark


def _slope(small: Floats) -> Floats:
    """Return the light that falls off across the picture: a plane, above 0."""
    h, w = small.shape
    y, x = (grid.ravel() for grid in np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j])
    terms = np.stack([np.ones_like(x), x, y])
    values, weights = small.ravel(), np.ones(h * w)
    for _ in range(5):  # what lies far off counts less each time: the figure, the desk
        # Not a product of matrices: that starts threads that wait for each other.
        square = np.einsum("ip,jp,p->ij", terms, terms, weights)
        square += 1e-6 * np.eye(3)  # a line of pixels has no slope across
        plane = np.linalg.solve(square, np.einsum("ip,p,p->i", terms, values, weights))
        fit = np.einsum("i,ip->p", plane, terms)
        off = np.abs(values - fit)
        weights = 1 / (1 + (off / max(np.median(off), 1)) ** 2)
    lowest = max(8.0, float(np.percentile(small, 5)) / 2)
    above: Floats = np.maximum(fit, lowest).reshape(h, w).astype(np.float32)
    return above


def most_around(values: Floats, width: int) -> Floats:
    """Return the maximum in a square of ``width`` pixels, odd, around each pixel."""
    for _ in range(2):
        wide = np.pad(values, ((width // 2,) * 2, (0, 0)), constant_values=-np.inf)
        values = np.lib.stride_tricks.sliding_window_view(wide, width, axis=0).max(axis=-1).T
    return values


def _roughness(ground: Floats) -> float:
    return float(np.abs(np.diff(ground, axis=0)).sum() + np.abs(np.diff(ground, axis=1)).sum())


def _around(values: Floats) -> Floats:
    """Return means over tenths of the picture: narrower than a shadow."""
    h, w = values.shape
    coarse = Image.fromarray(area_average(values, min(h, 10), min(w, 10)))
    return np.asarray(coarse.resize((w, h), Image.Resampling.BILINEAR))


def _figure(ink: Pixels, share: float) -> NDArray[np.bool_]:
    """Tell the figure from specks and from what reaches in over the border, in coarse cells."""
    h, w = ink.shape
    cell = max(1, round(max(h, w) / 64))
    cells = np.pad(ink, ((0, -h % cell), (0, -w % cell)))
    cells = cells.reshape(-(-h // cell), cell, -(-w // cell), cell)
    mass = cells.sum(axis=(1, 3), dtype=np.int64)
    least = 16 * cell * cell
    label = np.arange(1, mass.size + 1).reshape(mass.shape) * (mass > least)
    while not np.array_equal(label, grown := spread(label) * (mass > least)):
        label = grown  # the largest number in a piece spreads over all of it
    total = np.bincount(label.ravel(), weights=mass.ravel() * (label.ravel() > 0))
    inside = total.copy()
    inside[np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]])] = 0
    total = inside if inside.any() else total
    keep = spread(total[label] > share * total.max())
    return keep.repeat(cell, axis=0).repeat(cell, axis=1)[:h, :w]
