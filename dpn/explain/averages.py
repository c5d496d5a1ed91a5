"""What a model looks for in each class on average; arrays alone, without torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
#: Images (N, C, H, W), uint8, N >= 1, and a class -> composed templates (N, C, H, W).
Templates = Callable[[npt.NDArray[np.uint8], int], Floats]

#: Images of a class that are averaged at most.
MOST = 100


@dataclass(frozen=True)
class Average:
    """The mean template of one class.

    Attributes:
        target: the class.
        count: images averaged; 0 where the model answered none of the class right.
        template: (H, W) in logits per normalised unit of brightness, zeros where there are none.
    """

    target: int
    count: int
    template: Floats


def average_templates(
    templates: Templates,
    images: npt.NDArray[np.uint8],
    labels: Ints,
    answers: Ints,
    classes: Iterable[int],
    most: int = MOST,
) -> list[Average]:
    """Average the composed templates of each class over images that were answered right.

        average_c = 1/|X_c| Σ_{x ∈ X_c} Σ_channels C*(x),   X_c: the first ``most`` right ones

    Args:
        templates: gives C* of some images for a class, see ``dpn.explain.explanation``.
        images: (N, C, H, W) uint8.
        labels: (N,) the true classes.
        answers: (N,) the model's.
        classes: those to average.
        most: >= 1.
    """
    averages = []
    for target in classes:
        right = np.flatnonzero((labels == target) & (answers == target))[:most]
        template = np.zeros(images.shape[2:], dtype=np.float32)
        if len(right):
            template = templates(images[right], target).sum(axis=1).mean(axis=0)
        averages.append(Average(target, len(right), template))
    return averages


def largest(averages: Iterable[Average]) -> float:
    """Return the largest |value| of all, for one scale; 1 where there is none."""
    return max((float(np.abs(each.template).max()) for each in averages), default=0.0) or 1.0
