"""Digits drawn by rule, in the ways of writing that MNIST hardly holds.

Each rule draws its own numbers from a generator and returns the strokes of one digit, x to the
right and y downwards, in a box of about 1 x 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dpn.hands.strokes import Stroke, smooth

Rule = Callable[[np.random.Generator], list[Stroke]]


def _path(*points: tuple[float, float]) -> Stroke:
    return np.array(points, float)


def _arc(
    centre: tuple[float, float], radii: tuple[float, float], begin: float, end: float
) -> Stroke:
    """Return part of an ellipse; degrees, 0 to the right, 90 upwards, counted either way round."""
    turn = np.radians(np.linspace(begin, end, max(4, int(abs(end - begin) / 15))))
    x, y = centre
    return np.stack([x + radii[0] * np.cos(turn), y - radii[1] * np.sin(turn)], axis=1)


def flagged_one(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 1 with an upstroke, short or nearly as long as the stem; half of them with a foot."""
    lean = rng.uniform(-0.05, 0.25)
    top, stem_foot = (0.5 + lean, 0.0), (0.5 - rng.uniform(-0.05, 0.12), 1.0)
    long, angle = rng.uniform(0.2, 0.85), math.radians(rng.uniform(22, 58))  # from upright
    flag = (top[0] - long * math.sin(angle), long * math.cos(angle))
    bend = (np.array(flag) + top) / 2 + rng.normal(0, 0.03, 2)
    upstroke = smooth(np.array([flag, bend, top])) if rng.random() < 0.5 else _path(flag, top)
    strokes = [np.concatenate([upstroke, _path(stem_foot)])]
    if rng.random() < 0.5:
        strokes.append(_foot(stem_foot, rng))
    return strokes


