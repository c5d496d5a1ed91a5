"""Read a data set of your own, ``<name>.npz``, without trusting the file.

    x_train      (N, H, W), (N, H, W, C) or (N, C, H, W)   images, C = 1 or 3, sides 8 to 64
    y_train      (N,), (N, 1) or one-hot (N, K)            labels: numbers or words
    x_test       like x_train, of the same image size
    y_test       like y_train
    x_val, y_val optional; they join the training images
    class_names  (K,) strings, optional; without it each label that occurs is a class

These are Keras' names; MedMNIST's are read, too (``dpn.data.npz_layouts``). What the numbers mean
is in ``dpn.data.pixels`` and ``dpn.data.labels``; what was assumed is in ``Arrays.notes``.

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

from dpn.data.labels import MAX_CLASSES, NAMES_WANTED, read_class_names, to_labels
from dpn.data.npz_layouts import find_arrays, layout_notes
from dpn.data.npz_members import Header, open_archive, peek, read_member, read_rows
from dpn.data.pixels import to_pixels
from dpn.errors import DataError
from dpn.models.config import MAX_SIDE, MIN_SIDE
from dpn.names import MAX_NAME_LENGTH, tally

MAX_BYTES = 4 * 2**30
#: Samples are looked for in so many bytes of x_train: unpacking those takes a second at most.
SAMPLED_BYTES = 2**28
#: What is larger than this must not have been packed to less than a hundredth: real images are not.
MAX_BOMB, MAX_RATIO = 2**29, 100
#: Two classes of five, of which one each is the test.
MIN_IMAGES = 8
#: A name may take so much room: four bytes a character, and some of its width unused.
_NAME_BYTES = 16 * MAX_NAME_LENGTH

ImageShape = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Arrays:
    """Checked arrays: x uint8 (N, C, H, W) in 0..255, y int64 (N,) in 0..K-1, and K names.

    ``notes`` are sentences about what was assumed to read them so.
    """

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shapes:
    """What the headers say: (C, H, W), number of images, and K where class_names gives it.

    ``notes`` are sentences about which array was taken for which.
    """

    image_shape: ImageShape
    train: int
    test: int
    classes: int | None
    notes: tuple[str, ...] = ()


def peek_npz(path: Path | IO[bytes], *, few: bool = False) -> Shapes:
    """Check the headers as ``read_npz`` does and return the shapes; pixels are not read.

    Raises:
        DataError: not an npz, a field is missing, of another type or shape, or too large.
    """
    with open_archive(path) as archive:
        return _shapes(archive, find_arrays(archive.namelist(), str(path)), few=few)


def read_npz(
    path: Path | IO[bytes], default_names: Sequence[str] = (), *, few: bool = False
) -> Arrays:
    """Read and check ``path``, a file or an open one whose ``str`` is its name.

    With ``few`` a single image for training is enough, none is too dark, and nothing is said of
    classes that no training image shows. ``default_names`` stand in where the file has no
    class_names.

    Raises:
        DataError: as ``peek_npz``, ``to_pixels`` and ``to_labels``; or the file is cut short.
    """
    with open_archive(path) as archive:
        arrays = find_arrays(archive.namelist(), str(path))
        notes = _shapes(archive, arrays, few=few).notes
        raw = {field: read_member(archive, name) for field, name in arrays.items()}
        labels, names, label_notes = _labels(arrays, raw, default_names, few=few)
        parts = [part for part in ("train", "val", "test") if f"x_{part}" in raw]
        pixels, pixel_notes = to_pixels(
            [(arrays[f"x_{part}"], raw.pop(f"x_{part}")) for part in parts], few=few
        )
        *x_train, x_test = map(_channels_first, pixels)
        return Arrays(
            x_train=np.concatenate(x_train) if len(x_train) > 1 else x_train[0],
            y_train=np.concatenate(labels[:-1]),
            x_test=x_test,
            y_test=labels[-1],
            class_names=names,
            notes=(*notes, *pixel_notes, *label_notes),
        )


def sample_npz(
    path: Path,
    choose: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    default_names: Sequence[str] = (),
) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
    """Return a few training images (N, C, H, W), their labels (N,) and the K names.

    ``choose`` is given the labels of the images that are not far into the file, and returns the
    indices of those to read. What their numbers mean is told by the images chosen.

    Raises:
        DataError: as ``read_npz``, for what is read.
    """
    with open_archive(path) as archive:
        arrays = find_arrays(archive.namelist(), str(path))
        _shapes(archive, arrays)
        raw = {
            field: read_member(archive, name) for field, name in arrays.items() if field[0] != "x"
        }
        (labels, *_), names, _ = _labels(arrays, raw, default_names)
        header = peek(archive, arrays["x_train"])
        chosen = choose(labels[: max(1, SAMPLED_BYTES * len(labels) // header.bytes)])
        pixels, _ = to_pixels(
            [(arrays["x_train"], read_rows(archive, arrays["x_train"], chosen))], few=True
        )
        return _channels_first(pixels[0]), labels[chosen], names


def _labels(
    arrays: dict[str, str],
    raw: dict[str, NDArray[Any]],
    default_names: Sequence[str],
    *,
    few: bool = False,
) -> tuple[list[NDArray[np.int64]], tuple[str, ...], tuple[str, ...]]:
    """Return the labels of each part, the K names, and what was assumed of them."""
    given = read_class_names(raw["class_names"]) if "class_names" in raw else None
    parts = [part for part in ("train", "val", "test") if f"y_{part}" in raw]
    return to_labels(
        {arrays[f"y_{part}"]: raw[f"y_{part}"] for part in parts},
        [] if few else [arrays[f"y_{part}"] for part in parts[:-1]],
        given,
        default_names,
    )


def _shapes(archive: zipfile.ZipFile, arrays: dict[str, str], *, few: bool = False) -> Shapes:
    headers = {field: peek(archive, name) for field, name in arrays.items()}
    total = sum(header.bytes for header in headers.values())
    if total > MAX_BOMB and total > MAX_RATIO * archive.start_dir:  # where the packed data end
        packed = f"{total / 2**20:,.0f} MiB packed into {archive.start_dir / 2**20:.1f} MiB"
        raise DataError(f"{packed} are no images; save real ones")
    if total > MAX_BYTES:
        sizes = f"at most {MAX_BYTES / 2**30:g} GiB are accepted, got {total / 2**30:.1f} GiB"
        raise DataError(f"{sizes} unpacked; save uint8 or fewer images")
    image_shape = _image_shape(arrays["x_train"], headers["x_train"], 1 if few else MIN_IMAGES)
    counts = {"train": headers["x_train"].shape[0]}
    for part in ("val", "test"):
        if f"x_{part}" in arrays:
            name, header = arrays[f"x_{part}"], headers[f"x_{part}"]
            if _image_shape(name, header, 1) != image_shape:
                wanted = f"images of {image_shape} like {arrays['x_train']}"
                raise DataError(f"{name} must hold {wanted}, got shape {header.shape}")
            counts[part] = header.shape[0]
    for part, images in counts.items():
        _check_labels(arrays[f"y_{part}"], headers[f"y_{part}"], images)
    names = headers.get("class_names")
    classes = names.shape[0] if names and len(names.shape) == 1 else None
    if names and (names.dtype.kind not in "US" or not 2 <= (classes or 0) <= MAX_CLASSES):
        got = f"{names.dtype} of shape {names.shape}"
        raise DataError(f"class_names must be 2 to {MAX_CLASSES} strings, got {got}")
    if names and names.dtype.itemsize > _NAME_BYTES:
        raise DataError(f"class_names must be {NAMES_WANTED}, got {names.dtype}")
    validation = counts.get("val", 0)
    return Shapes(
        image_shape,
        counts["train"] + validation,
        counts["test"],
        classes,
        layout_notes(arrays, validation),
    )


def _check_labels(name: str, y: Header, images: int) -> None:
    columns = y.shape[1] if len(y.shape) == 2 else 1
    is_text = y.dtype.kind in "US"
    most = 1 if is_text else MAX_CLASSES
    if (
        y.dtype.kind not in "uifbUS"
        or y.shape not in ((images,), (images, columns))
        or not 1 <= columns <= most
    ):
        wanted = f"{tally(images, 'label')}, one for each image"
        raise DataError(f"{name} must be {wanted}, got {y.dtype} of shape {y.shape}")
    if is_text and y.dtype.itemsize > _NAME_BYTES:
        raise DataError(f"{name} must be names of {NAMES_WANTED}, got {y.dtype}")


def _image_shape(name: str, header: Header, smallest: int) -> ImageShape:
    if header.dtype.kind not in "uifb":
        raise DataError(f"{name} must be uint8, got {header.dtype}; convert it")
    shape = (*header.shape, 1) if len(header.shape) == 3 else header.shape
    if len(shape) == 4 and shape[3] in (1, 3):
        images, height, width, channels = shape
    elif len(shape) == 4 and shape[1] in (1, 3):
        images, channels, height, width = shape
    else:
        cut = f"; without transparency: {name}[..., :3]" if header.shape[3:] == (4,) else ""
        wanted = "(N, H, W) or (N, H, W, 3)"
        raise DataError(f"{name} must have shape {wanted}, got {header.shape}{cut}")
    if not (MIN_SIDE <= height <= MAX_SIDE and MIN_SIDE <= width <= MAX_SIDE):
        sides = f"{MIN_SIDE} to {MAX_SIDE} pixels a side, got {height} x {width}"
        raise DataError(f"{name} must hold images of {sides}; resize them")
    if images < smallest:
        raise DataError(f"{name} must hold at least {smallest} images, got {images}")
    return channels, height, width


def _channels_first(x: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if x.ndim == 3:
        return x[:, None]
    return x.transpose(0, 3, 1, 2) if x.shape[3] in (1, 3) else x
