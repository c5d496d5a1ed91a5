"""Digits by other hands: the points of a pen, and bitmaps."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tests.benchmarks.learning.drawn.strokes import INK, SIDE, grey_to_canvas, on_canvas


def pen_digits(path: Path) -> Iterator[tuple[np.ndarray, int]]:
    """Yield canvases and labels of pendigits_train.csv: points of a pen, 0..100, y upwards."""
    rng = np.random.default_rng(0)
    for row in np.loadtxt(path, delimiter=",", dtype=int):
        line = [(x / 100, 1 - y / 100) for x, y in row[:-1].reshape(-1, 2).tolist()]
        yield on_canvas([line], rng, wobble=0.0), int(row[-1])


def bitmap_digits(path: Path) -> Iterator[tuple[np.ndarray, int]]:
    """Yield canvases and labels of optdigits-orig.windep.gz: bitmaps of 32x32."""
    lines = gzip.decompress(path.read_bytes()).decode("ascii").splitlines()
    rows: list[list[int]] = []
    for line in lines:
        if len(line) == 32 and set(line) <= {"0", "1"}:
            rows.append([int(c) for c in line])
        elif len(rows) == 32:
            image = 255 * np.array(rows, np.uint8)
            smooth = np.asarray(
                Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BICUBIC), float
            )
            ink = np.clip((smooth - 96) / 64, 0, 1)
            yield grey_to_canvas((255 - (255 - INK) * ink).astype(np.uint8)), int(line)
            rows = []
