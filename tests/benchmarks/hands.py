"""Hands that MNIST does not know, as model inputs: what a model can be taught on and judged by.

"pen": strokes of a writer who slashes the zero, puts a long flag and a foot on the one, crosses the
seven, opens the four and curls the nine, drawn anew each time with another slant, size, pressure
and tremor.
"form": the embedded 8x8 digits' test part, drawn large; their writers are not MNIST's.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from dpn.datasets import load_dataset
from dpn.images import InputSpec, prepare
from tests.benchmarks.foreign import SIDE, drawn

SPEC = InputSpec(1, 28, 28, "mnist")


def _arc(cx, cy, rx, ry, start, end, count=14):
    t = np.radians(np.linspace(start, end, count))
    return [(cx + rx * np.cos(a), cy + ry * np.sin(a)) for a in t]


#: digit -> strokes, each a list of points in a box of 1 by 1, y downwards.
GLYPHS = {
    0: [[*_arc(0.5, 0.5, 0.3, 0.45, -80, 285, 24)], [(0.72, 0.12), (0.28, 0.88)]],
    1: [[(0.1, 0.55), (0.55, 0.05), (0.55, 0.93)], [(0.1, 0.95), (0.95, 0.95)]],
    2: [[*_arc(0.48, 0.28, 0.28, 0.24, 190, 390), (0.2, 0.93), (0.85, 0.93)]],
    3: [[(0.2, 0.06), (0.75, 0.06), (0.45, 0.42), *_arc(0.45, 0.68, 0.3, 0.27, -80, 150)]],
    4: [[(0.3, 0.05), (0.12, 0.62), (0.88, 0.62)], [(0.72, 0.3), (0.6, 0.95)]],
    5: [[(0.75, 0.06), (0.28, 0.06), (0.24, 0.45), *_arc(0.45, 0.66, 0.3, 0.28, -110, 150)]],
    6: [[(0.68, 0.05), (0.34, 0.4), *_arc(0.48, 0.7, 0.24, 0.25, 190, -170, 20)]],
    7: [[(0.12, 0.22), (0.18, 0.08), (0.82, 0.08), (0.38, 0.95)], [(0.12, 0.5), (0.95, 0.46)]],
    8: [[*_arc(0.5, 0.27, 0.22, 0.21, 80, 430, 20), *_arc(0.5, 0.72, 0.27, 0.24, -90, 265, 20)]],
    9: [
        [*_arc(0.47, 0.3, 0.25, 0.25, 10, 365, 20), (0.72, 0.7)],
        [(0.72, 0.7), *_arc(0.42, 0.72, 0.3, 0.22, 0, 185, 10)],
    ],
}


def pen(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ``count`` drawings of each digit, uint8 (10·count, 1, 28, 28), and labels."""
    rng = np.random.default_rng(seed)
    images, labels = [], []
    for digit, strokes in GLYPHS.items():
        for _ in range(count):
            size, slant, turn = rng.uniform(130, 210), rng.normal(0, 0.12), rng.normal(0, 0.06)
            wide, width = rng.uniform(0.75, 1.1), int(rng.uniform(12, 22))
            picture = Image.new("L", (SIDE, SIDE), 255)
            pencil = ImageDraw.Draw(picture)
            for stroke in strokes:
                points = np.array(stroke) - 0.5
                tremor = np.cumsum(rng.normal(0, 0.012, points.shape), axis=0)
                points = points + tremor + rng.normal(0, 0.02, 2)
                points[:, 0] = wide * points[:, 0] - slant * points[:, 1]
                c, s = np.cos(turn), np.sin(turn)
                points = points @ np.array([[c, -s], [s, c]]).T * size + SIDE / 2
                pencil.line([tuple(p) for p in points], 0, width, joint="curve")
                for x, y in (points[0], points[-1]):
                    r = width / 2
                    pencil.ellipse((x - r, y - r, x + r, y + r), 0)
            grey = np.asarray(picture)
            rgba = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)
            images.append(prepare(rgba, SPEC, "drawing").input)
            labels.append(digit)
    return np.stack(images), np.array(labels)


def form() -> tuple[np.ndarray, np.ndarray]:
    """Return the embedded digits' test part drawn large, uint8 (N, 1, 28, 28), and labels."""
    digits = load_dataset("digits", Path())
    small = np.rint(digits.x_test[:, 0].numpy() / (255 / 16))
    images = [prepare(drawn(image), SPEC, "drawing").input for image in small]
    return np.stack(images), digits.y_test.numpy()


HANDS = {"pen": lambda: pen(60, 1), "form": form}
