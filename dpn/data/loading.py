"""One way to load any data set: embedded, downloaded, or your own."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from dpn.data import downloads
from dpn.data.catalogue import dataset_info, list_datasets
from dpn.data.known import DATASETS, DIGITS_TEST_FRACTION, DIGITS_TEST_SEED, check_known, check_name
from dpn.data.look import measure
from dpn.data.npz import Arrays, read_npz
from dpn.data.torchvision_sets import TORCHVISION_SETS, is_on_disk, read_torchvision
from dpn.data.worlds.dataset import Dataset as Dataset
from dpn.data.worlds.dataset import stratified_mask as stratified_mask
from dpn.data.worlds.sequences import loader_of
from dpn.errors import DataError
from dpn.language import t
from dpn.mazes import sets as mazes
from dpn.texts.fetching import SOURCES
from dpn.texts.sets import is_set, keep_fetched

#: 1,797 digits of 13 writers, ink counted in 4×4 blocks: ``counts`` (1797, 8, 8) 0 to 16, and
#: ``labels``. Source: Alpaydin, Kaynak, UCI "Optical Recognition of Handwritten Digits", CC BY 4.0,
#: the part that scikit-learn carries; to import that takes a second and 2,000 modules.
DIGITS = Path(__file__).with_name("digits.npz")
#: How the makers of a set made its images, where that is known.
KNOWN_PREPARATIONS = {"digits": "digits", "mnist": "mnist", "cifar10": "photo"}


def load_dataset(
    name: str,
    data_dir: Path,
    *,
    validation_fraction: float = 0.1,
    seed: int = 0,
    preparation: str = "auto",
    download: bool = True,
    progress: downloads.Progress | None = None,
) -> Dataset:
    """Load a data set, downloading it first if it must be and may be.

    Args:
        name: a name in ``list_datasets``.
        data_dir: the data folder; it need not exist.
        validation_fraction: share of each class of the training part to hold out, 0.01 to 0.5.
        seed: 0 or more; decides which images are held out.
        preparation: taken for the data set's, unless it is "auto": then it is known, or found out
            from the training part.
        download: whether to download a known set that is not on disk.
        progress: called with (bytes done, bytes in all) during a download.

    Raises:
        DataError: unknown name, nothing on disk and no download, or files that cannot be read.
    """
    import torch

    if not 0.01 <= validation_fraction <= 0.5:
        raise DataError(f"validation_fraction must be 0.01 to 0.5, got {validation_fraction!r}")
    if name == mazes.NAME:
        return _make_mazes()
    if name in SOURCES and not is_set(name, data_dir):
        keep_fetched(name, data_dir, progress, is_allowed=download)
    if name not in DATASETS and (load := loader_of(name, data_dir)) is not None:
        check_name(name)
        return load(name, data_dir, validation_fraction, seed)
    arrays = read_arrays(name, data_dir, download, progress)
    held = stratified_mask(arrays.y_train, validation_fraction, seed)
    if not held.any():
        raise DataError(f"{name} has no class with two training images; add some to hold out one")
    x, y = np.ascontiguousarray(arrays.x_train), arrays.y_train  # before picking: 6 times quicker
    x_test, y_test = np.ascontiguousarray(arrays.x_test), arrays.y_test
    parts = (x[~held], y[~held], x[held], y[held], x_test, y_test)
    known = preparation if preparation != "auto" else KNOWN_PREPARATIONS.get(name, "auto")
    found, look = measure(x, known)
    tensors = map(torch.from_numpy, parts)
    return Dataset(name, arrays.class_names, found, *tensors, notes=arrays.notes, look=look)


def _make_mazes() -> Dataset:
    """Return maps made by rule: always the same, whatever a training's seed is."""
    import torch

    parts = [torch.from_numpy(array) for part in mazes.PARTS for array in mazes.part(part)]
    return Dataset(mazes.NAME, mazes.OUTCOMES, "", *parts, world="maze")


def read_arrays(
    name: str, data_dir: Path, fetch: bool = False, progress: downloads.Progress | None = None
) -> Arrays:
    """Return a data set as arrays, its training part whole; as ``load_dataset``, without torch."""
    if name == "digits":
        return _digits()
    check_name(name)
    is_readable = os.path.isdir(data_dir) and os.access(data_dir, os.R_OK | os.X_OK)
    if os.path.lexists(data_dir) and not is_readable:
        raise DataError(
            t("{folder} is not a folder that may be read; set DPN_DATA_DIR to one", folder=data_dir)
        )
    path = data_dir / f"{name}.npz"
    if name not in DATASETS:
        if not os.path.isfile(path):
            dataset_info(name, data_dir)  # says what there is
        return read_npz(path)
    names = DATASETS[name].class_names
    if os.path.isfile(path):
        arrays = read_npz(path, names)
    else:
        if not is_on_disk(name, data_dir):
            _fetch(name, data_dir, fetch, progress)
        arrays = read_torchvision(name, data_dir, names)
        path = data_dir / TORCHVISION_SETS[name].folder
    check_known(name, path, arrays.x_train.shape[1:], len(arrays.class_names))
    return arrays


def _fetch(
    name: str, data_dir: Path, is_allowed: bool, progress: downloads.Progress | None
) -> None:
    infos = list_datasets(data_dir)
    ready = [info.name for info in infos if info.source != "download" and not info.problem]
    usable = t("Usable now: {names}.", names=t(", ").join(ready))
    if not is_allowed:
        raise DataError(
            t(
                "{name} is not on this machine yet. It is fetched when you train on it or look at "
                "it on Data; or put {name}.npz into {folder}. {usable}",
                name=name,
                folder=data_dir,
                usable=usable,
            )
        )
    try:
        downloads.download(name, data_dir, progress)
    except DataError as error:
        raise DataError(f"{error} {usable}") from error


def _digits() -> Arrays:
    with np.load(DIGITS, allow_pickle=False) as file:
        x = np.rint(file["counts"] * (255 / 16)).astype(np.uint8)[:, None]  # counts 0..16
        y = file["labels"].astype(np.int64)
    test = stratified_mask(y, DIGITS_TEST_FRACTION, DIGITS_TEST_SEED)
    return Arrays(x[~test], y[~test], x[test], y[test], DATASETS["digits"].class_names)
