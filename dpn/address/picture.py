"""A drawing that came in an address, on a canvas again: as its objects, and as what it looks like.

A model answers a picture. On the page it was drawn on the browser makes it; where only the strokes
have come it is made here, with round pens as the browser's.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw

from dpn.address.drawing import Stroke

#: Pictures are drawn so many times larger and then made smaller, for soft edges.
FINER = 12
#: Of so many strokes, the last ones, there is a picture each, so that each can be taken back.
EACH = 12
#: Pixels to both sides of a stroke of one point, which else has no length; as Fabric's pencil does.
DOT = 0.018


def objects(strokes: Sequence[Stroke], colour: str) -> list[dict[str, Any]]:
    """Return strokes as the canvas (Fabric 7) describes what was drawn on it."""
    return [_path(stroke, colour) for stroke in strokes]


def _path(stroke: Stroke, colour: str) -> dict[str, Any]:
    (x, y), *others = stroke.points
    commands: list[list[Any]] = [["M", x, y], *(["L", *point] for point in others)]
    if not others:
        commands = [["M", x - DOT, y], ["L", x + DOT, y]]
    xs, ys = zip(*stroke.points, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    return {
        "type": "Path",
        "originX": "center",
        "originY": "center",
        "left": min(xs) + width / 2,
        "top": min(ys) + height / 2,
        "width": width or 2 * DOT,
        "height": height,
        "fill": None,
        "stroke": colour,
        "strokeWidth": stroke.width,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "path": commands,
    }


def pictures(
    strokes: Sequence[Stroke], size: tuple[int, int], ink: str, paper: str
) -> list[bytes | None]:
    """Return PNG files of the canvas after each stroke; None for all but the last ``EACH``.

    Args:
        strokes: in pixels of the canvas.
        size: of the canvas, (width, height) in pixels.
        ink: colour of the strokes.
        paper: colour of the canvas.
    """
    large = Image.new("L", (size[0] * FINER, size[1] * FINER), paper)
    pen = ImageDraw.Draw(large)
    found: list[bytes | None] = []
    for place, stroke in enumerate(strokes):
        _draw(pen, stroke, ink)
        seen = place >= len(strokes) - EACH
        found.append(_png(large.resize(size, Image.Resampling.BOX)) if seen else None)
    return found


def _draw(pen: ImageDraw.ImageDraw, stroke: Stroke, ink: str) -> None:
    """Draw a round pen's stroke. Pillow's coordinates are those of the middles of pixels."""
    points = [(x * FINER - 0.5, y * FINER - 0.5) for x, y in stroke.points]
    wide, half = stroke.width * FINER, (stroke.width * FINER - 1) / 2
    if len(points) > 1:
        pen.line(points, ink, wide)
    for x, y in points:
        pen.ellipse((x - half, y - half, x + half, y + half), ink)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
