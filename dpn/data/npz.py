"""Read a data set of your own, ``<name>.npz`` in Keras' layout, without trusting the file.

    x_train      (N, H, W), (N, H, W, C) or (N, C, H, W)   images, C = 1 or 3, sides 8 to 64
    y_train      (N,) or (N, 1)                            whole numbers 0 .. K-1
    x_test       like x_train, with the same type and image size
    y_test       like y_train
    class_names  (K,) strings, optional; without it K = largest label + 1

A side is at least 8, so an axis of 1 or 3 can only be the channels: both layouts are unambiguous.

Nothing in the file is executed or unpacked to disk. Pickled (object) arrays are refused, members
under other names (``../x`` among them) are never opened, and each array's size, as its own header
and the zip directory state it, is checked before memory is taken.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dpn.data.names import MAX_NAME_LENGTH, is_class_name
from dpn.data.npz_members import Header, open_archive, peek, read_member, read_rows
from dpn.errors import DataError
from dpn.models.config import MAX_SIDE, MIN_SIDE

FIELDS = ("x_train", "y_train", "x_test", "y_test")
MAX_BYTES = 4 * 2**30
MAX_CLASSES = 10_000
#: Samples are looked for in so many bytes of x_train: unpacking those takes a second at most.
SAMPLED_BYTES = 2**28
#: What is larger than this must not have been packed to less than a hundredth: real images are not.
MAX_BOMB, MAX_RATIO = 2**29, 100
MIN_IMAGES = {"x_train": 10, "x_test": 1}
_NAMES = f"1 to {MAX_NAME_LENGTH} printable characters each"
_CHUNK_IMAGES = 4096

ImageShape = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Arrays:
    """Checked arrays: x uint8 (N, C, H, W) in 0..255, y int64 (N,) in 0..K-1, and K names."""

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Shapes:
    """What the headers say: (C, H, W), number of images, and K where class_names gives it."""

    image_shape: ImageShape
    train: int
    test: int
    classes: int | None


def peek_npz(path: Path | IO[bytes], *, few: bool = False) -> Shapes:
    """Check the headers as ``read_npz`` does and return the shapes; pixels are not read.

    Raises:
        DataError: not an npz, a field is missing, of another type or shape, or too large.
    """
    with open_archive(path) as archive:
        return _shapes(archive, few=few)


def read_npz(
    path: Path | IO[bytes], default_names: Sequence[str] = (), *, few: bool = False
) -> Arrays:
    """Read and check ``path``, a file or an open one whose ``str`` is its name.

    With ``few`` a single image for training is enough.

    Pixels: uint8 as they are; other integers must lie in 0..255; floats are 0..1 when the largest
    value of x_train is at most 1, and 0..255 otherwise, rounded to the nearest integer. x_test
    follows the rule that x_train set. ``default_names`` stand in where the file has no class_names.

    Raises:
        DataError: as ``peek_npz``; or the file is cut short, a value is not finite or outside its
            range, a label is outside 0..K-1, or class names are empty, doubled or too long.
    """
    with open_archive(path) as archive:
        _shapes(archive, few=few)
        raw = {name: read_member(archive, name) for name in member_names(archive)}
        names = _names(raw, default_names)
        factor = _factor(raw["x_train"])
        return Arrays(
            x_train=_pixels("x_train", raw["x_train"], factor),
            y_train=_labels("y_train", raw["y_train"], len(names)),
            x_test=_pixels("x_test", raw["x_test"], factor),
            y_test=_labels("y_test", raw["y_test"], len(names)),
            class_names=names,
        )


def sample_npz(
    path: Path,
    choose: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    default_names: Sequence[str] = (),
) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
    """Return a few training images (N, C, H, W), their labels (N,) and the K names.

    ``choose`` is given the labels of the images that are not far into the file, and returns the
    indices of those to read. Whether floats are 0..1 is told by the images chosen.

    Raises:
        DataError: as ``read_npz``, for what is read.
    """
    with open_archive(path) as archive:
        _shapes(archive)
        raw = {n: read_member(archive, n) for n in member_names(archive) if n[0] != "x"}
        names = _names(raw, default_names)
        labels = _labels("y_train", raw["y_train"], len(names))
        header = peek(archive, "x_train")
        chosen = choose(labels[: max(1, SAMPLED_BYTES * len(labels) // header.bytes)])
        x = read_rows(archive, "x_train", chosen)
        return _pixels("x_train", x, _factor(x)), labels[chosen], names


def _names(raw: dict[str, NDArray[Any]], default_names: Sequence[str]) -> tuple[str, ...]:
    if "class_names" in raw:
        names = _class_names(raw["class_names"])
    else:
        largest = min(max(int(raw["y_train"].max()), int(raw["y_test"].max())), MAX_CLASSES)
        names = tuple(default_names) or tuple(str(label) for label in range(largest + 1))
    if not 2 <= len(names) <= MAX_CLASSES:
        raise DataError(f"there must be 2 to {MAX_CLASSES} classes, got {len(names)}")
    return names


def _factor(x: NDArray[Any]) -> float:
    return 255.0 if x.dtype.kind == "f" and x.max() <= 1 else 1.0


def _shapes(archive: zipfile.ZipFile, *, few: bool = False) -> Shapes:
    headers = {name: peek(archive, name) for name in member_names(archive)}
    total = sum(header.bytes for header in headers.values())
    if total > MAX_BOMB and total > MAX_RATIO * archive.start_dir:  # where the packed data end
        packed = f"{total / 2**20:,.0f} MiB packed into {archive.start_dir / 2**20:.1f} MiB"
        raise DataError(f"{packed} are no images; save real ones")
    if total > MAX_BYTES:
        sizes = f"at most {MAX_BYTES / 2**30:g} GiB are accepted, got {total / 2**30:.1f} GiB"
        raise DataError(f"{sizes} unpacked; save uint8 or fewer images")
    train, test = headers["x_train"], headers["x_test"]
    image_shape = _image_shape("x_train", train, 1 if few else MIN_IMAGES["x_train"])
    if (
        _image_shape("x_test", test, MIN_IMAGES["x_test"]) != image_shape
        or test.dtype != train.dtype
    ):
        wanted = f"{train.dtype} with images of {image_shape} like x_train"
        raise DataError(f"x_test must be {wanted}, got {test.dtype} of shape {test.shape}")
    for name, images in (("y_train", train.shape[0]), ("y_test", test.shape[0])):
        y = headers[name]
        if y.dtype.kind not in "ui" or y.shape not in ((images,), (images, 1)):
            raise DataError(f"{name} must be {images} integers, got {y.dtype} of shape {y.shape}")
    names = headers.get("class_names")
    classes = names.shape[0] if names and len(names.shape) == 1 else None
    if names and (names.dtype.kind not in "US" or not 2 <= (classes or 0) <= MAX_CLASSES):
        got = f"{names.dtype} of shape {names.shape}"
        raise DataError(f"class_names must be 2 to {MAX_CLASSES} strings, got {got}")
    if names and names.dtype.itemsize > 16 * MAX_NAME_LENGTH:  # some room for unused width
        raise DataError(f"class_names must be {_NAMES}, got {names.dtype}")
    return Shapes(image_shape, train.shape[0], test.shape[0], classes)


def _image_shape(name: str, header: Header, smallest: int) -> ImageShape:
    if header.dtype.kind not in "uif":
        raise DataError(f"{name} must be uint8, got {header.dtype}; convert it")
    shape = (*header.shape, 1) if len(header.shape) == 3 else header.shape
    if len(shape) == 4 and shape[3] in (1, 3):
        images, height, width, channels = shape
    elif len(shape) == 4 and shape[1] in (1, 3):
        images, channels, height, width = shape
    else:
        raise DataError(f"{name} must have shape (N, H, W) or (N, H, W, 3), got {header.shape}")
    if not (MIN_SIDE <= height <= MAX_SIDE and MIN_SIDE <= width <= MAX_SIDE):
        sides = f"{MIN_SIDE} to {MAX_SIDE} pixels a side, got {height} x {width}"
        raise DataError(f"{name} must hold images of {sides}; resize them")
    if images < smallest:
        raise DataError(f"{name} must hold at least {smallest} images, got {images}")
    return channels, height, width


def _pixels(name: str, x: NDArray[Any], factor: float) -> NDArray[np.uint8]:
    low, high, top = x.min(), x.max(), 255 / factor
    if not (np.isfinite(low) and np.isfinite(high)):  # a NaN anywhere makes min and max NaN
        raise DataError(f"{name} must be finite, but holds NaN or infinity")
    if low < 0 or high > top:
        raise DataError(f"{name} must lie in 0..{top:g}, got {low:g}..{high:g}; save uint8 pixels")
    if x.dtype != np.uint8:
        pixels = np.empty(x.shape, np.uint8)
        for start in range(0, len(x), _CHUNK_IMAGES):  # bounds the float copies
            part = slice(start, start + _CHUNK_IMAGES)
            pixels[part] = np.rint(x[part] * factor)
        x = pixels
    if x.ndim == 3:
        return x[:, None]
    return x.transpose(0, 3, 1, 2) if x.shape[3] in (1, 3) else x


def _labels(name: str, y: NDArray[Any], classes: int) -> NDArray[np.int64]:
    for label in (int(y.min()), int(y.max())):
        if not 0 <= label < classes:
            raise DataError(f"{name} must hold labels in 0..{classes - 1}, got {label}")
    return y.reshape(-1).astype(np.int64)


def _class_names(array: NDArray[Any]) -> tuple[str, ...]:
    strings = np.strings.decode(array) if array.dtype.kind == "S" else array
    names = tuple(map(str, strings))
    for name in names:
        if not is_class_name(name):
            raise DataError(f"class_names must be {_NAMES}, got {name[:80]!r}")
    if len(set(names)) != len(names):
        raise DataError("class_names must differ from each other")
    return names


def member_names(archive: zipfile.ZipFile) -> list[str]:
    members = set(archive.namelist())
    if missing := [name for name in FIELDS if f"{name}.npy" not in members]:
        raise DataError(f"{', '.join(missing)} not found; a data set holds {', '.join(FIELDS)}")
    return [name for name in (*FIELDS, "class_names") if f"{name}.npy" in members]
