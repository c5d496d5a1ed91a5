"""The data sets: what there is, where it comes from, and one way to load any of them.

    digits                                  embedded in scikit-learn: no network, no files
    mnist, fashion_mnist, kmnist, cifar10   <data_dir>/<name>.npz, else torchvision's files on disk,
                                            else a download
    anything else                           <data_dir>/<name>.npz, see ``dpn.data.npz``

A data set has three parts. Validation images are taken out of the training part by ``seed``; the
test part is never used for anything but ``x_test`` and ``y_test``.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dpn.data import downloads
from dpn.data.npz import Arrays, ImageShape, peek_npz, read_npz
from dpn.errors import DataError, did_you_mean, said

if TYPE_CHECKING:
    import torch

#: digits has no official test set: a fifth of it, drawn once with this seed, always serves as one.
DIGITS_TEST_FRACTION, DIGITS_TEST_SEED = 0.2, 20

_NAME = re.compile(r"\w[\w .+-]*")


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in memory.

    Attributes:
        name: as given to ``load_dataset``.
        class_names: K names, in the order of the labels.
        preparation: how a drawing or an upload becomes such an image: "digits" (the embedded 8x8
            digits), "mnist" (any other grey set) or "photo" (colour).
        x_train, x_val, x_test: uint8 (N, C, H, W) in 0..255, contiguous.
        y_train, y_val, y_test: int64 (N,) in 0..K-1.
    """

    name: str
    class_names: tuple[str, ...]
    preparation: str
    x_train: torch.Tensor
    y_train: torch.Tensor
    x_val: torch.Tensor
    y_val: torch.Tensor
    x_test: torch.Tensor
    y_test: torch.Tensor

    @property
    def image_shape(self) -> ImageShape:
        """(C, H, W) of one image."""
        _, channels, height, width = self.x_train.shape
        return channels, height, width

    @property
    def classes(self) -> int:
        """K, the number of classes."""
        return len(self.class_names)

    def to(self, device: torch.device | str) -> Dataset:
        """Return the same data with all tensors on ``device``."""
        names = [f"{kind}_{part}" for part in ("train", "val", "test") for kind in "xy"]
        return replace(self, **{name: getattr(self, name).to(device) for name in names})


@dataclass(frozen=True)
class DatasetInfo:
    """One line of the list of data sets."""

    name: str  #: what ``load_dataset`` takes
    title: str  #: the name for people
    about: str  #: one short sentence
    image_shape: ImageShape | None  #: (C, H, W); None where the file cannot be read
    classes: int | None  #: K; None where only reading the labels would tell
    source: str  #: "embedded", "npz", "on disk" (torchvision's files) or "download"
    path: Path | None = None  #: the file or folder it is read from
    download_mb: int | None = None  #: megabytes to fetch, for the source "download"
    problem: str | None = None  #: why it cannot be loaded


@dataclass(frozen=True)
class DatasetSpec:
    """What is known of a data set without reading it."""

    title: str
    about: str
    image_shape: ImageShape
    class_names: tuple[str, ...]


_TEN = tuple("0123456789")
_KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_CLOTHES = "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot"
_THINGS = "airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck"

#: Sources: Alpaydin, Kaynak 1998 (UCI optdigits); LeCun, Cortes, Burges 1998; Xiao, Rasul, Vollgraf
#: 2017; Clanuwat et al. 2018; Krizhevsky 2009.
DATASETS = {
    "digits": DatasetSpec("Digits 8×8", "1,797 handwritten digits.", (1, 8, 8), _TEN),
    "mnist": DatasetSpec("MNIST", "70,000 handwritten digits.", (1, 28, 28), _TEN),
    "fashion_mnist": DatasetSpec(
        "Fashion-MNIST", "70,000 pictures of clothes.", (1, 28, 28), tuple(_CLOTHES.split(","))
    ),
    "kmnist": DatasetSpec("KMNIST", "70,000 cursive Japanese letters.", (1, 28, 28), _KANA),
    "cifar10": DatasetSpec(
        "CIFAR-10", "60,000 colour photos.", (3, 32, 32), tuple(_THINGS.split(","))
    ),
}


