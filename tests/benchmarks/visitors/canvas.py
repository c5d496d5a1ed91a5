"""What the canvas of streamlit-drawable-canvas 0.13 sends after a stroke, without a browser.

Recorded from a real one: the value of its widget is JSON, {"drawing": {"raw": the strokes as
Fabric's objects, "data": a PNG of the whole canvas as a data URL}}.
"""

from __future__ import annotations

import base64
import io
import json
import random
from itertools import pairwise
from typing import Any

from PIL import Image, ImageDraw

Point = tuple[float, float]
#: Pixels a side of what is drawn before it is made smaller: a browser's lines have soft edges, too.
FINE = 2
#: The digits as a person draws them, on a canvas of 280 pixels.
DIGITS: dict[int, list[Point]] = {
    0: [(140, 45), (85, 80), (75, 150), (100, 225), (150, 240), (195, 190), (200, 110), (150, 45)],
    1: [(110, 90), (150, 50), (150, 240)],
    2: [(80, 90), (130, 50), (190, 85), (170, 140), (80, 235), (205, 235)],
    3: [(85, 60), (170, 55), (180, 105), (120, 140), (190, 180), (165, 235), (80, 225)],
    6: [(175, 50), (110, 110), (85, 190), (130, 240), (185, 210), (165, 160), (95, 180)],
    7: [(70, 60), (200, 60), (185, 110), (120, 235)],
    9: [(180, 90), (120, 60), (90, 110), (130, 150), (185, 100), (175, 170), (150, 240)],
}
#: What Fabric says of every stroke.
PATH = {
    "type": "Path",
    "version": "7.4.0",
    "originX": "center",
    "originY": "center",
    "fill": None,
    "strokeDashArray": None,
    "strokeLineCap": "round",
    "strokeDashOffset": 0,
    "strokeLineJoin": "round",
    "strokeUniform": False,
    "strokeMiterLimit": 10,
    "scaleX": 1,
    "scaleY": 1,
    "angle": 0,
    "flipX": False,
    "flipY": False,
    "opacity": 1,
    "shadow": None,
    "visible": True,
    "backgroundColor": "",
    "fillRule": "nonzero",
    "paintFirst": "fill",
    "globalCompositeOperation": "source-over",
    "skewX": 0,
    "skewY": 0,
}


def digit_like(rng: random.Random) -> list[Point]:
    """Return one stroke that looks like a digit, no two alike."""
    turn = [rng.uniform(-12, 12) for _ in range(2)]
    points = rng.choice(list(DIGITS.values()))
    return [(x + turn[0] + rng.gauss(0, 4), y + turn[1] + rng.gauss(0, 4)) for x, y in points]


def stroke_object(points: list[Point], settings: dict[str, Any]) -> dict[str, Any]:
    """Return one stroke as the canvas' Fabric tells it; ``settings`` are the canvas' own."""
    xs, ys = zip(*points, strict=True)
    middles = [(*a, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(points)]
    path: list[list[Any]] = [["M", *points[0]], *(["Q", *four] for four in middles)]
    return PATH | {
        "left": (min(xs) + max(xs)) / 2,
        "top": (min(ys) + max(ys)) / 2,
        "width": max(xs) - min(xs),
        "height": max(ys) - min(ys),
        "stroke": settings["strokeColor"],
        "strokeWidth": settings["strokeWidth"],
        "path": [*path, ["L", *points[-1]]],
    }


def drawing_json(objects: list[dict[str, Any]], settings: dict[str, Any]) -> str:
    """Return the value of the canvas' widget with these strokes on it."""
    picture = io.BytesIO()
    _picture(objects, settings).save(picture, "PNG")
    data = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
    raw = {"version": "7.4.0", "objects": objects, "background": settings["backgroundColor"]}
    return json.dumps({"drawing": {"raw": raw, "data": data}}, separators=(",", ":"))


def _picture(objects: list[dict[str, Any]], settings: dict[str, Any]) -> Image.Image:
    size = (settings["canvasWidth"] * FINE, settings["canvasHeight"] * FINE)
    image = Image.new("RGBA", size, settings["backgroundColor"] or (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for stroke in objects:
        points = [(FINE * part[1], FINE * part[2]) for part in stroke["path"]]
        width = FINE * stroke["strokeWidth"]
        pen.line(points, stroke["stroke"], width, joint="curve")
        for x, y in (points[0], points[-1]):  # its ends are round
            pen.circle((x, y), width / 2, stroke["stroke"])
    return image.reduce(FINE)
