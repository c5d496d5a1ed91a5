"""Kinds of drawings that are no digit which nothing was chosen by: they were looked at last.

Other alphabets, signs, things drawn with a pen. What could be taken for a digit is left out.
"""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.benchmarks.learning.drawn.strokes import INK, SIDE, Line, circle, grey_to_canvas, strokes

PRINTED = {
    "Greek letters": ("DejaVuSans", "ΔΛΞΠΣΦΨΩαγλμπψω"),
    "Cyrillic letters": ("DejaVuSerif", "ЖЩЮЯДЛИЦЫФжщюядлицыф"),
    "signs": ("DejaVuSans-Bold", "+×÷=≠≈∞√∑←→↑↓↔¶%#@€≤≥∈∩∪⊥∠◇△▽☆"),
}
THINGS: dict[str, list[Line]] = {
    "cup": [
        [(0.1, 0.1), (0.2, 0.95), (0.65, 0.95), (0.75, 0.1), (0.1, 0.1)],
        [(0.73, 0.3), (0.95, 0.35), (0.9, 0.65), (0.69, 0.65)],
    ],
    "fish": [
        circle(0.4, 0.5, 0.3),
        [(0.68, 0.5), (1, 0.2), (1, 0.8), (0.68, 0.5)],
        circle(0.3, 0.42, 0.02),
    ],
    "tree": [
        [(0.5, 1), (0.5, 0.6)],
        [(0.5, 0), (0.1, 0.6), (0.9, 0.6), (0.5, 0)],
    ],
    "key": [circle(0.2, 0.5, 0.2), [(0.4, 0.5), (1, 0.5), (1, 0.75)], [(0.8, 0.5), (0.8, 0.7)]],
    "umbrella": [
        [*circle(0.5, 0.5, 0.45, 0.5, 1), (0.05, 0.5)],
        [(0.5, 0.5), (0.5, 0.95), (0.65, 1), (0.75, 0.9)],
    ],
    "boat": [
        [(0, 0.7), (0.2, 1), (0.8, 1), (1, 0.7), (0, 0.7)],
        [(0.5, 0.7), (0.5, 0), (0.9, 0.55), (0.5, 0.55)],
    ],
    "glasses": [
        circle(0.22, 0.5, 0.2),
        circle(0.78, 0.5, 0.2),
        [(0.42, 0.5), (0.58, 0.5)],
    ],
    "ladder": [
        [(0.3, 0), (0.3, 1)],
        [(0.7, 0), (0.7, 1)],
        *([(0.3, y), (0.7, y)] for y in (0.2, 0.4, 0.6, 0.8)),
    ],
    "chair": [[(0.2, 0), (0.2, 1)], [(0.2, 0.55), (0.8, 0.55), (0.8, 1)]],
    "car": [
        [(0, 0.7), (0, 0.45), (0.25, 0.4), (0.35, 0.2), (0.7, 0.2), (0.8, 0.42), (1, 0.48)],
        [(1, 0.48), (1, 0.7), (0, 0.7)],
        circle(0.25, 0.75, 0.1),
        circle(0.75, 0.75, 0.1),
    ],
    "flower": [
        circle(0.5, 0.3, 0.08),
        *(
            circle(0.5 + dx, 0.3 + dy, 0.11)
            for dx, dy in ((0, -0.2), (0.2, 0), (0, 0.2), (-0.2, 0))
        ),
        [(0.5, 0.6), (0.5, 1)],
    ],
    "envelope": [
        [(0, 0.2), (1, 0.2), (1, 0.8), (0, 0.8), (0, 0.2), (0.5, 0.55), (1, 0.2)],
    ],
}


def _printed(file: Path, letters: str) -> Callable[[np.random.Generator], np.ndarray]:
    def draw(rng: np.random.Generator) -> np.ndarray:
        image = Image.new("L", (SIDE, SIDE), 255)
        where = (SIDE / 2 + float(rng.normal(0, 8)), SIDE / 2)
        font = ImageFont.truetype(file, int(rng.integers(140, 230)))
        letter = str(rng.choice(list(letters)))
        ImageDraw.Draw(image).text(where, letter, fill=INK, font=font, anchor="mm")
        turned = image.rotate(
            float(rng.normal(0, 4)), fillcolor=255, resample=Image.Resampling.BICUBIC
        )
        return grey_to_canvas(np.asarray(turned))

    return draw


def fresh() -> dict[str, Callable[[np.random.Generator], np.ndarray]]:
    """Return by name what draws one canvas of a kind; letters where matplotlib is here."""
    found = {"things": strokes(THINGS)}
    spec = importlib.util.find_spec("matplotlib")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
        for kind, (font, letters) in PRINTED.items():
            found[kind] = _printed(folder / f"{font}.ttf", letters)
    return found