def list_datasets(data_dir: Path) -> list[DatasetInfo]:
    """Return the known data sets, then every ``.npz`` of your own; quick, reads headers only.

    A file that cannot be loaded is listed with its ``problem``. A folder that cannot be read counts
    as empty; ``digits.npz`` is left out, since digits is always the embedded set.
    """
    own = sorted(path for path in data_dir.glob("*.npz") if path.stem not in DATASETS)
    return [_known_info(name, data_dir) for name in DATASETS] + [_own_info(path) for path in own]


def dataset_info(name: str, data_dir: Path) -> DatasetInfo:
    """Return the line of one data set, with its ``image_shape`` and ``classes`` always known.

    Raises:
        DataError: there is no such data set, or it has a ``problem``.
    """
    _check_name(name)
    infos = {info.name: info for info in list_datasets(data_dir)}
    if name not in infos:
        hint = did_you_mean(name, infos) or f"; your own goes into {data_dir} as {name}.npz"
        raise DataError(f"dataset must be one of {', '.join(infos)}, got {said(name)}{hint}")
    info = infos[name]
    if info.problem:
        raise DataError(info.problem)
    if info.classes is None and info.path:
        return replace(info, classes=len(read_npz(info.path).class_names))
    return info


def load_dataset(
    name: str,
    data_dir: Path,
    *,
    validation_fraction: float = 0.1,
    seed: int = 0,
    download: bool = True,
    progress: downloads.Progress | None = None,
) -> Dataset:
    """Load a data set, downloading it first if it must be and may be.

    Args:
        name: a name in ``list_datasets``.
        data_dir: the data folder; it need not exist.
        validation_fraction: share of each class of the training part to hold out, 0.01 to 0.5.
        seed: 0 or more; decides which images are held out.
        download: whether to download a known set that is not on disk.
        progress: called with (bytes done, bytes in all) during a download.

    Raises:
        DataError: unknown name, nothing on disk and no download, or files that cannot be read.
    """
    import torch

    if not 0.01 <= validation_fraction <= 0.5:
        raise DataError(f"validation_fraction must be 0.01 to 0.5, got {validation_fraction!r}")
    arrays = _digits() if name == "digits" else _find(name, data_dir, download, progress)
    held = stratified_mask(arrays.y_train, validation_fraction, seed)
    if not held.any():
        raise DataError(f"{name} has no class with two training images; add some to hold out one")
    x, y = np.ascontiguousarray(arrays.x_train), arrays.y_train  # before picking: 6 times quicker
    x_test, y_test = np.ascontiguousarray(arrays.x_test), arrays.y_test
    parts = (x[~held], y[~held], x[held], y[held], x_test, y_test)
    preparation = "digits" if name == "digits" else "mnist" if x.shape[1] == 1 else "photo"
    return Dataset(name, arrays.class_names, preparation, *map(torch.from_numpy, parts))


def stratified_mask(labels: NDArray[np.int64], fraction: float, seed: int) -> NDArray[np.bool_]:
    """Mark a random ``fraction`` of each class, at least one image but never a class's only one.

    ``labels`` int64 (N,) gives bool (N,). ``fraction``, above 0 and at most 0.5, is rounded to
    whole images class by class; the same seed marks the same images.
    """
    generator = np.random.default_rng(seed)
    mask = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        (members,) = np.nonzero(labels == label)
        count = max(1, round(fraction * len(members))) if len(members) > 1 else 0
        mask[generator.permutation(members)[:count]] = True
    return mask


