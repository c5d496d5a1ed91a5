"""What a model is asked about images, and what it answers; for pages, without torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dpn.explain.explanation import RUNNER_UP

#: What models are asked about, as data sets hold it: N images, texts as numbers, or series.
Inputs = npt.NDArray[np.uint8] | npt.NDArray[np.int32] | npt.NDArray[np.float32]


@dataclass(frozen=True)
class Answer:
    """What a model says of N images.

    Attributes:
        probabilities: (N, K) float32, rows sum to 1.
        step: the training step of a model that is still training, else None.
        known: (N,) float32, 0..1: how far each is one of the classes at all; None where the model
            cannot tell, as while it is training and at a moment of its past.
    """

    probabilities: npt.NDArray[np.float32]
    step: int | None
    known: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Question:
    """What is asked about an image: the arguments of ``dpn.explain.exact.explain``."""

    target: int | None = None
    contrast: int | str | None = RUNNER_UP
    operator: str | None = None
    temperature: float | None = None
    details: bool = True
