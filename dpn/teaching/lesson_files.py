"""A lesson as a file: an npz in Keras' layout, or a zip of pictures in folders named as classes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt

from dpn.data.archives import open_zip
from dpn.data.names import MAX_NAME_LENGTH, is_class_name, shown
from dpn.data.npz import peek_npz, read_npz
from dpn.errors import DataError
from dpn.pictures.decode import SUFFIXES

#: A lesson holds at most this many pictures; a picture in a zip, and all of them, take at most so
#: many bytes unpacked.
MOST, MOST_BYTES, MOST_IN_ALL = 1_000, 5 * 2**20, 200 * 2**20
#: One image in so many of each class is kept for testing, when the npz serves as a data set.
TEST_EVERY = 5

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture of a lesson and the class it shows.

    Either ``file``, the bytes of an image file still to be prepared, or ``image`` (C, H, W) uint8,
    as a model takes it. ``kind`` and ``dark_on_light`` say how to read the file; see
    ``dpn.pictures.prepare.prepare``.
    """

    name: str
    file: bytes = b""
    image: Pixels | None = None
    kind: str = "drawing"
    dark_on_light: bool | None = None


class _Upload(io.BytesIO):
    """Bytes that know what the person calls them."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self._called = name

    def __str__(self) -> str:
        return self._called


def to_npz(images: Pixels, names: Sequence[str]) -> bytes:
    """Return images (N, C, H, W) and the name of each as a data set one can train on.

    Of each class every fifth image is for testing, and if that leaves none, the last one is.
    """
    classes = sorted(set(names))
    labels = np.array([classes.index(name) for name in names], np.int64)
    test = np.zeros(len(labels), bool)
    for label in range(len(classes)):
        test[np.flatnonzero(labels == label)[TEST_EVERY - 1 :: TEST_EVERY]] = True
    if not test.any():
        test[-1] = len(labels) > 1
    shown = test if test.any() else ~test  # of a single image, which is also the test
    if len(classes) == 1:
        classes.append("something else" if classes[0] != "something else" else "nothing")
    out = io.BytesIO()
    np.savez_compressed(
        out,
        x_train=images[~test].transpose(0, 2, 3, 1),
        y_train=labels[~test],
        x_test=images[shown].transpose(0, 2, 3, 1),
        y_test=labels[shown],
        class_names=np.array(classes),
    )
    return out.getvalue()


def to_zip(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return PNG files as a zip with one folder for each class name, without any other path."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for index, (name, data) in enumerate(files):
            folder = name.replace("/", "∕").replace("\\", "∖").strip(". ") or "class"
            archive.writestr(f"{folder}/{index:04d}.png", data)
    return out.getvalue()


def read_lesson(data: bytes, filename: str) -> list[Picture]:
    """Read what ``to_npz`` or ``to_zip`` wrote, or anything like it, without trusting it.

    Raises:
        DataError: neither of them, damaged, or too large.
    """
    filename = shown(filename)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise DataError(f"{filename} is no lesson; accepted are .npz and .zip files.")
    try:
        with open_zip(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if any(info.filename == "x_train.npy" for info in members):
                return _from_npz(data, filename)
            return _from_zip(archive, members, filename)
    except DataError as error:
        said = str(error)
        raise DataError(said if filename in said else f"{filename}: {said}") from error
    except Exception as error:  # on damaged input zipfile and what unpacks raise a dozen types
        why = shown(str(error), "unreadable")
        raise DataError(f"{filename} is damaged ({why}); save the lesson again.") from error


def _from_npz(data: bytes, filename: str) -> list[Picture]:
    shapes = peek_npz(_Upload(data, filename), few=True)
    _check_count(shapes.train + shapes.test, filename)  # before memory is taken
    arrays = read_npz(_Upload(data, filename), few=True)
    images = np.concatenate([arrays.x_train, arrays.x_test])
    labels = np.concatenate([arrays.y_train, arrays.y_test])
    return [
        Picture(arrays.class_names[label], image=image)
        for image, label in zip(images, labels, strict=True)
    ]


def _from_zip(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], filename: str
) -> list[Picture]:
    files = [info for info in members if PurePosixPath(info.filename).suffix.lower() in SUFFIXES]
    _check_count(len(files), filename)
    if sum(info.file_size for info in files) > MOST_IN_ALL:
        raise DataError(
            f"{filename} unpacks to more than {MOST_IN_ALL / 2**20:.0f} MB. Make its pictures "
            "smaller, or take fewer."
        )
    pictures = []
    for info in files:
        folder, called = PurePosixPath(info.filename).parent.name, shown(info.filename)
        if folder in ("", ".."):
            raise DataError(
                f"{filename}: {called} lies in no folder. Put each picture in a folder named as "
                "its class."
            )
        if not is_class_name(folder):
            raise DataError(
                f"{filename}: the folder of {called} must be named as a class, with 1 to "
                f"{MAX_NAME_LENGTH} printable characters."
            )
        if info.file_size > MOST_BYTES:
            raise DataError(
                f"{filename}: {called} takes {info.file_size / 2**20:.0f} MB, at most "
                f"{MOST_BYTES / 2**20:.0f} MB are accepted."
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError(f"{filename}: {called} is packed in an unusual way. Use plain zip.")
        with archive.open(info) as member:
            pictures.append(Picture(folder, file=member.read(MOST_BYTES)))
    return pictures


def _check_count(count: int, filename: str) -> None:
    if not 1 <= count <= MOST:
        raise DataError(f"{filename} holds {count:,} pictures; a lesson has 1 to {MOST:,}.")
