"""Data sets: loaded once, for all sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dpn.data.catalogue import DatasetInfo, dataset_info
from dpn.data.known import DATASETS
from dpn.data.npz import read_npz
from dpn.data.worlds.sequences import read_series_parts, read_text_parts
from dpn.errors import DataError
from dpn.items import sets as of_lists
from dpn.series import sets as of_series
from dpn.texts.sets import TextSet, path_of
from dpn.ui.sets import folder_of
from dpn.ui.shared import warm_up

if TYPE_CHECKING:
    from dpn.data.loading import Dataset

#: Files up to this size are read whole, in a second at most, before anything is trained on them.
QUICK_BYTES = 20 * 2**20
#: The share that validates, and its seed: of texts they decide which words have numbers.
HELD_OUT = (0.1, 0)


def dataset(name: str, held_out: tuple[float, int] = HELD_OUT) -> Dataset:
    """Return a data set that is on disk or embedded; it is in memory once, for all sessions.

    Raises:
        DataError: it is not here, or cannot be read.
    """
    return _dataset(name, str(folder_of(name)), changed(name), held_out)


def changed(name: str) -> int:
    """Return a number that changes whenever a data set's file does; 0 of one without."""
    folder = folder_of(name)
    return _changed(folder / f"{name}.npz", *_paths(name, folder))


def _paths(name: str, folder: Path) -> list[Path]:
    return [of(name, folder) for of in (path_of, of_series.path_of, of_lists.path_of)]


def _changed(*files: Path) -> int:
    return next((file.stat().st_mtime_ns for file in files if file.is_file()), 0)


@st.cache_resource(show_spinner=False, max_entries=4)
def _dataset(
    name: str,
    folder: str,
    changed: int,  # noqa: ARG001 - part of the key
    held_out: tuple[float, int],
) -> Dataset:
    from dpn.data.loading import load_dataset

    warm_up().wait()
    of, seed = held_out
    return load_dataset(name, Path(folder), validation_fraction=of, seed=seed, download=False)


def counted(info: DatasetInfo) -> DatasetInfo:
    """Return what is known of a set; of all but pictures also how many, and of how many classes.

    Raises:
        DataError: they cannot be read.
    """
    if info.world not in ("text", "series", "list"):
        return info
    folder = folder_of(info.name)
    return _counted(info.name, str(folder), _changed(*_paths(info.name, folder)))


@st.cache_resource(show_spinner=False, max_entries=64)
def _counted(name: str, folder: str, changed: int) -> DatasetInfo:  # noqa: ARG001 - part of the key
    return dataset_info(name, Path(folder))


def texts(name: str) -> TextSet:
    """Return a set of texts as they were written, in the order of ``dataset``; it is kept.

    Raises:
        DataError: they are not here, or cannot be read.
    """
    folder = folder_of(name)
    return _texts(name, str(folder), _changed(path_of(name, folder)))


@st.cache_resource(show_spinner=False, max_entries=4)
def _texts(name: str, folder: str, changed: int) -> TextSet:  # noqa: ARG001 - part of the key
    return read_text_parts(name, Path(folder))


def series(name: str) -> of_series.SeriesSet:
    """Return a set of series, each as long as it is, in the order of ``dataset``; it is kept.

    Raises:
        DataError: they are not here, or cannot be read.
    """
    folder = folder_of(name)
    return _series(name, str(folder), _changed(*_paths(name, folder)))


@st.cache_resource(show_spinner=False, max_entries=4)
def _series(name: str, folder: str, changed: int) -> of_series.SeriesSet:  # noqa: ARG001 - part of the key
    return read_series_parts(name, Path(folder))


def lists(name: str) -> of_lists.ListSet:
    """Return a set of lists of items, in the order of ``dataset``; it is kept.

    Raises:
        DataError: they are not here, or cannot be read.
    """
    folder = folder_of(name)
    return _lists(name, str(folder), _changed(*_paths(name, folder)))


@st.cache_resource(show_spinner=False, max_entries=4)
def _lists(name: str, folder: str, changed: int) -> of_lists.ListSet:  # noqa: ARG001 - part of the key
    return of_lists.read_set(name, Path(folder))


def data_notes(info: DatasetInfo) -> tuple[str, ...]:
    """Return what was assumed to read a data set of one's own; of a large one what headers tell.

    Raises:
        DataError: its numbers or labels cannot be used.
    """
    if info.source != "npz" or info.path is None or info.path.stat().st_size > QUICK_BYTES:
        return info.notes
    notes, problem = _data_notes(info.name, str(info.path), info.path.stat().st_mtime_ns)
    if problem:
        raise DataError(problem)
    return notes


@st.cache_resource(show_spinner=False, max_entries=64)
def _data_notes(
    name: str,
    path: str,
    changed: int,  # noqa: ARG001 - part of the key
) -> tuple[tuple[str, ...], str]:
    usual = DATASETS[name].class_names if name in DATASETS else ()
    try:
        return read_npz(Path(path), usual).notes, ""
    except DataError as error:
        return (), str(error)
