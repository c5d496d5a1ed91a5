"""Strokes of a pen as the canvas draws them, and as inputs of a model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from dpn.pictures.ink import Pixels
from dpn.pictures.preparations import InputSpec
from dpn.pictures.prepare import prepare

#: Points (N, 2) of one stroke, x to the right and y downwards, N >= 1; any unit.
Stroke = NDArray[np.float64]
Strokes = Sequence[Stroke]
#: Inputs of a model (N, 1, 28, 28) uint8, and their digits (N,).
Labelled = tuple[Pixels, NDArray[np.int64]]

#: The input that MNIST's models take.
SPEC = InputSpec(1, 28, 28, "mnist")
#: Pixels a side of the paper, of which a figure's box takes ``FILLED``.
SIDE, FILLED = 160, 0.7


def draw(strokes: Strokes, width: float, side: int = SIDE) -> Pixels:
    """Draw strokes in the middle of white paper with a round black pen, (side, side, 4) uint8.

    Args:
        strokes: at least one.
        width: of the pen, as a share of the longer side of the box around all points.
        side: of the paper, in pixels.
    """
    points = np.concatenate(list(strokes))
    low, high = points.min(axis=0), points.max(axis=0)
    scale = FILLED * side / max((high - low).max(), 1e-6)
    pen = max(1.0, width * FILLED * side)
    paper = Image.new("L", (side, side), 255)
    brush = ImageDraw.Draw(paper)
    for stroke in strokes:
        path = [(float(x), float(y)) for x, y in (stroke - (low + high) / 2) * scale + side / 2]
        if len(path) > 1:
            brush.line(path, 0, round(pen))
        for x, y in path:
            brush.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], 0)
    return on_paper(np.asarray(paper))


def on_paper(grey: Pixels) -> Pixels:
    """Return grey (H, W) as solid pixels (H, W, 4)."""
    return np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)


def as_input(rgba: Pixels) -> Pixels:
    """Return a drawing (H, W, 4) as ``predict --as drawing`` gives it to a model, (1, 28, 28)."""
    return prepare(rgba, SPEC, "drawing", dark_on_light=True).input


def smooth(stroke: Stroke, steps: int = 6) -> Stroke:
    """Return a stroke with ``steps`` points for each, on a Catmull-Rom spline through them all."""
    if len(stroke) < 3:
        return stroke
    before, after = 2 * stroke[:1] - stroke[1:2], 2 * stroke[-1:] - stroke[-2:-1]
    p = np.concatenate([before, stroke, after])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    a, b, c, d = p[:-3], p[1:-2], p[2:-1], p[3:]
    curve = b + (c - a) * t / 2 + (a - 2.5 * b + 2 * c - d / 2) * t**2
    curve = curve + (1.5 * (b - c) + (d - a) / 2) * t**3
    return np.concatenate([curve.transpose(1, 0, 2).reshape(-1, 2), stroke[-1:]])


def varied(strokes: Strokes, rng: np.random.Generator, stretch: float = 0.2) -> list[Stroke]:
    """Return strokes as another hand would draw them: turned, slanted, stretched, a little bent.

    Args:
        strokes: at least one.
        rng: draws how.
        stretch: how much wider or higher they get, as the spread of a logarithm.
    """
    points = np.concatenate(list(strokes))
    low, high = points.min(axis=0), points.max(axis=0)
    size = max((high - low).max(), 1e-6)
    angle, slant = rng.normal(0, math.radians(4)), rng.normal(0, 0.12)
    wide = math.exp(rng.normal(0, stretch))
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = np.array([[cos, -sin], [sin, cos]]) @ np.array([[wide, slant], [0, 1]])
    waves = rng.normal(0, 0.015, (3, 2)), rng.uniform(0, 2 * math.pi, (3, 2))
    result = []
    for stroke in strokes:
        place = (stroke - (low + high) / 2) / size
        bent = place.copy()
        for k in range(3):
            phase = (k + 1) * math.pi * place[:, ::-1] + waves[1][k]
            bent += waves[0][k] * np.sin(phase)
        result.append(bent @ matrix.T)
    return result
