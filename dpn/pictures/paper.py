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

from dpn.language import t
from dpn.pictures.ink import BlankDrawing, Pixels, area_average, over, spread, to_grey

Floats = NDArray[np.float32]

#: Longest side, in pixels, of what is looked at, of the picture that the ground is sought in, and
#: of what is looked at where all is dots.
SEEN_PX, GROUND_PX, DOTS_PX = 256, 48, 64
#: Longest side of a sheet of many figures. Of the largest piece's ink, the share from which a piece
#: counts there, and where one figure is looked for.
MANY_PX, MANY_SHARE, ONE_SHARE = 800, 0.003, 0.1
#: Of the pixels: so many are surely no ink; of the paper's brightness: so much darker ink is; and
#: how many times the noise. Of a figure, and of one that is far away.
FIGURE, FAR = (0.995, 0.12, 6), (0.9997, 0.3, 12)
#: Of the picture's border: a figure that touches it covers no more, a desk does. So many times as
#: much ink as anything inside it has then.
TOUCHES, MERE = 0.15, 5
#: Of the ink: where so much is of figures, no edge of a shadow joins them to the border.
WHOLE = 0.9
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
    colours = over(rgba, 255)
    grey = to_grey(colours)
    # Dots of a dither are no noise from afar; yellow on white is as bright as the paper, but for
    # its blue; and what is far away is small.
    others = (grey, DOTS_PX), (colours[..., 2], SEEN_PX), (colours[..., 0], SEEN_PX)
    tries = (
        (grey, MANY_PX if many else SEEN_PX, FIGURE),
        *((*other, FIGURE) for other in others),
        (grey, MANY_PX, FAR),
    )
    for values, longest, least in tries:
        found = _ink(values, dark_on_light, longest, least, many=many)
        if found is not None:
            return found
    raise BlankDrawing(t("No writing stands out in the photo: move closer or use a thicker pen"))


def _ink(
    grey: Pixels,
    dark_on_light: bool | None,
    longest: int,
    least: tuple[float, float, float],
    *,
    many: bool,
) -> tuple[Pixels, bool] | None:
    """Return the ink of grey (H, W), and whether it is dark; None where none stands out.

    ``least`` is which share of the pixels is surely no ink, how much darker than the paper it is,
    and how many times the noise.
    """
    sure, contrast, noisy = least
    h, w = (max(1, round(side * min(1.0, longest / max(grey.shape)))) for side in grey.shape)
    seen = np.maximum(area_average(grey, h, w), 1)
    light, dark = _ground(seen, dark_on_light)
    for _ in range(2):  # the second time without the ink that was found before
        shade = (light - seen) / np.maximum(light, 16) * (1 if dark else -1)
        shade -= np.median(shade)
        noise = 1.4826 * float(np.median(np.abs(shade)))  # the standard deviation, were it normal
        paper = (shade < max(3 * noise, 0.05)).astype(np.float32)
        light = (_around(seen * paper) + 0.02 * light) / (_around(paper) + 0.02)
    peak = np.percentile(shade, 100 * sure, method="lower")
    full = np.float32(np.median(shade[shade >= min(peak, peak / 2)]))
    if full < max(noisy * noise, contrast):
        return None
    ink = np.rint(np.clip((shade / full - 0.35) / 0.4, 0, 1) * 255).astype(np.uint8)
    share = MANY_SHARE if many else ONE_SHARE
    figure = ink * _figure(ink, share)
    if many and figure.sum(dtype=np.int64) > WHOLE * ink.sum(dtype=np.int64):
        return figure, dark
    darker = (full * np.maximum(light, 16)).astype(np.float32)
    ink *= _near_strokes(seen if dark else -seen, ink, _pen(figure), darker)
    return ink * _figure(ink, share), dark


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


def _pen(ink: Pixels) -> int:
    """Return an odd number of pixels that is wider than the strokes of ink (h, w)."""
    down, across = np.diff(ink.astype(np.float32), axis=0), np.diff(ink.astype(np.float32), axis=1)
    edges = max(1.0, float(np.abs(down).sum() + np.abs(across).sum()) * 0.8)
    return 1 + 2 * max(1, round(1.1 * 2 * float(ink.sum(dtype=np.int64)) / edges))


def _near_strokes(values: Floats, ink: Pixels, width: int, full: Floats) -> NDArray[np.bool_]:
    """Return where ink (h, w) is near a stroke; the edge of a shadow, dark to one side, is none.

    ``values`` are dark there, and by ``full`` darker than beside it where they are a stroke's,
    which is narrower than ``width``.
    """
    closed = -most_around(-most_around(values, width), width)
    strokes = (closed - values > 0.5 * full) & (ink > 0)
    if strokes.sum() < 0.1 * (ink > 127).sum():  # what is all wider than its strokes on average
        return np.ones(ink.shape, bool)
    return most_around(strokes.astype(np.float32), width) > 0


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
    ends = np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]])
    inside[ends] = 0
    touching = total * (np.bincount(ends, minlength=len(total)) <= TOUCHES * len(ends))
    if 0 < inside.max() * MERE < touching.max():  # a figure beside mere specks
        inside = touching
    total = inside if inside.any() else total
    keep = spread(total[label] > share * total.max())
    return keep.repeat(cell, axis=0).repeat(cell, axis=1)[:h, :w]
