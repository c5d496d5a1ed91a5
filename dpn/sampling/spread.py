"""Some of many that speak for all, however they are ordered."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def spread(count: int, most: int) -> npt.NDArray[np.int64]:
    """Return the indices of ``most`` of ``count`` in order, one of each of as many equal parts.

    The first ones would be of one class where a set is sorted by class; every second one, too,
    where two classes take turns. The same numbers give the same indices; where there are no more
    than ``most``, all.
    """
    kept = min(most, count)
    edges = np.arange(kept + 1) * count // max(1, kept)
    inside = np.random.default_rng(0).random(kept) * np.diff(edges)
    return edges[:-1] + inside.astype(np.int64)
