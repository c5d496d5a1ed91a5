"""A lesson as a file: an npz in Keras' layout, or a zip of pictures in folders named as classes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn.data.npz import peek_npz, read_npz
from dpn.errors import DataError, ImageError
from dpn.files.archives import name_of, open_zip, unpacked
from dpn.names import as_folder, is_class_name, of_folder, shown
from dpn.pictures.decode import decode
from dpn.pictures.folders import classes_of, left_out, no_class, parts_of, sort_out

#: A lesson holds at most this many pictures; a picture in a zip, and all of them, take at most so
#: many bytes unpacked.
MOST, MOST_BYTES, MOST_IN_ALL = 1_000, 5 * 2**20, 200 * 2**20
#: In the comment of an archive it tells that its folders are classes, whatever they are called.
_OURS = b"dpn lesson"
#: One image in so many of each class is kept for testing, when the npz serves as a data set.
TEST_EVERY = 5

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture of a lesson and the class it shows.

    Either ``file``, the bytes of an image file still to be prepared, or ``image`` (C, H, W) uint8,
    as a model takes it. ``kind`` and ``dark_on_light`` say how to read the file; see
    ``dpn.pictures.prepare.prepare``. ``called`` is what the person calls the file.
    """

    name: str
    file: bytes = b""
    image: Pixels | None = None
    kind: str = "drawing"
    dark_on_light: bool | None = None
    called: str = "the picture"


class Pictures(list[Picture]):
    """The pictures of a lesson, and sentences about what was left out or assumed."""

    def __init__(self, pictures: Iterable[Picture], notes: Iterable[str]) -> None:
        super().__init__(pictures)
        self.notes = tuple(notes)


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
            archive.writestr(f"{as_folder(name)}/{index:04d}.png", data)
        archive.comment = _OURS
    return out.getvalue()


def read_lesson(data: bytes, filename: str) -> Pictures:
    """Read what ``to_npz`` or ``to_zip`` wrote, or anything like it, without trusting it.

    A picture in a zip that cannot be used is left out, and what systems hide is passed over; the
    notes count both.

    Raises:
        DataError: neither of them, damaged, too large, or without any picture that can be used.
    """
    filename = shown(filename)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise DataError(f"{filename} is no lesson; accepted are .npz and .zip files.")
    try:
        with open_zip(io.BytesIO(data)) as archive:
            members = {
                parts_of(name_of(info)): info for info in archive.infolist() if not info.is_dir()
            }
            is_ours = archive.comment == _OURS
            pictures, notes = ([*members], []) if is_ours else sort_out(members)
            if not pictures and any(path[0].endswith(".npy") for path in members if path):
                return _from_npz(data, filename)
            _check_count(len(pictures), filename)
            return _from_zip(archive, {path: members[path] for path in pictures}, notes)
    except DataError as error:
        said = str(error)
        raise DataError(said if filename in said else f"{filename}: {said}") from error
    except Exception as error:  # on damaged input zipfile and what unpacks raise a dozen types
        why = shown(str(error), "unreadable")
        raise DataError(f"{filename} is damaged ({why}); save the lesson again.") from error


def _from_npz(data: bytes, filename: str) -> Pictures:
    shapes = peek_npz(_Upload(data, filename), few=True)
    _check_count(shapes.train + shapes.test, filename)  # before memory is taken
    arrays = read_npz(_Upload(data, filename), few=True)
    images, labels = arrays.x_train, arrays.y_train
    if not is_its_own_test([images, arrays.x_test]):
        images = np.concatenate([images, arrays.x_test])
        labels = np.concatenate([labels, arrays.y_test])
    pictures = (
        Picture(arrays.class_names[label], image=image)
        for image, label in zip(images, labels, strict=True)
    )
    return Pictures(pictures, arrays.notes)


def is_its_own_test(parts: Sequence[npt.NDArray[Any]]) -> bool:
    """Return whether the parts of a lesson (N, …) are one picture twice, as one alone is saved."""
    return [len(part) for part in parts] == [1, 1] and np.array_equal(parts[0], parts[1])


def _from_zip(
    archive: zipfile.ZipFile, members: dict[tuple[str, ...], zipfile.ZipInfo], notes: list[str]
) -> Pictures:
    sizes = [info.file_size for info in members.values()]
    if sum(size for size in sizes if size <= MOST_BYTES) > MOST_IN_ALL:
        raise DataError(
            f"it unpacks to more than {MOST_IN_ALL / 2**20:.0f} MB. Make its pictures smaller, or "
            "take fewer."
        )
    paths, assumed = list(members), list[str]()
    classes: list[str | None] = [of_folder(path[-2]) if len(path) > 1 else None for path in paths]
    if archive.comment != _OURS:
        classes, assumed = classes_of(paths)
    pictures, problems = [], []
    for path, name in zip(paths, classes, strict=True):
        called = shown("/".join(path))
        try:
            if name is None or not is_class_name(name):
                raise DataError(no_class())
            file = unpacked(archive, members[path], MOST_BYTES)
            decode(file, called)  # refused now and not when it is taught
        except (DataError, ImageError) as error:
            said = str(error)
            problems.append(said if said.startswith(called) else f"{called}: {said}")
        else:
            pictures.append(Picture(name, file=file, called=called))
    if not pictures:
        raise DataError(f"no picture in it can be used. {' '.join(left_out(problems, len(paths)))}")
    return Pictures(pictures, (*notes, *assumed, *left_out(problems, len(paths))))


def _check_count(count: int, filename: str) -> None:
    if not 1 <= count <= MOST:
        raise DataError(f"{filename} holds {count:,} pictures; a lesson has 1 to {MOST:,}.")
