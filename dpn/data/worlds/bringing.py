"""A file or folder of what is no picture -> a set in the data folder, whatever world it is of."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path

from dpn.data.worlds import choosing
from dpn.errors import DataError
from dpn.files.archives import unpack
from dpn.files.folders import is_of_pictures
from dpn.items import sets as lists
from dpn.keeping import name_for
from dpn.names import listed, shown
from dpn.series import sets as series
from dpn.series.reading import is_of_numbers, is_of_series
from dpn.texts import sets as texts

#: Endings of files that may hold texts, series or lists.
ACCEPTED = (*choosing.ACCEPTED, ".zip")


def bring(
    path: Path,
    data_dir: Path,
    text: str | None = None,
    label: str | None = None,
    called: str | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Read it and keep it in the data folder; return the set's name there, and notes.

    Args:
        path: a file; a folder of a training and a test file, or of class folders; or a zip of one
            of these.
        data_dir: the data folder; made where it is not there.
        text: of a file of texts the name of the column with them, where it is not clear.
        label: likewise that of the classes, also of series.
        called: what whoever brings it calls it; None for its path.

    Raises:
        DataError: it cannot be read, or the data folder cannot be written.
    """
    called = called or str(path)
    if path.suffix.lower() == ".zip" and path.is_file():
        with tempfile.TemporaryDirectory() as folder:
            inside = unpack(path, Path(folder) / name_for(path, "texts"))
            return _bring(inside, called, data_dir, text, label)
    return _bring(path, called, data_dir, text, label)


def _bring(
    path: Path, called: str, data_dir: Path, text: str | None, label: str | None
) -> tuple[str, tuple[str, ...]]:
    if path.is_dir() and is_of_pictures(path):
        raise _no_pictures(path, called)
    if not path.is_dir():
        world = choosing.world_of(path, text, label)
        return _bring_file(path, called, world, data_dir, text, label)
    if is_of_series(path):
        return series.bring(path, data_dir, label)
    world, files = choosing.candidates(path, text, label)
    if (found := texts.bring_folders(path, data_dir, text, label)) is not None:
        return found
    file = choosing.one_of(path, world, files, text, label)
    name, notes = _bring_file(file, called, world, data_dir, text, label)
    if len(files) > 1:
        notes = (*notes, f"Read was {shown(file.name)}, of {listed([f.name for f in files], 8)}.")
    return name, notes


def _bring_file(
    path: Path, called: str, world: str, data_dir: Path, text: str | None, label: str | None
) -> tuple[str, tuple[str, ...]]:
    if world == "list":
        return lists.bring(path, data_dir)
    if world == "series":
        return series.bring(path, data_dir, label)
    if world == "picture":
        raise _no_pictures(path, called)
    if text is None and path.is_file() and is_of_numbers(path):
        raise DataError(
            f"{shown(path.name)} holds numbers only: one series, and no class. Put series into a "
            "folder for each class (walk/1.csv, run/1.csv), and bring the folder, on the page as a "
            "zip."
        )
    return texts.bring(path, data_dir, text, label)


def _no_pictures(path: Path, called: str) -> DataError:
    is_array = path.suffix.lower() == ".npz"
    return DataError(
        f"{shown(Path(called).name or called)} looks like pictures: on the page drop it under "
        f"Files; on the command line `python -m dpn datasets add {shlex.quote(called)}`, and train "
        "on its name." + (" As series x must hold floats." if is_array else "")
    )
