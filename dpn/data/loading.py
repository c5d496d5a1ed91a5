"""One way to load any data set: embedded, downloaded, or your own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dpn.data import downloads
from dpn.data.catalogue import (
    DATASETS,
    DIGITS_TEST_FRACTION,
    DIGITS_TEST_SEED,
    check_known,
    check_name,
    dataset_info,
    list_datasets,
)
from dpn.data.look import Look, measure
from dpn.data.npz import Arrays, ImageShape, read_npz
from dpn.data.torchvision_sets import TORCHVISION_SETS, is_on_disk, read_torchvision
from dpn.errors import DataError
from dpn.texts.fetching import SOURCES
from dpn.texts.sets import is_set, keep_fetched, read_set, with_test_part
from dpn.texts.vocabulary import FILE as VOCABULARY
from dpn.texts.vocabulary import NOTHING, Vocabulary, most_tokens, words_of

if TYPE_CHECKING:
    import torch

#: 1,797 digits of 13 writers, ink counted in 4×4 blocks: ``counts`` (1797, 8, 8) 0 to 16, and
#: ``labels``. Source: Alpaydin, Kaynak, UCI "Optical Recognition of Handwritten Digits", CC BY 4.0,
#: the part that scikit-learn carries; to import that takes a second and 2,000 modules.
DIGITS = Path(__file__).with_name("digits.npz")
#: How the makers of a set made its images, where that is known.
KNOWN_PREPARATIONS = {"digits": "digits", "mnist": "mnist", "cifar10": "photo"}


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in memory.

    Attributes:
        name: as given to ``load_dataset``.
        class_names: K names, in the order of the labels.
        preparation: how a drawing or an upload becomes such an image: a name of
            ``dpn.models.config.PREPARATION_NAMES``.
        x_train, x_val, x_test: uint8 (N, C, H, W) in 0..255, contiguous.
        y_train, y_val, y_test: int64 (N,) in 0..K-1.
        notes: sentences about what was assumed to read it so.
        look: how figures stand in the training images, for "dark_ink" and "light_ink"; else None.
        world: what it is of, a key of ``dpn.models.config.WORLDS``. Of any but "picture" the x are
            what the models of that world take, and the preparation is "".
        sizes: what the data decide of such a model's settings, but for the classes.
        beside: files of JSON that a run needs to read more of the like: name -> content.
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
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    look: Look | None = field(default=None, kw_only=True)
    world: str = field(default="picture", kw_only=True)
    sizes: Mapping[str, int] = field(default_factory=dict, kw_only=True)
    beside: Mapping[str, Any] = field(default_factory=dict, kw_only=True)

    @property
    def image_shape(self) -> ImageShape:
        """(C, H, W) of one image."""
        _, channels, height, width = self.x_train.shape
        return channels, height, width

    @property
    def model_sizes(self) -> dict[str, int]:
        """The settings of a model that must be as the data are."""
        if self.world != "picture":
            return {**self.sizes, "classes": self.classes}
        channels, height, width = self.image_shape
        return {"channels": channels, "height": height, "width": width, "classes": self.classes}

    @property
    def classes(self) -> int:
        """K, the number of classes."""
        return len(self.class_names)

    def to(self, device: torch.device | str) -> Dataset:
        """Return the same data with all tensors on ``device``."""
        names = [f"{kind}_{part}" for part in ("train", "val", "test") for kind in "xy"]
        return replace(self, **{name: getattr(self, name).to(device) for name in names})


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
    if name in SOURCES and not is_set(name, data_dir):
        keep_fetched(name, data_dir, progress, is_allowed=download)
    if name not in DATASETS and is_set(name, data_dir):
        return _load_texts(name, data_dir, validation_fraction, seed)
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


def _load_texts(name: str, data_dir: Path, fraction: float, seed: int) -> Dataset:
    """Return a set of texts, as ``load_dataset``; the words are those of the training part."""
    import torch

    check_name(name)
    notes = (found := read_set(name, data_dir)).notes
    if not found.test:
        test = stratified_mask(found.y_train, DIGITS_TEST_FRACTION, DIGITS_TEST_SEED)
        found = with_test_part(found, test)
        notes = (
            *notes,
            f"It has no test part: a fifth of it serves as one ({test.sum():,} texts).",
        )
    held = stratified_mask(found.y_train, fraction, seed)
    if not (held.any() and found.test):
        raise DataError(f"{name} has too few texts of each class; bring more")
    trained = [text for text, is_held in zip(found.train, held, strict=True) if not is_held]
    vocabulary = Vocabulary(words_of(trained))
    most = most_tokens(len(found.train) + len(found.test))
    x = vocabulary.encode(found.train, most)
    lengths = (x[~held, :, 0] != NOTHING).sum(axis=1)
    if (full := int((lengths == most).sum())) > 0:
        notes = (*notes, f"Of {full:,} long texts the first {most:,} words are read.")
    y, x_test = found.y_train, vocabulary.encode(found.test, most)
    tensors = map(torch.from_numpy, (x[~held], y[~held], x[held], y[held], x_test, found.y_test))
    return Dataset(
        name,
        found.class_names,
        "",
        *tensors,
        notes=notes,
        world="text",
        sizes={"vocabulary": len(vocabulary.words), "length": max(1, round(lengths.mean()))},
        beside={VOCABULARY: vocabulary.to_json()},
    )


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


def read_arrays(
    name: str, data_dir: Path, fetch: bool = False, progress: downloads.Progress | None = None
) -> Arrays:
    """Return a data set as arrays, its training part whole; as ``load_dataset``, without torch."""
    if name == "digits":
        return _digits()
    check_name(name)
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
    usable = f"Usable now: {', '.join(ready)}."
    if not is_allowed:
        raise DataError(
            f"{name} is not on this machine yet. It is fetched when you train on it or look at it "
            f"on Data; or put {name}.npz into {data_dir}. {usable}"
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
