"""A CSV of series in long form: a row a step, with the series' name, the channels and its class.

series,time,x,y,label
a,0,0.1,0.2,up
a,1,0.3,0.1,up
b,0,0.0,0.4,down
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.names import composed, listed, shown
from dpn.series.found import ACCEPTED, Series, check_size, checked

SUFFIXES = (".csv", ".tsv")
#: What people call the columns.
_IDS = (
    *("series", "series_id", "seriesid", "id", "case", "case_id", "caseid", "sample", "sample_id"),
    *("sequence", "sequence_id", "recording", "recording_id", "instance", "trial", "unique_id"),
    *("measurement", "series_number", "group_id", "run", "name", "item_id"),
)
_TIMES = (
    *("time", "t", "step", "timestep", "time_step", "timestamp", "index", "frame", "position"),
    *("measurement_number", "seconds", "ms", "tick", "sec", "date", "datetime", "ds"),
)
_LABELS = (
    *("label", "class", "category", "target", "activity", "labels", "classlabel", "gesture"),
    *("class_label", "surface", "movement", "action"),
)
_PARTS = ("split", "part", "subset", "set")
_TRAINED = ("train", "training", "val", "valid", "validation", "dev")
#: Rows looked at to find out whether a table is of series.
_LOOKED_AT = 2_000


@dataclass(frozen=True)
class _Columns:
    """Where in a row what stands."""

    series: int
    time: int | None
    label: int | None
    part: int | None
    channels: tuple[int, ...]


def is_table_of_series(path: Path) -> bool:
    """Return whether a file is a table with a column that names series, and columns of numbers.

    A table of texts is none: none of its columns names several rows, and the texts are no numbers.
    """
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            lines = [line for line, _ in zip(file, range(_LOOKED_AT), strict=False)]
        rows = list(csv.reader(lines, delimiter=_mark(lines)))
    except (OSError, csv.Error):
        return False
    if len(rows) < 2 or len({len(row) for row in rows if row}) != 1:
        return False
    rows = [row for row in rows if row]
    columns = _find(rows[0], _words_in(rows))
    if columns is None:
        return False
    series = {row[columns.series] for row in rows[1:]}
    return 2 * len(series) < len(rows) and all(
        _is_number(row[i]) for row in rows[1:] for i in columns.channels
    )


def read_table(
    path: Path, channels: Sequence[str] | None = None, label: str | None = None
) -> Series:
    """Return the series of a CSV, in the order of their first rows, each by its time.

    Args:
        path: the file.
        channels: the columns that are read, where that is known; None for all that are left.
        label: the column of classes, where that is known.

    Raises:
        DataError: it cannot be read, has no such columns, lacks values, or a series has two
            classes.
    """
    check_size(path)
    name = shown(path.name)
    rows = _rows(path, name)
    names = [cell.strip() for cell in rows[0]]
    if channels is not None and not set(channels) & set(names):  # of a run that saw no names
        channels = None
    if channels is not None and (lost := [one for one in channels if one not in names]):
        raise DataError(
            f"{name} has no column {listed(lost)}; the run reads the channels {listed(channels)}."
        )
    if label is not None and label not in names:
        raise DataError(f"--label-column must be one of {listed(names)}, got {label!r}")
    words = _words_in(rows)
    columns = _find(names, words, channels, label)
    if columns is None:
        raise DataError(
            f"{name} must name its columns in the first row, one of them the series' ({_IDS[0]} or "
            f"{_IDS[3]}), and have columns of numbers; its columns are {listed(names)}. {ACCEPTED}"
        )
    found = _by_series(rows, names, columns, name)
    kept = {columns.series, columns.time, columns.label, columns.part, *columns.channels}
    left = [names[i] for i in sorted(words - kept) if channels is None]
    notes = (f"{name}: of words, so left out: {listed(left)}.",) if left else ()
    return replace(found, notes=notes)


def _words_in(rows: Sequence[Sequence[str]]) -> set[int]:
    """Return the columns whose first cell below the names is a word."""
    return {i for i, cell in enumerate(rows[1]) if not _is_number(cell)}


def _rows(path: Path, name: str) -> list[list[str]]:
    try:
        words = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8; save it so, in an editor or with iconv.") from error
    try:
        lines = words.splitlines()
        mark = _mark(lines)
        rows = [row for row in csv.reader(io.StringIO(words, newline=""), delimiter=mark) if row]
    except csv.Error as error:
        raise DataError(f"{name} is no CSV ({error}).") from error
    if len(rows) < 2:
        raise DataError(f"{name} holds no rows. {ACCEPTED}")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise DataError(
                f"{name}, row {number:,}: {len(row)} cells, and the first row has {len(rows[0])}."
            )
    return rows


def _mark(lines: Sequence[str]) -> str:
    """Return what parts the cells."""
    first = lines[0] if lines else ""
    return max(",\t;", key=first.count)


def _find(
    names: Sequence[str],
    words: set[int],
    channels: Sequence[str] | None = None,
    said: str | None = None,
) -> _Columns | None:
    """Return where what stands; None where no column names the series, or no channel is left.

    The only column of ``words`` whose name tells nothing is taken for the classes if no other is.
    """
    plain = [name.strip().lower().replace(" ", "_") for name in names]

    def usual(wanted: Sequence[str]) -> int | None:
        return next((plain.index(one) for one in wanted if one in plain), None)

    series = usual(_IDS)
    if series is None:
        return None
    time, label, part = usual(_TIMES), usual(_LABELS), usual(_PARTS)
    if label is None and "y" in plain and "x" not in plain:  # beside x it is a channel
        label = plain.index("y")
    others = sorted(words - {series, time, part})
    if label is None and len(others) == 1:
        label = others[0]
    if said is not None:
        label = list(names).index(said)
    if channels is None:
        free = (i for i in range(len(names)) if i not in (series, time, label, part, *others))
        found = tuple(i for i in free if plain[i] not in ("", "row_id"))
    else:
        stripped = [name.strip() for name in names]
        found = tuple(stripped.index(one) for one in channels)
    return _Columns(series, time, label, part, found) if found else None


def _by_series(rows: list[list[str]], names: list[str], columns: _Columns, file: str) -> Series:
    of: dict[str, list[int]] = {}
    for number, row in enumerate(rows[1:], start=1):
        of.setdefault(row[columns.series].strip(), []).append(number)
    numbers = np.array(
        [
            [_number(row[i], names[i], n, file) for i in columns.channels]
            for n, row in _numbered(rows)
        ]
    )
    values: list[NDArray[np.float64]] = []
    labels: list[str] = []
    parts: list[str] = []
    for series, places in of.items():
        if (time := columns.time) is not None:
            places.sort(key=lambda n: _in_time(rows[n][time]))
        values.append(numbers[np.array(places) - 1])
        for column, into in ((columns.label, labels), (columns.part, parts)):
            said = {rows[n][column].strip() for n in places} if column is not None else {""}
            if len(said) > 1:
                raise DataError(
                    f"{file}: the rows of series {shown(series)!r} say {listed(sorted(said))} in "
                    f"column {names[column or 0]!r}; one is accepted. If series of several files "
                    "share their names, number them all."
                )
            into.append(composed(said.pop()))
    parted = ["train" if not one or one.lower() in _TRAINED else "test" for one in parts]
    channels = tuple(names[i] for i in columns.channels)
    return Series(checked(values, file), labels, parted, channels)


def _numbered(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    return list(enumerate(rows[1:], start=2))


def _number(cell: str, column: str, row: int, file: str) -> float:
    if not cell.strip():
        raise DataError(
            f"{file}, row {row:,}: column {column!r} lacks a value. Missing values are not read: "
            "fill them in, for example with the value before."
        )
    try:
        return float(cell)
    except ValueError:
        raise DataError(
            f"{file}, row {row:,}: column {column!r} holds {shown(cell)!r}, which is no number."
        ) from None


def _is_number(cell: str) -> bool:
    try:
        float(cell or "0")
    except ValueError:
        return False
    return True


def _in_time(cell: str) -> tuple[float, str]:
    """Return what steps are ordered by: numbers, or dates as they are written, year first."""
    return (float(cell), "") if _is_number(cell) and cell.strip() else (0.0, cell)
