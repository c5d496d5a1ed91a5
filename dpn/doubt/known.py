"""How far a picture is one of a model's classes at all, read from what the model made of it.

A softmax shares 100% among the classes whatever it sees. So a second read-out looks at the same
numbers as the first, the last values D_n and the logits, and was taught which of them come from
training images and which from strangers (``dpn.doubt.fit``):

    s     = w2 · relu(W1 x + b1) + b2,   x = ((D_n, logits) − mean) / spread
            + what an eye says of the pixels, where one was taught (``dpn.doubt.eye``)
    known = 1 / (1 + exp(−(s − threshold) / scale))

What may be claimed of a class is its probability times ``known``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from dpn.doubt.eye import Eye
from dpn.errors import RunError

Floats = npt.NDArray[np.float32]

#: Below this ``known`` a picture is said to look like none of the classes.
NONE_BELOW = 0.5
#: What a file holds beside an eye.
OWN = ("mean", "spread", "w1", "b1", "w2", "b2", "threshold", "scale")
#: Hidden numbers that a file may hold at most.
MOST_HIDDEN = 1_024


@dataclass(frozen=True, eq=False)
class Doubt:
    """A second read-out for F = values + classes numbers, with H hidden ones; all float32.

    Attributes:
        mean: (F,) of the pictures it was taught.
        spread: (F,) their standard deviations, above 0.
        w1: (H, F).
        b1: (H,).
        w2: (H,).
        b2: () scalar.
        threshold: () the score at which ``known`` is 0.5.
        scale: () how fast it rises there, above 0.
        eye: what looks at the pixels, too; None where the model's own numbers must do.
    """

    mean: Floats
    spread: Floats
    w1: Floats
    b1: Floats
    w2: Floats
    b2: Floats
    threshold: Floats
    scale: Floats
    eye: Eye | None = None

    def score(
        self,
        values: npt.NDArray[Any],
        logits: npt.NDArray[Any],
        images: npt.NDArray[np.uint8],
    ) -> Floats:
        """Return s (N,), higher for what is known.

        Args:
            values: D_n (N, F − K).
            logits: (N, K).
            images: (N, C, H, W) uint8, which the model made them of.
        """
        x = (np.concatenate([values, logits], axis=1, dtype=np.float32) - self.mean) / self.spread
        hidden = np.maximum(x @ self.w1.T + self.b1, 0)
        score: Floats = hidden @ self.w2 + self.b2
        return score if self.eye is None else score + self.eye.score(images)

    def known(
        self,
        values: npt.NDArray[Any],
        logits: npt.NDArray[Any],
        images: npt.NDArray[np.uint8],
    ) -> Floats:
        """Return how far each of N pictures is one of the classes, (N,), 0..1; as ``score``."""
        above = (self.score(values, logits, images) - self.threshold) / self.scale
        known: Floats = (0.5 * (1 + np.tanh(above / 2))).astype(np.float32)
        return known

    def to_arrays(self) -> dict[str, Floats]:
        """Return its numbers by name, as a file keeps them."""
        own = {name: getattr(self, name) for name in OWN}
        return own if self.eye is None else own | self.eye.to_arrays()

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, npt.NDArray[Any]], features: int, shape: tuple[int, ...]
    ) -> Self:
        """Read what ``to_arrays`` gave, with suspicion.

        Args:
            arrays: numbers by name.
            features: F of the model.
            shape: (C, H, W) of its images.

        Raises:
            RunError: a name, a shape or a number is none that a doubt of such a model has.
        """
        if any(array.dtype != np.float32 for array in arrays.values()):
            raise RunError("its numbers are not float32")
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise RunError("it holds numbers that are not finite")
        others = {name: array for name, array in arrays.items() if name not in OWN}
        if arrays.keys() - others.keys() != set(OWN):
            raise RunError("it does not hold the names it should")
        eye = Eye.from_arrays(others, shape) if others else None
        found = cls(**{name: arrays[name] for name in OWN}, eye=eye)
        hidden = len(found.w1) if found.w1.ndim else 0
        shapes = {
            **{"mean": (features,), "spread": (features,), "w1": (hidden, features)},
            **{"b1": (hidden,), "w2": (hidden,), "b2": (), "threshold": (), "scale": ()},
        }
        if not 1 <= hidden <= MOST_HIDDEN or any(
            arrays[name].shape != shape for name, shape in shapes.items()
        ):
            raise RunError("its shapes do not fit each other")
        if found.scale <= 0 or (found.spread <= 0).any():
            raise RunError("it holds a width that is not above 0")
        return found


def claims(probabilities: Floats, known: Floats | None) -> Floats:
    """Return what may be claimed of each class: probabilities (N, K) times known (N,), if any."""
    return probabilities if known is None else probabilities * known[:, None]


def is_none(known: Floats | float | None) -> bool:
    """Return whether one picture is said to look like none of the classes."""
    return known is not None and float(known) < NONE_BELOW
