"""A small picture with a place outlined, and in yellow what a sentence tells of it, as SVG."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from dpn.charts.placed.places import area_path, edge_path
from dpn.charts.sum import FOR
from dpn.explain.drawings.marks import Mark
from dpn.explain.drawings.shapes import Mask
from dpn.pictures.png import Pixels, data_url, to_picture

#: What is marked, and around it: to be seen on ink, on paper and on a tinted place.
YELLOW, HALO = "#ffd21f", "#10161d"
#: Sides to which a hollow is open, as steps (down, across).
STEPS = {"left": (0, -1), "right": (0, 1), "top": (-1, 0), "bottom": (1, 0)}
#: Widths of lines, and lengths beyond a hollow and of an arrow's head, as shares of the side.
LINE, BEYOND, HEAD = 1 / 44, 1 / 8, 1 / 12
#: What is seen beside what is drawn, and the picture's width in pixels.
BESIDE, WIDE = 1 / 9, 112


def marked(image: Pixels, ink: Mask, places: Sequence[Mask], marks: Sequence[Mark]) -> str:
    """Return an image with places outlined and marks drawn, as the URL of an SVG.

    Args:
        image: (C, H, W) uint8.
        ink: (H, W) what is drawn in it: what lies far from that and from all marks is left out.
        places: (H, W) each.
        marks: of them, too.
    """
    height, width = image.shape[1:]
    side = max(height, width)
    left, top, wide = _seen(np.any([ink, *places, *(mark.mask for mark in marks)], axis=0))
    parts = [
        f'<image href="{data_url(to_picture(image), 1)}" width="{width}" height="{height}" '
        f'style="image-rendering:pixelated"/>'
    ]
    for mask in places:
        parts += [
            f'<path d="{area_path(mask)}" fill="{FOR}" fill-opacity="0.3"/>',
            f'<path d="{edge_path(mask)}" fill="none" stroke="{FOR}" stroke-width="{side / 60}"/>',
        ]
    parts += [one for mark in marks for one in _drawn(mark, side)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {wide} {wide}" '
        f'width="{WIDE}" height="{WIDE}">{"".join(parts)}</svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _seen(mask: Mask) -> tuple[int, int, int]:
    """Return the square that is seen around a mask (H, W): its left, its top and its side."""
    margin = round(BESIDE * max(mask.shape))
    rows, columns = np.nonzero(mask) if mask.any() else np.nonzero(~mask)
    spans = [(one.min() - margin, one.max() + 1 + margin) for one in (columns, rows)]
    wide = min(max(int(high - low) for low, high in spans), max(mask.shape))
    left, top = (
        int(np.clip((low + high - wide) // 2, 0, max(size - wide, 0)))
        for (low, high), size in zip(spans, mask.shape[::-1], strict=True)
    )
    return left, top, wide


def _drawn(mark: Mark, side: int) -> list[str]:
    """Return what is drawn for a mark in an image with sides of so many pixels."""
    rows, columns = np.nonzero(mark.mask)
    row, column = rows.mean() + 0.5, columns.mean() + 0.5
    if mark.kind in ("missing", "gap"):
        return _line(edge_path(mark.mask), side, dash="0.5 0.5")  # anew for each pixel
    if mark.kind in ("hollow", "ink"):
        fill = f'<path d="{area_path(mark.mask)}" fill="{YELLOW}" fill-opacity="0.35"/>'
        return [fill, *_line(edge_path(mark.mask), side), *_arrow(mark, row, column, side)]
    if mark.kind == "point":
        return _line(_circle(row, column, side / 9), side)
    if mark.kind == "line":
        return _line(_along(mark.mask), side)
    first, last = columns.min() - side / 12, columns.max() + 1 + side / 12
    steps = np.diff(np.pad(mark.mask[rows[0]], 1).astype(np.int8))
    runs = zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True)
    dots = "".join(_circle(row, (low + high) / 2, side / 24) for low, high in runs)
    return [*_line(f"M{first},{row}H{last}", side, dash="0.5 1"), *_line(dots, side, fill=YELLOW)]


def _line(path: str, side: int, *, dash: str = "", fill: str = "none") -> list[str]:
    """Return a path twice: dark and broad, and yellow, perhaps dashed, on that."""
    wide, cap = side * LINE, "butt" if dash else "round"
    kinds = ((HALO, 2 * wide, ""), (YELLOW, wide, dash))
    return [
        f'<path d="{path}" fill="{fill}" stroke="{colour}" stroke-width="{width}"'
        f' stroke-linecap="{cap}" stroke-linejoin="round" stroke-dasharray="{dashes}"/>'
        for colour, width, dashes in kinds
    ]


def _circle(row: float, column: float, radius: float) -> str:
    half = f"a{radius},{radius} 0 1,0 "
    return f"M{column - radius},{row}{half}{2 * radius},0{half}{-2 * radius},0"


def _arrow(mark: Mark, row: float, column: float, side: int) -> list[str]:
    """Return an arrow out of a hollow where it is open; nothing of a loop."""
    if not mark.side:
        return []
    down, across = STEPS[mark.side]
    lines = np.nonzero(mark.mask)[0 if down else 1]
    edge = lines.min() if down + across < 0 else lines.max() + 1
    tip = edge + (down + across) * side * BEYOND
    tip = float(np.clip(tip, side / 20, mark.mask.shape[0 if down else 1] - side / 20))
    at = np.array([tip, column]) if down else np.array([row, tip])
    back, beside = np.array([down, across]) * side * HEAD, np.array([across, down]) * side * HEAD
    wings = [at - back + beside, at - back - beside]
    points = np.array([(row, column), at, wings[0], at, wings[1]])
    return _line("M" + "L".join(f"{x},{y}" for y, x in points.tolist()), side)


def _along(mask: Mask) -> str:
    """Return a line along the principal axis of a mask, as long as it is."""
    points = np.argwhere(mask) + 0.5
    middle = points.mean(axis=0)
    axis = np.linalg.eigh(np.cov((points - middle).T))[1][:, -1] if len(points) > 1 else np.zeros(2)
    along = (points - middle) @ axis
    (y0, x0), (y1, x1) = middle + along.min() * axis, middle + along.max() * axis
    return f"M{x0},{y0}L{x1},{y1}"
