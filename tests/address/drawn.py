"""Digits as a person draws them on the canvas, with Fabric's own paths and what they look like."""

import io

import numpy as np
from PIL import Image, ImageDraw

#: Corners of each digit's strokes, in a square of 1.
CORNERS = {
    0: [[(0.5, 0.1), (0.2, 0.3), (0.2, 0.7), (0.5, 0.9), (0.8, 0.7), (0.8, 0.3), (0.5, 0.1)]],
    1: [[(0.35, 0.3), (0.55, 0.1), (0.55, 0.9)]],
    2: [[(0.2, 0.3), (0.5, 0.1), (0.75, 0.3), (0.6, 0.55), (0.2, 0.9), (0.8, 0.88)]],
    3: [
        [(0.2, 0.2), (0.5, 0.1), (0.75, 0.3), (0.45, 0.48)],
        [(0.45, 0.48), (0.8, 0.65), (0.55, 0.9), (0.2, 0.8)],
    ],
    4: [[(0.55, 0.1), (0.2, 0.6), (0.85, 0.6)], [(0.62, 0.35), (0.62, 0.9)]],
    5: [
        [(0.3, 0.1), (0.27, 0.45), (0.6, 0.42), (0.75, 0.65), (0.5, 0.9), (0.2, 0.8)],
        [(0.3, 0.1), (0.75, 0.1)],
    ],
    6: [[(0.6, 0.1), (0.3, 0.4), (0.25, 0.7), (0.5, 0.9), (0.7, 0.7), (0.5, 0.5), (0.27, 0.65)]],
    7: [[(0.2, 0.12), (0.8, 0.12), (0.65, 0.4), (0.45, 0.9)], [(0.35, 0.5), (0.7, 0.5)]],
    8: [
        [
            *[(0.6, 0.15), (0.3, 0.2), (0.35, 0.42), (0.65, 0.6), (0.6, 0.88), (0.3, 0.85)],
            *[(0.35, 0.6), (0.65, 0.4), (0.6, 0.15)],
        ]
    ],
    9: [[(0.7, 0.3), (0.45, 0.15), (0.3, 0.35), (0.5, 0.5), (0.7, 0.3), (0.68, 0.6), (0.55, 0.9)]],
}


def drawn(digit, seed):
    """A hand's own digit: the canvas' objects, and a PNG of what it looks like."""
    rng = np.random.default_rng(seed)
    turn, slant = rng.uniform(-0.2, 0.2), rng.uniform(-0.25, 0.25)
    size, place = rng.uniform(110, 230, 2), rng.uniform(120, 160, 2)
    matrix = np.array([[np.cos(turn), slant - np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    width = int(rng.integers(10, 28))
    strokes = []
    for corners in CORNERS[digit]:
        bent = np.array(corners) + rng.normal(0, 0.025, (len(corners), 2))
        line = ((bent - 0.5) * size) @ matrix.T + place
        strokes.append(_smooth(line) + rng.normal(0, 0.4, (1, 2)))
    objects = [{"type": "Path", "strokeWidth": width, "path": fabric(line)} for line in strokes]
    return objects, png(objects)


def _smooth(line):
    """Points about 4 pixels apart on a curve through the corners."""
    for _ in range(3):  # Chaikin's corner cutting
        cut = np.repeat(line, 2, axis=0)[1:-1]
        near, far = 0.75 * cut[::2] + 0.25 * cut[1::2], 0.25 * cut[::2] + 0.75 * cut[1::2]
        line = np.vstack([line[:1], np.stack([near, far], axis=1).reshape(-1, 2), line[-1:]])
    return line


def fabric(line):
    """The commands of a free line, as Fabric's pencil writes them: curves between the middles."""
    (x, y), *others = line.tolist()
    path = [["M", x - 0.018, y]]
    for (x0, y0), (x1, y1) in zip(line.tolist(), others, strict=False):
        path.append(["Q", x0, y0, (x0 + x1) / 2, (y0 + y1) / 2])
    x, y = line[-1].tolist()
    return [*path, ["L", x + 0.018, y]]


def png(objects, size=(280, 280), finer=12):
    """What a canvas with these objects looks like, of a brush that walks along each curve."""
    large = Image.new("L", (size[0] * finer, size[1] * finer), 255)
    pen = ImageDraw.Draw(large)
    for one in objects:
        half = (one["strokeWidth"] * finer - 1) / 2
        for x, y in _walk(one["path"]):
            middle = np.array([x, y]) * finer - 0.5
            pen.ellipse([*(middle - half), *(middle + half)], 17)
    out = io.BytesIO()
    large.resize(size, Image.Resampling.BOX).convert("RGBA").save(out, "PNG")
    return out.getvalue()


def _walk(path):
    at = np.array(path[0][1:], dtype=float)
    for _, *numbers in path[1:]:
        to, over = np.array(numbers[-2:]), np.array(numbers[:2])
        steps = int(max(2, np.hypot(*(to - at)) + np.hypot(*(over - at)))) * 2
        for t in np.linspace(0, 1, steps):
            yield (1 - t) ** 2 * at + 2 * t * (1 - t) * over + t**2 * to
        at = to
