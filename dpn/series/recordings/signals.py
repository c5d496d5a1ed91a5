"""A folder with a table for each channel, a series a row, and the classes in a file beside them.

activity_labels.txt
train/y_train.txt  train/Inertial Signals/total_acc_x_train.txt  …
test/y_test.txt    test/Inertial Signals/total_acc_x_test.txt    …

So is the UCI's "Human Activity Recognition Using Smartphones" laid out. Its X_train.txt holds
features that were computed from these, and is not read.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.files.folders import PARTS
from dpn.names import composed, listed, shown, tally
from dpn.series.found import Series, check_size, checked

#: What the file of the names of the classes is called, "1 WALKING" in each line.
NAMES = "activity_labels.txt"


def is_of_signals(folder: Path) -> bool:
    """Return whether a folder, or one in it, is laid out so."""
    return bool(_parts(folder))


def read_signals(folder: Path) -> Series:
    """Return the series of a folder.

    Raises:
        DataError: a file cannot be read, or they do not fit each other.
    """
    values: list[NDArray[np.float64]] = []
    labels: list[str] = []
    parts: list[str] = []
    channels: tuple[str, ...] = ()
    for file, tables in _parts(folder):
        end = file.stem.removeprefix("y")
        here = tuple(table.stem.removesuffix(end) for table in tables)
        if channels and here != channels:
            raise DataError(
                f"{shown(folder.name)}: the channels must be the same in all parts, got "
                f"{listed(channels)} and {listed(here)}."
            )
        channels = here
        numbers = [f"{number:g}" for number in _table(file)[:, 0]]
        read = [_table(table) for table in tables]
        for table, one in zip(tables, read, strict=True):
            if one.shape != (len(numbers), read[0].shape[1]):
                raise DataError(
                    f"{shown(table.name)} must hold {tally(len(numbers), 'row')}, one for "
                    f"each of {file.name}, of {tally(read[0].shape[1], 'number')}; got "
                    f"{one.shape[0]:,} of "
                    f"{one.shape[1]:,}."
                )
        values += [*np.stack(read, axis=2)]
        names = _names(file)
        labels += [names.get(number, number) for number in numbers]
        parts += [PARTS[end.strip("_").lower()]] * len(numbers)
    found, notes = checked(values, shown(folder.name))
    return Series(found, labels, parts, channels, notes)


def _parts(folder: Path) -> list[tuple[Path, list[Path]]]:
    """Return each file of classes, and the tables of the channels in a folder beside it."""
    found = []
    for depth in ("", "*/", "*/*/"):
        for file in sorted(folder.glob(f"{depth}y_*.txt")):
            end = file.stem.removeprefix("y")
            tables = sorted(file.parent.glob(f"*/*{end}.txt"))
            if tables and end.strip("_").lower() in PARTS:
                found.append((file, tables))
    return found


def _names(file: Path) -> dict[str, str]:
    """Return the names of the classes by their numbers, where a file beside says them."""
    for folder in file.parents[:2]:
        if (path := folder / NAMES).is_file():
            lines = (
                line.split(None, 1) for line in path.read_text("utf-8", "replace").splitlines()
            )
            return {line[0]: composed(line[1].strip()) for line in lines if len(line) == 2}
    return {}


def _table(path: Path) -> NDArray[np.float64]:
    check_size(path)
    try:
        return np.loadtxt(path, np.float64, ndmin=2, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"{shown(path.name)} is no table of numbers ({error}).") from error
