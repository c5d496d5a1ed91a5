"""Arrays of numpy: Keras' or MedMNIST's layout, one x/y pair, or Quick, Draw!'s bitmaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.data.labels import read_class_names
from dpn.data.npz_layouts import PART_NAMES
from dpn.data.npz_members import Header, read_header, read_values
from dpn.errors import DataError
from dpn.names import composed, is_class_name, listed
from dpn.own.files import Bounds, File
from dpn.own.parts import Part, Raw, Refused

#: A single pair of images and labels, in any capitals.
_PAIRS = (
    *(("x", "y"), ("images", "labels"), ("data", "labels"), ("data", "target")),
    *(("images", "target"), ("images", "targets"), ("features", "targets"), ("data", "targets")),
    *(("x", "labels"), ("images", "y"), ("x_train", "y_train"), ("train_images", "train_labels")),
)
#: Images without labels, those to test with first.
_IMAGES = tuple(dict.fromkeys(("x_test", "test_images", *(x for x, _ in _PAIRS))))
_NAMES = ("class_names", "classes", "label_names")
#: Before the class in the names of Quick, Draw!'s files.
_QUICK_DRAW = re.compile(r"^full[_ ]numpy[_ ]bitmap[_ ]", re.I)
#: Pixels of Quick, Draw!'s bitmaps. Source: github.com/googlecreativelab/quickdraw-dataset
_BITMAP = 28 * 28


def read_arrays(files: Sequence[File], bounds: Bounds, *, needs_labels: bool = True) -> Raw:
    """Read the npy members of an npz, or npy files that lie side by side.

    Where no labels are needed and none are there, "" is each.

    Raises:
        Refused: no array is known, or one cannot be read; it names what was found.
    """
    known = {file.name.removesuffix(".npy"): file for file in files}
    lower = {name.lower(): name for name in reversed(known)}
    found = _layout(lower)
    alone = next((x for x in _IMAGES if x in lower), None) if not needs_labels else None
    if not found and alone is not None:
        return _unlabelled(known[lower[alone]], lower[alone], bounds)
    if not found:
        raise Refused(
            [
                f"It holds {listed(list(known)) or 'no arrays'}. Accepted are x_train, y_train, "
                "x_test, y_test (Keras'), train_images, train_labels, … (MedMNIST's), or one pair "
                "x, y; rename the arrays."
            ]
        )
    reader = _Reader(bounds)
    raw = Raw("arrays of numpy", {})
    for part, (x, y) in found.items():
        x, y = lower[x], lower[y]
        arrays = reader.read(known[x]), reader.read(known[y])
        if arrays[0] is not None and arrays[1] is not None:
            raw.parts[part] = Part(arrays[0], arrays[1], (x, y))
    for name in _NAMES:
        if name in lower and not reader.problems:
            array = reader.read(known[lower[name]])
            try:
                if array is not None and array.dtype.kind in "US":
                    raw.class_names = read_class_names(array)
            except DataError as error:
                reader.problems.append(str(error))
            break
    reader.check()
    return raw


def _unlabelled(file: File, name: str, bounds: Bounds) -> Raw:
    """Read images that have no labels."""
    reader = _Reader(bounds)
    images = reader.read(file)
    reader.check()
    assert images is not None  # or there is a problem
    labels = np.full(len(images) if images.ndim else 0, "")
    return Raw("arrays of numpy", {"": Part(images, labels, (name, "no labels"))})


def _layout(lower: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return part -> the names of its images and labels."""
    for names in PART_NAMES:
        found = {part: pair for part, pair in names.items() if set(pair) <= lower.keys()}
        if "train" in found and len(found) > 1:
            return found
    return next(({"": pair} for pair in _PAIRS if set(pair) <= lower.keys()), {})


def read_bitmaps(files: Sequence[File], bounds: Bounds) -> Raw:
    """Read npy files of 28 x 28 bitmaps, each of which is a class by its name.

    Raises:
        Refused: a file is no such array; all of them are named.
    """
    reader = _Reader(bounds, _check_bitmap)
    raw = Raw("Quick, Draw! bitmaps, one file a class", {})
    images, labels = [], []
    for file in files:
        name = composed(_QUICK_DRAW.sub("", file.name.removesuffix(".npy")).replace("_", " "))
        if not is_class_name(name):
            reader.problems.append(f"{file.called}: name the file as its class.")
            continue
        if (array := reader.read(file)) is not None:
            images.append(array.reshape(-1, 28, 28))
            labels.append(np.full(len(array), name))
    reader.check()
    called = "the bitmaps", "the files' names"
    raw.parts[""] = Part(np.concatenate(images), np.concatenate(labels), called)
    return raw


def _check_bitmap(header: Header) -> None:
    is_flat = len(header.shape) == 2 and header.shape[1] == _BITMAP
    is_square = len(header.shape) == 3 and header.shape[1:] == (28, 28)
    if not (is_flat or is_square) or header.dtype != np.uint8:
        raise DataError(
            f"a file of one class holds uint8 of shape (N, {_BITMAP}), got {header.dtype} of shape "
            f"{header.shape}. For images and labels in two files, call them x.npy and y.npy."
        )


class _Reader:
    """Reads arrays until there is no room left, and gathers what is wrong."""

    def __init__(self, bounds: Bounds, check: Callable[[Header], None] | None = None) -> None:
        self.problems: list[str] = []
        self._left = bounds.bytes
        self._check = check

    def read(self, file: File) -> NDArray[Any] | None:
        try:
            with file.open() as member:
                name = file.name.removesuffix(".npy")
                header = read_header(member, file.size, name)
                if self._check:
                    self._check(header)
                if header.bytes > self._left:
                    raise DataError(
                        f"it takes {header.bytes / 2**20:,.0f} MB, and {self._left / 2**20:,.0f} "
                        "MB are left of what is accepted here; save fewer or smaller images."
                    )
                self._left -= header.bytes
                return read_values(member, header, name)
        except DataError as error:
            self.problems.append(str(error))
        return None

    def check(self) -> None:
        if self.problems:
            raise Refused(self.problems)
