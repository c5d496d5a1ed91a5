"""Small movements made by rule: a hand in the plane, in five classes, quick and slow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dpn.series.found import Series

#: How many of each class, from which seed; a movement has so many steps.
EACH, SEED = 60, 25
SHORTEST, LONGEST = 24, 60
NOISE = 0.06


def movements() -> Series:
    """Return the movements, x and y in about -1..1, all of them to train on."""
    generator = np.random.default_rng(SEED)
    values, labels = [], []
    for number in range(EACH * len(_RULES)):
        name = list(_RULES)[number % len(_RULES)]
        steps = int(generator.integers(SHORTEST, LONGEST + 1))
        t = np.linspace(0, 1, steps) ** generator.uniform(0.8, 1.25)  # some begin quickly
        way = _RULES[name](t, generator)
        turn = generator.uniform(-0.2, 0.2)
        cos, sin = np.cos(turn), np.sin(turn)
        way = way @ np.array([[cos, sin], [-sin, cos]]) * generator.uniform(0.7, 1.3)
        way += generator.uniform(-0.3, 0.3, 2) + NOISE * generator.standard_normal(way.shape)
        values.append(way.astype(np.float32))
        labels.append(name)
    return Series(values, labels, ["train"] * len(values), ("x", "y"))


def _circle(t: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    angle = 2 * np.pi * t + generator.uniform(-0.5, 0.5)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _back(t: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    way = _circle(t, generator)
    return way[::-1].copy()


def _wave(t: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    turns = generator.uniform(1.6, 2.4)
    return np.stack([2 * t - 1, 0.6 * np.sin(2 * np.pi * turns * t)], axis=1)


def _push(t: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    middle = generator.uniform(0.4, 0.6)
    out = np.minimum(t / middle, (1 - t) / (1 - middle))
    return np.stack([2 * out - 1, np.zeros_like(t)], axis=1)


def _eight(t: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    angle = 2 * np.pi * t + generator.uniform(-0.3, 0.3)
    return np.stack([np.sin(angle), np.sin(2 * angle) / 2], axis=1)


_RULES = {
    "circle": _circle,
    "circle back": _back,
    "wave": _wave,
    "push": _push,
    "eight": _eight,
}
