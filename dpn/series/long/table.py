"""A CSV of series in long form: a row a step, with the series' name, the channels and its class.

series,time,x,y,label
a,0,0.1,0.2,up
a,1,0.3,0.1,up
b,0,0.0,0.4,down

A row may also hold one value, with its channel in a column (``wide.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.files.folders import PARTS
from dpn.files.prose import is_prose
from dpn.keeping import UnclearColumns
from dpn.names import composed, listed, shown, tally
from dpn.series.cells import (
    Table,
    all_rows,
    first_rows,
    leave_out_cut,
    numbered,
    numbers_of,
    plain,
    whole_rows,
)
from dpn.series.found import ACCEPTED, Series, checked, taken_for
from dpn.series.long.columns import IDS, Columns, classes_able, constant, find, words_in
from dpn.series.long.keys import named_apart
from dpn.series.long.steps import times_of
from dpn.series.long.when import TIMES
from dpn.series.long.wide import long_columns, widened

SUFFIXES = (".csv", ".tsv", ".txt")
#: Of the cells of channels so many are numbers, at the least; the others are slips, and named.
NUMBERS = 0.9


def is_table_of_series(path: Path) -> bool:
    """Return whether a file is a table with a column that names series, and columns of numbers.

    A table with a column of texts is none, whatever else stands beside them.
    """
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    table = first_rows(path)
    if table is None or not table.rows or (table := whole_rows(table)) is None:
        return False
    if (long := long_columns(table)) is not None:
        table = widened(table, long)
    columns = find(table)
    if columns is None:
        return False
    rows = table.rows[1:]
    if any(is_prose([row[i] for row in rows]) for i in words_in(table)):
        return False
    series = {row[columns.series] for row in rows}
    cells = [table.is_number(row[i]) for row in rows for i in columns.channels]
    return 2 * len(series) <= len(rows) and sum(cells) >= NUMBERS * len(cells)


def read_table(
    path: Path, channels: Sequence[str] | None = None, label: str | None = None
) -> Series:
    """Return the series of a CSV, in the order of their first rows, each by its time.

    Args:
        path: the file.
        channels: the columns that are read, where that is known; None for all that are left.
        label: the column of classes, where that is known.

    Raises:
        DataError: it cannot be read, has no such columns, a cell is no number, or a series has two
            classes.
    """
    name = shown(path.name)
    table = all_rows(path)
    cut = (f"{name}: the last row is cut off, so left out.",) if leave_out_cut(table) else ()
    rows = table.rows
    if len(rows) < 2:
        raise DataError(f"{name} holds one row only, and no series. {ACCEPTED}")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise DataError(
                f"{name}, row {number:,}: {tally(len(row), 'cell')}, and the first row has "
                f"{len(rows[0])}. Give each row as many, or leave that one out."
            )
    rows[0] = numbered(rows[0])
    table, apart = _rows_of_steps(table, label, name)
    names = table.rows[0]
    asked, is_of_run = channels, channels is not None  # whose classes are known
    if channels is not None and not set(channels) & set(names):  # of a run that saw no names
        channels = None
    if channels is not None and (lost := [one for one in channels if one not in names]):
        raise DataError(
            f"{name} has no column {listed(lost)}; the run reads the channels {listed(channels)}."
        )
    is_unlabelled = label is not None and label not in names
    if is_unlabelled and not is_of_run:
        raise DataError(f"--label-column must be one of {listed(names)}, got {label!r}")
    columns = find(table, channels, None if is_unlabelled else label)
    if columns is not None and is_unlabelled:
        columns = replace(columns, label=None)
    if columns is not None and columns.label is None and not is_of_run:
        able = [names[i] for i in classes_able(table, columns)]
        if len(able) > 1:
            raise UnclearColumns(
                f"It is not clear which column of {name} holds the classes: {listed(able)} could. "
                "Say it with --label-column NAME.",
                able,
                of_texts=False,
            )
    if columns is None:
        raise DataError(
            f"{name} must name its columns in the first row, one of them the series' ({IDS[0]} or "
            f"{IDS[3]}), and have columns of numbers; its columns are {listed(names)}. "
            f"Number the recordings in a column called {IDS[0]}. {ACCEPTED}"
        )
    alike: list[str] = []
    if not is_of_run:  # which reads all there are, where it saw no names
        still = constant(table.rows[1:], columns.series)
        moving = tuple(i for i in columns.channels if i not in still) or columns.channels
        alike = [names[i] for i in columns.channels if i not in moving]
        columns = replace(columns, channels=moving)
    found = _by_series(table, columns, name)
    kept = {*columns.of_rows, *columns.channels}
    in_words = [names[i] for i in sorted(words_in(table) - kept) if channels is None]
    left = ((in_words, "of words"), (alike, "alike within each series"))
    notes = [f"{name}: {why}, so left out: {listed(what)}." for what, why in left if what]
    if is_of_run:
        notes += taken_for(asked, found.channels, name)
    if columns.time is not None and plain(names[columns.time]) not in TIMES:
        notes.append(f"Column {shown(names[columns.time])} was taken for the time.")
    return replace(found, notes=(*cut, *apart, *found.notes, *notes))


def _rows_of_steps(table: Table, label: str | None, file: str) -> tuple[Table, tuple[str, ...]]:
    """Return a table with a row a step, in which a name is one series', and what was assumed."""
    names = table.rows[0]
    said = names.index(label) if label in names else None
    at = long_columns(table) or find(table)
    lost = 0 if at is None else sum(not row[at.series] for row in table.rows[1:])
    if at is not None and 0 < lost < len(table.rows) - 1:
        kept = table.with_rows([names, *(row for row in table.rows[1:] if row[at.series])])
        said_of = (
            f"{file}: left out {lost:,} of {len(table.rows) - 1:,} rows, which name no series."
        )
        steps, notes = _rows_of_steps(kept, label, file)
        return steps, (said_of, *notes)
    if (long := long_columns(table)) is not None:
        numbers_of(table, table.rows[1:], [long.value], names, 2, file)
        when = () if long.time is None else (long.channel, long.time)
        table, notes = named_apart(table, long.series, when, said, file)
        again = long_columns(table)
        assert again is not None
        return widened(table, again), notes
    if (columns := find(table)) is None:
        return table, ()
    said = columns.label if said is None else said
    return named_apart(table, columns.series, (columns.day, columns.time), said, file)


