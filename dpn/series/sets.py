"""The sets of series: embedded, kept in the data folder, or a file that somebody names."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.keeping import classes_of, keep, name_for, parts_beside
from dpn.names import listed, shown
from dpn.series.found import Series, Values
from dpn.series.making import movements
from dpn.series.pen import digits
from dpn.series.reading import read_series

#: The embedded sets, and what makes each.
EMBEDDED: dict[str, Callable[[], Series]] = {"movements": movements, "strokes": digits}
#: A set that was read is kept under this ending: an npz of our own.
SUFFIX = ".series"
#: Endings of files that may hold series.
ACCEPTED = (".ts", ".arff", ".npz", ".csv", ".tsv", ".txt")
#: The file in a run's folder that holds the names of the channels.
FILE = "channels.json"


@dataclass(frozen=True)
class SeriesSet:
    """Series in parts, with their classes as numbers.

    Attributes:
        train, test: arrays (n, C); those of ``test`` may be none.
        y_train, y_test: int64, 0..K-1.
        class_names: K names, in order.
        channels: C names.
        notes: what was assumed.
    """

    train: list[Values]
    y_train: NDArray[np.int64]
    test: list[Values]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]
    channels: tuple[str, ...]
    notes: tuple[str, ...] = ()


def together(series: Sequence[Values]) -> Values:
    """Return series (n, C) of different lengths as one array (N, n, C), NaN behind each."""
    found = np.full((len(series), max(map(len, series)), series[0].shape[1]), np.nan, np.float32)
    for row, values in zip(found, series, strict=True):
        row[: len(values)] = values
    return found


def path_of(name: str, data_dir: Path) -> Path:
    """Return the file of a set, which need not be there."""
    return data_dir / f"{name}{SUFFIX}"


def is_set(name: str, data_dir: Path) -> bool:
    """Return whether there is a set of series of this name."""
    return name in EMBEDDED or os.path.isfile(path_of(name, data_dir))


def names_of_sets(data_dir: Path) -> list[str]:
    """Return the names of all sets, the embedded ones first."""
    own = sorted(path.name.removesuffix(SUFFIX) for path in data_dir.glob(f"*{SUFFIX}"))
    return [*EMBEDDED, *(name for name in own if name not in EMBEDDED)]


def read_set(name: str, data_dir: Path) -> SeriesSet:
    """Return a set of series.

    Raises:
        DataError: its file cannot be read, or holds fewer than two classes.
    """
    if name in EMBEDDED:
        return _in_parts(EMBEDDED[name](), name)
    path = path_of(name, data_dir)
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            ends = np.cumsum(file["lengths"])[:-1]
            found = Series(
                np.split(file["values"], ends),
                file["labels"].tolist(),
                file["parts"].tolist(),
                tuple(file["channels"].tolist()),
            )
    except Exception as error:  # on damaged input zip and npy raise a dozen types
        raise DataError(f"{path} is damaged ({error}); bring the set again.") from error
    return _in_parts(found, name)


def bring(path: Path, data_dir: Path, label: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Read a file of series and keep it in the data folder; return the set's name, and notes.

    A file called "…_TRAIN" is read together with its neighbours "…_TEST" and "…_VAL" or "…_DEV",
    but for one that names none of its classes; of a folder a series a
    file of a folder for each class. ``label`` is the column of classes of a table. A set of the
    same name that holds something else is not touched: the new one gets a number.

    Raises:
        DataError: it cannot be read, or the data folder cannot be written.
    """
    read = read_series(path, label=label)
    if "test" not in read.parts:
        for beside, part, use in parts_beside(path):
            other = read_series(beside, read.channels, label)
            read = _joined(read, other, (path.name, beside.name), part, use)
    read = _with_classes(read, shown(path.name))
    stem = name_for(path, "series")
    _in_parts(read, stem)  # says what is wrong before anything is kept
    content = BytesIO()
    np.savez(
        content,
        values=np.concatenate(read.values),
        lengths=np.array([len(one) for one in read.values], np.int64),
        labels=np.array(read.labels, np.str_),
        parts=np.array(read.parts, np.str_),
        channels=np.array(read.channels, np.str_),
    )
    return keep(content.getvalue(), stem, data_dir, SUFFIX), read.notes


def _with_classes(read: Series, file: str) -> Series:
    """Return the series that have a class; all of them where none has."""
    kept = [i for i, label in enumerate(read.labels) if label]
    if not kept or len(kept) == len(read.labels):
        return read
    left = len(read.labels) - len(kept)
    said = f"{file}: left out {left:,} of {len(read.labels):,} series, without a class."
    return replace(
        read,
        values=[read.values[i] for i in kept],
        labels=[read.labels[i] for i in kept],
        parts=[read.parts[i] for i in kept],
        notes=(*read.notes, said),
    )


def _joined(read: Series, other: Series, names: tuple[str, str], part: str, use: str) -> Series:
    """Return series with those of a file beside theirs, if it names classes of theirs."""
    name, beside = map(shown, names)
    if {*other.labels}.isdisjoint(read.labels):  # as of a competition, which keeps the answers
        said = f"{beside} is left out: it names no class of {name}."
        return replace(read, notes=(*read.notes, said))
    if read.values[0].shape[1] != other.values[0].shape[1]:
        raise DataError(
            f"{beside} must have the channels of {name}: {read.values[0].shape[1]:,}, got "
            f"{other.values[0].shape[1]:,}."
        )
    return Series(
        [*read.values, *other.values],
        [*read.labels, *other.labels],
        [*read.parts, *[part] * len(other.values)],
        read.channels,
        (*read.notes, *other.notes, f"{beside} {use}."),
    )


def _in_parts(read: Series, name: str) -> SeriesSet:
    """Return the series by their parts, with classes as numbers.

    Raises:
        DataError: there are too few or too many classes, or one has no proper name.
    """
    if not all(read.labels):
        raise DataError(
            f"{shown(name)} has no classes to learn: a .ts file names them with @classLabel, an "
            "npz has y, a CSV has a column called label."
        )
    names = classes_of(read.labels, name)
    number = {one: i for i, one in enumerate(names)}
    labels = np.array([number[label] for label in read.labels], np.int64)
    train, test = (
        [i for i, of in enumerate(read.parts) if of == part] for part in ("train", "test")
    )
    counts = Counter(labels[train].tolist())
    if max(counts.values(), default=0) < 2:
        raise DataError(f"{shown(name)} has no class with two series to train on; bring more.")
    notes = read.notes
    if unseen := [one for one in names if number[one] not in counts]:
        notes = (*notes, f"No series to train on has the class {listed(unseen)}.")
    return SeriesSet(
        [read.values[i] for i in train],
        labels[train],
        [read.values[i] for i in test],
        labels[test],
        names,
        read.channels,
        notes,
    )
