"""Strings of digits made of single ones whose ink is known, to learn from and to measure on.

    "spaced"       a gap of 10 to 60% of a digit's height between the boxes
    "touching"     pushed together until the strokes just meet
    "overlapping"  the boxes overlap by 10 to 20% of the narrower one

Heights vary from 70 to 100% of the tallest, and digits stand up to 6% off the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dpn.pictures.ink import Pixels

KINDS = ("spaced", "touching", "overlapping")
#: Shares of the tallest digit's height.
HEIGHTS, OFF, GAPS = (0.7, 1.0), 0.06, (0.1, 0.6)
#: Shares of the narrower box.
OVERLAP = (0.1, 0.2)
#: Ink, of 255, from which strokes meet.
MEETS = 96
#: The farthest that a box is pushed into the one before until strokes meet, of the narrower one;
#: where they do not meet by then, another digit is drawn.
PUSHED = 0.35
#: Digits that are tried beside one before it is given up.
TRIES = 20


@dataclass(frozen=True)
class Made:
    """A string of L digits.

    Attributes:
        ink: (H, W), all of it, bright on black.
        digits: (L, H, W), the ink of each digit alone.
        text: what it says.
    """

    ink: Pixels
    digits: Pixels
    text: str


def make_strings(
    images: Pixels,
    labels: NDArray[np.int64],
    count: int,
    kind: str,
    rng: np.random.Generator,
    lengths: tuple[int, int] = (2, 6),
    height: int = 20,
) -> list[Made]:
    """Return ``count`` strings of digits drawn at random.

    Args:
        images: (N, h, w) of single digits, bright on black.
        labels: (N,), which digits they are.
        count: how many.
        kind: one of ``KINDS``.
        rng: draws digits, heights, gaps and overlaps.
        lengths: the fewest and the most digits.
        height: pixels of the tallest digit that there can be.
    """
    return [
        _make(images, labels, int(rng.integers(lengths[0], lengths[1] + 1)), kind, rng, height)
        for _ in range(count)
    ]


@dataclass(frozen=True)
class _Box:
    ink: Pixels
    top: int
    left: int

    @property
    def end(self) -> int:
        return self.left + int(self.ink.shape[1])


def _make(
    images: Pixels,
    labels: NDArray[np.int64],
    length: int,
    kind: str,
    rng: np.random.Generator,
    height: int,
) -> Made:
    boxes: list[_Box] = []
    text, tried = "", 0
    while len(boxes) < length:
        index = int(rng.integers(len(images)))
        ink = _scaled(images[index], height * rng.uniform(*HEIGHTS))
        top = round(2 * height - ink.shape[0] + height * rng.uniform(-OFF, OFF))
        left = _left(boxes[-1], ink, top, kind, rng, height) if boxes else 0
        tried += 1
        if left is not None:
            boxes.append(_Box(ink, top, left))
            text, tried = text + str(labels[index]), 0
        elif tried > TRIES:  # hardly a digit meets this one: another takes its place
            boxes.pop()
            text, tried = text[:-1], 0
    low, high = min(box.top for box in boxes), max(box.top + box.ink.shape[0] for box in boxes)
    margin, width = max(2, height // 5), max(box.end for box in boxes)
    digits = np.zeros((length, high - low + 2 * margin, width + 2 * margin), np.uint8)
    for digit, box in zip(digits, boxes, strict=True):
        y, x = box.top - low + margin, box.left + margin
        digit[y : y + box.ink.shape[0], x : x + box.ink.shape[1]] = box.ink
    return Made(digits.max(axis=0), digits, text)


def _scaled(image: Pixels, height: float) -> Pixels:
    """Return the tight box of a digit, ``height`` pixels tall."""
    ink = image > 0
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    crop = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    h = max(3, round(height))
    w = max(1, round(crop.shape[1] * height / crop.shape[0]))
    return np.asarray(Image.fromarray(crop).resize((w, h), Image.Resampling.BILINEAR))


def _left(
    before: _Box, ink: Pixels, top: int, kind: str, rng: np.random.Generator, height: int
) -> int | None:
    """Return where the next digit begins; None where strokes do not meet that should."""
    narrow = int(min(before.ink.shape[1], ink.shape[1]))
    if kind == "spaced":
        return before.end + max(1, round(height * rng.uniform(*GAPS)))
    if kind == "overlapping":
        return before.end - max(1, round(narrow * rng.uniform(*OVERLAP)))
    pushed = _until_they_meet(before, ink, top)
    # A 1 has hardly a width, and its edges are soft.
    return None if pushed > PUSHED * max(narrow, height / 2) else before.end - pushed


def _until_they_meet(before: _Box, ink: Pixels, top: int) -> int:
    """Return how far the next digit moves to the left, from box beside box, until strokes meet."""
    a, b = before.ink >= MEETS, ink >= MEETS
    first, last = max(before.top, top), min(before.top + a.shape[0], top + b.shape[0])
    far = int(a.shape[1] + b.shape[1])
    gaps = [far]
    for y in range(first, last):
        mine, other = np.flatnonzero(b[y - top]), np.flatnonzero(a[y - before.top])
        if len(mine) and len(other):
            gaps.append(int(mine[0]) + int(a.shape[1]) - 1 - int(other[-1]))
    return min(gaps)
