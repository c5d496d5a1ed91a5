"""torchvision's data sets: where their files come from, and how they are read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.data.npz import Arrays
from dpn.errors import DataError

_IDX = tuple(
    f"raw/{s}-{k}-ubyte" for s in ("train", "t10k") for k in ("images-idx3", "labels-idx1")
)


_CIFAR = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta")


@dataclass(frozen=True)
class TorchvisionSet:
    """A data set as torchvision lays it out on disk."""

    class_name: str  #: its class in ``torchvision.datasets``
    folder: str  #: what it puts into the data folder
    files: tuple[str, ...]  #: the files inside ``folder`` that it needs
    total_bytes: int  #: of all archives to fetch; exact, since checksums pin their content


TORCHVISION_SETS = {
    "mnist": TorchvisionSet("MNIST", "MNIST", _IDX, 11_594_722),
    "fashion_mnist": TorchvisionSet("FashionMNIST", "FashionMNIST", _IDX, 30_878_645),
    "kmnist": TorchvisionSet("KMNIST", "KMNIST", _IDX, 21_240_888),
    "cifar10": TorchvisionSet("CIFAR10", "cifar-10-batches-py", _CIFAR, 170_498_071),
}


def torchvision_class(name: str) -> Any:
    """Return the class for a name in ``TORCHVISION_SETS``; the import takes a second or two."""
    import torchvision.datasets

    return getattr(torchvision.datasets, TORCHVISION_SETS[name].class_name)


def is_on_disk(name: str, data_dir: Path) -> bool:
    """Whether all files of a name in ``TORCHVISION_SETS`` are there. Their content is not read.

    Raises:
        DataError: the folder is there but a file in it is missing.
    """
    folder = data_dir / TORCHVISION_SETS[name].folder
    if not os.path.lexists(folder):
        return False
    for file in TORCHVISION_SETS[name].files:
        if not os.path.isfile(folder / file):
            raise DataError(f"{folder} is incomplete ({file} is missing); delete it and try again")
    return True


def read_torchvision(name: str, data_dir: Path, class_names: tuple[str, ...]) -> Arrays:
    """Read a set that is on disk, as uint8 (N, C, H, W) and int64 (N,).

    Raises:
        DataError: a file is cut short, has a wrong checksum (CIFAR-10), or does not fit the others.
    """
    folder = data_dir / TORCHVISION_SETS[name].folder
    try:
        if name == "cifar10":  # pickles: only torchvision's class, which compares checksums first
            parts = [torchvision_class(name)(data_dir, train=train) for train in (True, False)]
            pixels = [part.data.transpose(0, 3, 1, 2) for part in parts]
            labels = [np.array(part.targets) for part in parts]
        else:  # read here, since importing torchvision takes ten times as long as reading
            files = [_read_idx(folder / file) for file in _IDX]
            pixels, labels = [x[:, None] for x in files[::2]], files[1::2]
        for x, y in zip(pixels, labels, strict=True):
            fits = x.shape == (*y.shape, *pixels[0].shape[1:])
            if not (fits and 0 <= y.min() <= y.max() < len(class_names)):
                raise ValueError("images and labels do not fit together")
    except Exception as error:  # truncated pickles and headers raise many types
        raise DataError(f"{folder} is damaged; delete it to download {name} again") from error
    y_train, y_test = (y.astype(np.int64) for y in labels)
    return Arrays(pixels[0], y_train, pixels[1], y_test, class_names)


def _read_idx(path: Path) -> NDArray[Any]:
    with path.open("rb") as file:
        axes = {0x801: 1, 0x803: 3}[int.from_bytes(file.read(4))]  # 8 is bytes; 1 or 3 axes
        shape = np.fromfile(file, ">u4", axes)
        return np.fromfile(file, np.uint8).reshape(shape)