def footed_one(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 1 of a stem and a foot, a third of them with a short flag."""
    top, stem_foot = (0.5 + rng.uniform(-0.03, 0.15), 0.0), (0.5, 1.0)
    strokes = [_path(top, stem_foot), _foot(stem_foot, rng)]
    if rng.random() < 0.35:
        flag = (top[0] - rng.uniform(0.08, 0.3), rng.uniform(0.05, 0.3))
        strokes[0] = np.concatenate([_path(flag), strokes[0]])
    return strokes


def _foot(at: tuple[float, float], rng: np.random.Generator) -> Stroke:
    left, right = rng.uniform(0.1, 0.38, 2)
    tilt = rng.normal(0, 0.03)
    return _path((at[0] - left, at[1] + tilt), (at[0] + right, at[1] - tilt))


def barred_seven(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 7 with a bar across the stem, level or rising; some with a serif or a bent stem."""
    return _seven(rng, bar=True)


def plain_seven(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 7 without a bar, often with a serif: what a flagged 1 must be told from."""
    return _seven(rng, bar=False)


def _seven(rng: np.random.Generator, bar: bool) -> list[Stroke]:
    left, right = rng.uniform(0.1, 0.22), rng.uniform(0.72, 0.95)
    tilt = rng.normal(0, 0.04)
    foot = (rng.uniform(0.2, 0.55), 1.0)
    corner = (right, max(-0.05, tilt))
    middle = (
        (right + foot[0]) / 2 + rng.normal(-0.05, 0.05),
        rng.uniform(0.4, 0.6),
    )
    stem = np.array([corner, middle, foot])
    stem = smooth(stem) if rng.random() < 0.7 else stem[[0, 2]]
    roof = _path((left, -tilt))
    if rng.random() < 0.4:  # a serif
        roof = np.concatenate([_path((left, rng.uniform(0.08, 0.22))), roof])
    if rng.random() < 0.3:  # a wave
        wave = (left + right) / 2, rng.uniform(0.02, 0.08)
        roof = np.concatenate([roof[:-1], smooth(np.array([roof[-1], wave, corner]))[:-1]])
    strokes = [np.concatenate([roof, stem])]
    if bar:
        height = rng.uniform(0.38, 0.62)
        share = np.interp(height, stem[:, 1], np.arange(len(stem)))
        x = np.interp(share, np.arange(len(stem)), stem[:, 0])
        before, after, rise = (
            rng.uniform(0.14, 0.36),
            rng.uniform(0.12, 0.36),
            rng.normal(0.02, 0.05),
        )
        strokes.append(_path((x - before, height + rise), (x + after, height - rise)))
    return strokes


def open_four(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 4 whose two strokes do not meet at the top; the left one straight or a bow."""
    stem = rng.uniform(0.55, 0.75)
    height = rng.uniform(0.5, 0.7)
    begin = (rng.uniform(0.12, 0.35), rng.uniform(-0.05, 0.15))
    corner = (rng.uniform(0.02, 0.18), height + rng.normal(0, 0.03))
    end = (stem + rng.uniform(0.08, 0.35), height + rng.normal(0, 0.05))
    if rng.random() < 0.5:
        bow = np.array([begin, (corner[0], (begin[1] + corner[1]) / 2), corner, end])
        first = np.concatenate([smooth(bow[:3])[:-1], bow[2:]])
    else:
        first = _path(begin, corner, end)
    top = (stem + rng.uniform(0.0, 0.15), rng.uniform(-0.05, 0.35))
    return [first, _path(top, (stem - rng.uniform(-0.02, 0.12), 1.0))]


def closed_four(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 4 with a slanted left side that meets the stem at its top."""
    stem, height = rng.uniform(0.55, 0.75), rng.uniform(0.55, 0.75)
    top = (stem + rng.normal(0, 0.03), 0.0)
    corner, end = (rng.uniform(0.0, 0.1), height), (stem + rng.uniform(0.08, 0.35), height)
    foot = (stem + rng.normal(-0.02, 0.03), 1.0)
    if rng.random() < 0.5:
        return [_path(top, corner, end), _path(top, foot)]
    return [_path(corner, top, foot), _path(corner, end)]


def straight_nine(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 9 whose tail goes straight down from its ring."""
    ring = _ring(rng)
    return [*ring[0], _path(ring[1], (ring[1][0] + rng.uniform(-0.25, 0.05), 1.0))]


def curved_nine(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 9 whose tail bends to the left as in a g, flat or up again."""
    strokes, (x, y) = _ring(rng)
    deep = rng.uniform(0.2, 0.45)
    wide = rng.uniform(0.2, 0.4)
    bow = _arc((x - wide, 1 - deep), (wide, deep), 0, -rng.uniform(90, 190))
    if rng.random() < 0.3:  # a foot that ends in a level stroke
        bow = np.concatenate([bow[: max(3, len(bow) // 2)], _path((x - 2.1 * wide, 1.0))])
    return [*strokes, np.concatenate([_path((x, y)), bow])]


def _ring(rng: np.random.Generator) -> tuple[list[Stroke], tuple[float, float]]:
    """Return the ring of a 9, open or closed, and where its tail begins."""
    wide, high = rng.uniform(0.22, 0.36), rng.uniform(0.18, 0.3)
    begin = rng.uniform(10, 60)
    ring = _arc((0.5, high), (wide, high), begin, begin + rng.uniform(300, 375))
    return [ring], (0.5 + wide, high * rng.uniform(0.3, 1.0))


def looped_two(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 2 with a loop at its lower left corner."""
    wide = rng.uniform(0.28, 0.4)
    high = rng.uniform(0.22, 0.32)
    head = _arc((0.5, high), (wide, high), rng.uniform(150, 200), -20)
    x = 0.5 - wide * rng.uniform(0.7, 1.1)
    size = rng.uniform(0.06, 0.15)
    loop = _path(
        (x + size, 0.95),
        (x, 1.0 - size * 0.4),
        (x - size * 0.2, 1.0 - size * 1.6),
        (x + size, 1.0 - size * 1.6),
        (x + 2.5 * size, 0.95),
    )
    end = _path((0.55, 1.0), (0.5 + wide * rng.uniform(1.0, 1.3), 1.0 - rng.uniform(0.0, 0.15)))
    return [smooth(np.concatenate([head, loop, end]), 4)]


def level_two(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 2 with a corner and a level foot."""
    wide, high = rng.uniform(0.25, 0.4), rng.uniform(0.2, 0.32)
    head = _arc((0.5, high), (wide, high), rng.uniform(130, 190), rng.uniform(-40, -10))
    foot = _path((0.5 - wide * rng.uniform(0.8, 1.2), 1.0))
    end = _path((0.5 + wide * rng.uniform(0.8, 1.4), 1.0 + rng.normal(0, 0.02)))
    return [np.concatenate([head, foot, end])]


def slashed_zero(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 0 with a slash from the lower left to the upper right, within or beyond it."""
    wide = rng.uniform(0.25, 0.42)
    begin = rng.uniform(60, 130)
    ring = _arc((0.5, 0.5), (wide, 0.5), begin, begin + rng.uniform(345, 375))
    reach, angle = rng.uniform(0.8, 1.35), math.radians(rng.uniform(35, 70))
    across, up = wide * math.cos(angle) * 1.2 * reach, 0.5 * math.sin(angle) * 0.85 * reach
    return [ring, _path((0.5 - across, 0.5 + up), (0.5 + across, 0.5 - up))]


def barred_five(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 5 whose bar is a stroke of its own, joined to the back or not."""
    wide, high = rng.uniform(0.28, 0.4), rng.uniform(0.25, 0.33)
    left = 0.5 - wide * rng.uniform(0.5, 0.9)
    top = (left + rng.uniform(-0.02, 0.12), rng.uniform(0, 0.05))
    belly = _arc((0.48, 1 - high), (wide, high), rng.uniform(110, 140), rng.uniform(-160, -120))
    begin = top[0] + rng.uniform(-0.05, 0.08), top[1] + rng.normal(-0.01, 0.03)
    bar = _path(begin, (begin[0] + rng.uniform(0.3, 0.6), begin[1] + rng.normal(-0.03, 0.03)))
    return [np.concatenate([_path(top, (left, 1 - 1.7 * high)), belly]), bar]


def curved_six(rng: np.random.Generator) -> list[Stroke]:
    """Draw a 6 of one bow into a ring, the ring closed or nearly."""
    wide, high = rng.uniform(0.25, 0.38), rng.uniform(0.2, 0.3)
    x = 0.5 - wide
    back = _path((0.5 + rng.uniform(-0.1, 0.3), 0.0), (x + 0.12 * rng.random() + 0.03, 0.35))
    ring = _arc((0.5, 1 - high), (wide, high), 180, 180 + rng.uniform(300, 370))
    return [smooth(np.concatenate([back, ring]), 4)]


#: The digit of each rule.
RULES: dict[Rule, int] = {
    flagged_one: 1,
    footed_one: 1,
    barred_seven: 7,
    plain_seven: 7,
    open_four: 4,
    closed_four: 4,
    straight_nine: 9,
    curved_nine: 9,
    looped_two: 2,
    level_two: 2,
    slashed_zero: 0,
    barred_five: 5,
    curved_six: 6,
}
