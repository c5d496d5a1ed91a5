"""Which of many images are most alike to a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]


def nearest(summaries: Floats, one: Floats, count: int, but: int | None = None) -> list[int]:
    """Return the indices of the images whose summaries are nearest, the nearest first.

    Near by Euclid, after each number was divided by its standard deviation over the images, so
    that none counts more because its scale is larger.

    Args:
        summaries: (N, F) what the model's last layer reads of each image.
        one: (F,) what it reads of the image to compare.
        count: how many.
        but: an index to leave out, the image itself.
    """
    scale = np.maximum(summaries.std(axis=0), 1e-6)
    distances = (((summaries - one) / scale) ** 2).sum(axis=1)
    if but is not None:
        distances[but] = np.inf
    found = np.argsort(distances, kind="stable")[:count]
    return [int(index) for index in found if np.isfinite(distances[index])]
