"""A dozen images of a data set, some of each class, found without reading all of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.data.known import DATASETS, check_name
from dpn.data.loading import read_arrays
from dpn.data.npz import sample_npz

#: How many are shown of any data set.
DOZEN = 12


@dataclass(frozen=True, eq=False)
class Samples:
    """A few images: uint8 (N, C, H, W) in 0..255, int64 (N,) labels, and the K class names."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]


def read_samples(name: str, data_dir: Path, count: int = DOZEN) -> Samples:
    """Return the first training images of each class, as ``one_of_each`` chooses them.

    Raises:
        DataError: as ``load_dataset``; nothing is downloaded.
    """
    check_name(name)
    path, choose = data_dir / f"{name}.npz", partial(one_of_each, count=count)
    if name != "digits" and os.path.isfile(path):
        known = DATASETS[name].class_names if name in DATASETS else ()
        return Samples(*sample_npz(path, choose, known))
    arrays = read_arrays(name, data_dir)
    chosen = choose(arrays.y_train)
    return Samples(arrays.x_train[chosen], arrays.y_train[chosen], arrays.class_names)


def one_of_each(
    labels: NDArray[np.int64], count: int = DOZEN, seed: int | None = None
) -> NDArray[np.int64]:
    """Return the indices of ``count`` images: one of each class, then a second of each, and so on.

    Args:
        labels: int64 (N,), N >= 1; of fewer than ``count`` all are chosen.
        count: 1 or more.
        seed: which ones; None for the first of each class.
    """
    order = np.arange(len(labels))
    if seed is not None:
        order = np.random.default_rng(seed).permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    sizes = np.unique(labels, return_counts=True)[1]
    turn = np.concatenate([np.arange(size) for size in sizes])  # its place within its class
    chosen: NDArray[np.int64] = by_class[np.argsort(turn, kind="stable")][:count]
    return chosen