def _by_series(table: Table, columns: Columns, file: str) -> Series:
    rows, names = table.rows, table.rows[0]
    of: dict[str, list[int]] = {}
    for number, row in enumerate(rows[1:], start=1):
        of.setdefault(row[columns.series], []).append(number)
    numbers = numbers_of(table, rows[1:], columns.channels, names, 2, file)
    values: list[NDArray[np.float64]] = []
    labels: list[str] = []
    parts: list[str] = []
    times, said_of_time = times_of(table, columns, file)
    for series, places in of.items():
        if times is not None:
            places.sort(key=lambda n: float(times[n - 1]))
        values.append(numbers[np.array(places) - 1])
        for column, into in ((columns.label, labels), (columns.part, parts)):
            said = {rows[n][column] for n in places} if column is not None else {""}
            said = {cell for cell in said if cell} or {""}  # some say it in the first row alone
            if len(said) > 1:
                raise DataError(
                    f"{file}: the rows of series {shown(series)!r} say {listed(sorted(said))} in "
                    f"column {names[column or 0]!r}; one is accepted. If series of several files "
                    "share their names, number them all."
                )
            into.append(composed(said.pop()))
    if all(re.fullmatch(r"-?\d+\.0", one) for one in labels if one):  # where one is missing
        labels = [one.removesuffix(".0") for one in labels]
    parted = [PARTS[one.lower()] if one else "train" for one in parts]
    channels = tuple(names[i] for i in columns.channels)
    whole, notes = checked(values, file)
    return Series(whole, labels, parted, channels, (*table.notes, *said_of_time, *notes))
