"""Letters and shapes as strokes in a square of 1, and a somewhat shaky hand that draws them."""

import math

import numpy as np
from PIL import Image, ImageDraw

SIDE, BRUSH, INK = 280, 18, 17
Line = list[tuple[float, float]]


#: Strokes in a square of 1, y downwards.
PEN: dict[str, list[Line]] = {
    "A": [[(0.1, 1), (0.5, 0), (0.9, 1)], [(0.27, 0.6), (0.73, 0.6)]],
    "E": [[(0.85, 0), (0.15, 0), (0.15, 1), (0.85, 1)], [(0.15, 0.5), (0.7, 0.5)]],
    "F": [[(0.85, 0), (0.15, 0), (0.15, 1)], [(0.15, 0.5), (0.7, 0.5)]],
    "H": [[(0.1, 0), (0.1, 1)], [(0.9, 0), (0.9, 1)], [(0.1, 0.5), (0.9, 0.5)]],
    "K": [[(0.15, 0), (0.15, 1)], [(0.85, 0), (0.15, 0.55), (0.85, 1)]],
    "M": [[(0.05, 1), (0.15, 0), (0.5, 0.6), (0.85, 0), (0.95, 1)]],
    "N": [[(0.1, 1), (0.1, 0), (0.9, 1), (0.9, 0)]],
    "R": [
        [(0.15, 1), (0.15, 0), (0.6, 0.02), (0.82, 0.13), (0.82, 0.38), (0.6, 0.5), (0.15, 0.5)],
        [(0.45, 0.5), (0.9, 1)],
    ],
    "T": [[(0.05, 0), (0.95, 0)], [(0.5, 0), (0.5, 1)]],
    "U": [[(0.1, 0), (0.1, 0.7), (0.3, 0.97), (0.7, 0.97), (0.9, 0.7), (0.9, 0)]],
    "W": [[(0, 0), (0.25, 1), (0.5, 0.35), (0.75, 1), (1, 0)]],
    "X": [[(0.1, 0), (0.9, 1)], [(0.9, 0), (0.1, 1)]],
    "Y": [[(0.05, 0), (0.5, 0.5)], [(0.95, 0), (0.5, 0.5), (0.5, 1)]],
    "m": [
        [(0, 1), (0, 0.2)],
        [(0, 0.4), (0.2, 0.2), (0.42, 0.3), (0.48, 1)],
        [(0.48, 0.45), (0.7, 0.2), (0.92, 0.3), (1, 1)],
    ],
    "k": [[(0.2, 0), (0.2, 1)], [(0.75, 0.4), (0.2, 0.7), (0.8, 1)]],
}


def circle(x: float, y: float, r: float, start: float = 0, end: float = 1) -> Line:
    """Return part of a circle, from and to shares of a turn."""
    turns = np.linspace(start, end, 40) * 2 * math.pi
    return [(x + r * math.cos(t), y + r * math.sin(t)) for t in turns]


def _heart() -> Line:
    t = np.linspace(0, 2 * math.pi, 60)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return list(zip((x / 34 + 0.5).tolist(), (0.45 - y / 34).tolist(), strict=True))


def _star(points: int = 5) -> Line:
    angles = [-math.pi / 2 + 2 * math.pi * i * 2 / points for i in range(points + 1)]
    return [(0.5 + 0.5 * math.cos(a), 0.5 + 0.5 * math.sin(a)) for a in angles]


SHAPES: dict[str, list[Line]] = {
    "square": [[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]],
    "triangle": [[(0.5, 0), (1, 0.9), (0, 0.9), (0.5, 0)]],
    "diamond": [[(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5), (0.5, 0)]],
    "heart": [_heart()],
    "star": [_star()],
    "plus": [[(0.5, 0), (0.5, 1)], [(0, 0.5), (1, 0.5)]],
    "dash": [[(0, 0.5), (1, 0.5)]],
    "equals": [[(0, 0.3), (1, 0.3)], [(0, 0.7), (1, 0.7)]],
    "arrow": [[(0, 0.5), (1, 0.5)], [(0.65, 0.2), (1, 0.5), (0.65, 0.8)]],
    "house": [
        [(0.1, 1), (0.1, 0.4), (0.5, 0), (0.9, 0.4), (0.9, 1), (0.1, 1)],
        [(0.4, 1), (0.4, 0.65), (0.6, 0.65), (0.6, 1)],
    ],
    "face": [
        circle(0.5, 0.5, 0.5),
        circle(0.3, 0.35, 0.03),
        circle(0.7, 0.35, 0.03),
        circle(0.5, 0.5, 0.28, 0.05, 0.45),
    ],
    "stick figure": [
        circle(0.5, 0.15, 0.15),
        [(0.5, 0.3), (0.5, 0.65), (0.2, 1)],
        [(0.5, 0.65), (0.8, 1)],
        [(0.15, 0.45), (0.85, 0.45)],
    ],
    "hash": [
        *([(x, 0.0), (x, 1.0)] for x in (0.3, 0.7)),
        *([(0.0, y), (1.0, y)] for y in (0.3, 0.7)),
    ],
}


def on_canvas(strokes: list[Line], rng: np.random.Generator, *, wobble: float = 0.02) -> np.ndarray:
    """Draw strokes in a square of 1 by a somewhat shaky hand, (SIDE, SIDE, 4) uint8."""
    turn, slant = rng.normal(0, 0.08), rng.normal(0, 0.08)
    wide, tall = rng.uniform(110, 190, 2)
    left, top = (SIDE - wide) / 2 + rng.normal(0, 8), (SIDE - tall) / 2 + rng.normal(0, 8)
    image = Image.new("L", (2 * SIDE, 2 * SIDE), 255)
    pen = ImageDraw.Draw(image)
    width = 2 * int(rng.integers(BRUSH - 5, BRUSH + 7))
    for stroke in strokes:
        xy = np.array(stroke) + rng.normal(0, wobble, (len(stroke), 2))
        xy -= 0.5
        xy = xy @ np.array([[1, turn], [-turn + slant, 1]]) + 0.5
        points = [(float(2 * (left + wide * x)), float(2 * (top + tall * y))) for x, y in xy]
        pen.line(points, fill=INK, width=width, joint="curve")
        for x, y in points:
            r = width / 2
            pen.ellipse((x - r, y - r, x + r, y + r), fill=INK)
    return grey_to_canvas(np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX)))


def grey_to_canvas(grey: np.ndarray) -> np.ndarray:
    """Return grey pixels (H, W) as the canvas has them, (H, W, 4)."""
    return np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)


def strokes(shapes: dict[str, list[Line]]):
    """Return what draws one of ``shapes``, each strokes in a square of 1."""

    def draw(rng: np.random.Generator) -> np.ndarray:
        return on_canvas(shapes[str(rng.choice(list(shapes)))], rng)

    return draw


def large(images: np.ndarray, side: int) -> np.ndarray:
    """Return digits (N, H, W), light ink on black, as dark pen strokes of one another's size."""
    out = []
    for image in images:
        big = np.asarray(
            Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC), float
        )
        out.append((255 - (255 - INK) * np.clip((big - 96) / 64, 0, 1)).astype(np.uint8))
    return np.stack(out)
