"""Digits as the way of a pen: how strokes become a series, and strokes made by rule.

A series has three channels: x to the right and y upwards, both in -1..1 of the larger side of what
was drawn, and whether the pen is down (1) or on its way to the next stroke (0).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dpn.series.forms import WAYS, Stroke
from dpn.series.found import Series, Values

Points = NDArray[np.float64]

CHANNELS = ("x", "y", "pen")
#: Steps of a series, evenly along the way.
STEPS = 40
#: How many of each digit are made, from which seed.
EACH, SEED = 150, 26
#: How each varies: turned and slanted by so many radians, wider or narrower, bent, shaken.
TURN, SLANT, WIDE, BEND, SHAKE = 0.2, 0.3, 0.35, 0.05, 0.012


def along(strokes: Sequence[Points]) -> Values:
    """Return strokes as a series (STEPS, 3), evenly along the pen's way, jumps and all.

    Args:
        strokes: one or more (n, 2), n >= 1: x to the right and y downwards, in any unit.
    """
    points = np.concatenate(strokes).astype(np.float64)
    down = np.concatenate([np.r_[0.0, np.ones(len(one) - 1)] for one in strokes])[1:]
    low, high = points.min(axis=0), points.max(axis=0)
    points = (points - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-9)
    lengths = np.hypot(*np.diff(points, axis=0).T)
    ends = np.r_[0.0, lengths.cumsum()]
    at = np.linspace(0, ends[-1], STEPS)
    found = np.ones((STEPS, 3), np.float32)
    found[:, 0] = np.interp(at, ends, points[:, 0])
    found[:, 1] = -np.interp(at, ends, points[:, 1])
    if len(down):
        piece = np.searchsorted(ends, at, "left").clip(1, len(down)) - 1
        found[:, 2] = down[piece]
    return found


def digits() -> Series:
    """Return digits made by rule, all of them to train on."""
    generator = np.random.default_rng(SEED)
    values, labels = [], []
    for number in range(10 * EACH):
        ways = WAYS[number % 10]
        shares = np.array([share for share, _ in ways])
        _, strokes = ways[generator.choice(len(ways), p=shares / shares.sum())]
        values.append(along(_varied(strokes, generator)))
        labels.append(str(number % 10))
    return Series(values, labels, ["train"] * len(values), CHANNELS)


def _varied(strokes: Sequence[Stroke], generator: np.random.Generator) -> list[Points]:
    """Return one way of writing strokes, each of one or more smooth pieces with corners between."""
    turn, slant = generator.normal(0, TURN / 2), generator.normal(0, SLANT / 2)
    wide = np.exp(generator.normal(0, WIDE / 2))
    cos, sin = np.cos(turn), np.sin(turn)
    change = np.array([[wide, 0], [-slant, 1]]) @ np.array([[cos, sin], [-sin, cos]])
    found = []
    for stroke in strokes:
        moved = [np.array(piece, np.float64) for piece in stroke]
        for i, piece in enumerate(moved):
            piece += generator.normal(0, BEND, piece.shape)
            if i:
                piece[0] = moved[i - 1][-1]
        line = np.concatenate([_smooth(piece) for piece in moved])
        found.append(line @ change + generator.normal(0, SHAKE, line.shape))
    return found


def _smooth(points: Points) -> Points:
    """Cut the corners of a line three times (Chaikin, 1974); its ends stay."""
    for _ in range(3):
        if len(points) < 3:
            break
        first, second = points[:-1], points[1:]
        cut = np.stack([0.75 * first + 0.25 * second, 0.25 * first + 0.75 * second], axis=1)
        points = np.concatenate([points[:1], cut.reshape(-1, 2)[1:-1], points[-1:]])
    return points
