"""One series as a table of its own, a row a step: as apps of sensors export a recording.

"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)"
0.000,0.12,9.81
0.010,0.15,9.79

The columns may have no names. A column of times parts nothing and is left out: the rows are put in
its order, but where a clock runs on past midnight. So are columns of words, and those that number
the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.files.columns import usual
from dpn.files.times import are_clocks, runs_on, times_in
from dpn.names import listed
from dpn.series.cells import (
    Table,
    all_rows,
    first_rows,
    leave_out_cut,
    numbered,
    numbers_of,
    plain,
    widths,
)
from dpn.series.long.columns import IDS, LABELS
from dpn.series.long.when import CLOCKS, COUNTS, MEASURED, TIMES, are_whole, has_word

SUFFIXES = (".csv", ".tsv", ".txt")
#: Of the cells of a channel so many are numbers, at the least; the others are slips, and named.
NUMBERS = 0.9
#: Names of a column of times that are no words: T (°C) is a channel.
SHORT = ("t", "t_s", "t_ms")
#: Words of a time that stand beside others: epoch (ms), and not Step length or T (degC).
UNITS = ("ms", "sec", "date", "tick", "timestep", "ds")
#: Share of a step that a column without a name may be off by and still be one of times.
EVEN = 1e-3


@dataclass(frozen=True)
class Recording:
    """The channels of a recording: their names, and its steps (n, C) in the order of time.

    ``time`` is the name of the column of times, "" where there is none; ``was_cut`` is whether a
    last row was left out that is cut off.
    """

    channels: tuple[str, ...]
    values: NDArray[np.float64]
    time: str = ""
    was_cut: bool = False


def is_recording(path: Path) -> bool:
    """Return whether a file may be one: a table of numbers that names no series."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    table = first_rows(path)
    if table is None:
        return False
    leave_out_cut(table)
    if len(table.rows) < 2 or len(widths(table.rows)) != 1:
        return False
    names, rows = _named(table)
    if usual([plain(name) for name in names], IDS) is not None:
        return False
    return len(rows) > 1 and bool(_channels(table, names, rows)[0])


def is_of_numbers(path: Path) -> bool:
    """Return whether a file is a table of nothing but numbers below its names."""
    if not is_recording(path) or (table := first_rows(path)) is None:
        return False
    return all(map(table.is_number, (cell for row in _named(table)[1] for cell in row)))


def read_recording(path: Path, called: str, channels: Sequence[str] | None = None) -> Recording:
    """Return the recording in a file.

    Args:
        path: the file.
        called: what it is called in a sentence.
        channels: the columns that are read, where that is known.

    Raises:
        DataError: it cannot be read, lacks a channel, or one of its cells is no number.
    """
    table = all_rows(path)
    was_cut = leave_out_cut(table)
    if len(found := widths(table.rows)) != 1:
        many = listed(sorted(found))
        raise DataError(f"{called}: its rows must all have as many cells, got {many}.")
    names, rows = _named(table)
    taken, time = _channels(table, names, rows)
    if channels is not None:
        if lost := [name for name in channels if name not in names]:
            raise DataError(
                f"{called} has no column {listed(lost)}: its columns are {listed(names)}. The "
                f"channels must be the same everywhere: {listed(channels)}."
            )
        taken = [names.index(name) for name in channels]
    if not taken:
        raise DataError(f"{called} has no column of numbers beside time.")
    first = 1 + len(table.rows) - len(rows)
    values = numbers_of(table, rows, taken, names, first, called)
    if time is not None:
        times = numbers_of(table, rows, [time], names, first, called)[:, 0]
        values = values[times.argsort(kind="stable")]
    elif (time := _written_time(table, names, rows)) is not None:
        times, _ = times_in(cells := [row[time] for row in rows])
        if not (are_clocks(cells) and runs_on(times)):
            values = values[times.argsort(kind="stable")]
    kept = tuple(names[i] for i in taken)
    return Recording(kept, values, "" if time is None else names[time], was_cut)


def read_of_run(path: Path, called: str, channels: Sequence[str] | None) -> Recording:
    """Return a recording by the channels of a run; all are read where it saw no names of them."""
    one = read_recording(path, called)
    if channels is None or not {*channels} & {*one.channels}:
        return one
    return read_recording(path, called, channels)


def _named(table: Table) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns, made up where there are none, and the rows below."""
    first = table.rows[0]
    if not all(table.is_number(cell) for cell in first):
        return numbered(first), table.rows[1:]
    return [f"channel {i + 1}" for i in range(len(first))], table.rows


def _channels(
    table: Table, names: list[str], rows: list[list[str]]
) -> tuple[list[int], int | None]:
    """Return the columns of channels, and the one of times, None where there is none."""
    numbers = {}
    for i, name in enumerate(names):
        cells = [table.number(row[i]) for row in rows]
        there = [value for value in cells if value is not None]
        if len(there) < NUMBERS * len(cells) or all(value != value for value in there):
            continue
        if plain(name) not in (*COUNTS, *LABELS):
            numbers[i] = there
    times = [i for i, values in numbers.items() if _are_times(values, plain(names[i]), i)]
    if rows is table.rows and len(numbers) > 1 and _is_even(numbers.get(0, [])):
        times = [0]
    return [i for i in numbers if i not in times], times[0] if times else None


def _are_times(values: Sequence[float], called: str, place: int) -> bool:
    """Return whether numbers are times, by the plain name of their column.

    In whatever order the rows stand those that are called just so, or in the first column; a word
    among others may be of something that is measured, as Step length or Position x.
    """
    is_usual = called in (*TIMES, *SHORT) and (called not in MEASURED or are_whole(values))
    if called in CLOCKS or (place == 0 and (is_usual or has_word(called, CLOCKS))):
        return True
    if is_usual or has_word(called, (*CLOCKS, *UNITS)):
        return all(a <= b for a, b in pairwise(values))
    return has_word(called, TIMES) and _is_even(values)


def _written_time(table: Table, names: list[str], rows: list[list[str]]) -> int | None:
    """Return the column of dates or clocks that is called a time; None where there is none."""
    for i, name in enumerate(names):
        if table.is_number(rows[0][i]) or not has_word(plain(name), (*CLOCKS, *TIMES)):
            continue
        if not np.isnan(times_in([row[i] for row in rows])[0]).any():
            return i
    return None


def _is_even(values: Sequence[float]) -> bool:
    """Return whether numbers grow by equal steps."""
    steps = np.diff(values)
    return len(steps) > 1 and steps.min() > 0 and bool(np.ptp(steps) < EVEN * steps.max())