def _known_info(name: str, data_dir: Path) -> DatasetInfo:
    spec = DATASETS[name]
    classes = len(spec.class_names)
    info = DatasetInfo(name, spec.title, spec.about, spec.image_shape, classes, "embedded")
    if name == "digits":
        return info
    files, path = downloads.TORCHVISION_SETS[name], data_dir / f"{name}.npz"
    try:
        if os.path.isfile(path):
            info = replace(info, source="npz", path=path)
            peeked = peek_npz(path)
            _check_known(name, path, peeked.image_shape, peeked.classes or classes)
        elif os.path.lexists(data_dir / files.folder):
            info = replace(info, source="on disk", path=data_dir / files.folder)
            downloads.is_on_disk(name, data_dir)
        else:
            megabytes = round(files.total_bytes / 1e6)
            info = replace(info, source="download", download_mb=megabytes)
    except DataError as error:
        return replace(info, problem=str(error))
    return info


def _own_info(path: Path) -> DatasetInfo:
    info = DatasetInfo(path.stem, path.stem, "Your own data.", None, None, "npz", path)
    try:
        _check_name(path.stem)
        peeked = peek_npz(path)
    except DataError as error:
        return replace(info, problem=str(error))
    about = f"Your own: {peeked.train:,} training and {peeked.test:,} test images."
    return replace(info, about=about, image_shape=peeked.image_shape, classes=peeked.classes)


def _find(name: str, data_dir: Path, fetch: bool, progress: downloads.Progress | None) -> Arrays:
    _check_name(name)
    is_readable = os.path.isdir(data_dir) and os.access(data_dir, os.R_OK | os.X_OK)
    if os.path.lexists(data_dir) and not is_readable:
        raise DataError(f"{data_dir} is not a folder that may be read; set DPN_DATA_DIR to one")
    path = data_dir / f"{name}.npz"
    if name not in DATASETS:
        if not os.path.isfile(path):
            dataset_info(name, data_dir)  # says what there is
        return read_npz(path)
    names = DATASETS[name].class_names
    if os.path.isfile(path):
        arrays = read_npz(path, names)
    else:
        if not downloads.is_on_disk(name, data_dir):
            _fetch(name, data_dir, fetch, progress)
        arrays = downloads.read_torchvision(name, data_dir, names)
        path = data_dir / downloads.TORCHVISION_SETS[name].folder
    _check_known(name, path, arrays.x_train.shape[1:], len(arrays.class_names))
    return arrays


def _fetch(
    name: str, data_dir: Path, is_allowed: bool, progress: downloads.Progress | None
) -> None:
    infos = list_datasets(data_dir)
    ready = [info.name for info in infos if info.source != "download" and not info.problem]
    usable = f"Usable now: {', '.join(ready)}."
    if not is_allowed:
        hint = f"allow the download, or put {name}.npz there"
        raise DataError(f"{name} is not in {data_dir} and downloading is off; {hint}. {usable}")
    try:
        downloads.download(name, data_dir, progress)
    except DataError as error:
        raise DataError(f"{error} {usable}") from error


def _digits() -> Arrays:
    from sklearn.datasets import load_digits

    digits = load_digits()
    x = np.rint(digits.images * (255 / 16)).astype(np.uint8)[:, None]  # counts 0..16
    y = digits.target.astype(np.int64)
    test = stratified_mask(y, DIGITS_TEST_FRACTION, DIGITS_TEST_SEED)
    return Arrays(x[~test], y[~test], x[test], y[test], DATASETS["digits"].class_names)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        wanted = "letters, digits, spaces and . _ + - only"
        raise DataError(f"dataset must be a name of {wanted}, got {said(name)}; try 'digits'")


def _check_known(name: str, path: Path, shape: tuple[int, ...], classes: int) -> None:
    spec = DATASETS[name]
    if shape != spec.image_shape or classes != len(spec.class_names):
        wanted = f"images of {spec.image_shape} in {len(spec.class_names)} classes"
        raise DataError(
            f"{path} must hold {wanted}, got {shape} in {classes}; rename your own data"
        )
