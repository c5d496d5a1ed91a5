"""A table with a series a row, as the UCR archive's .tsv: its class, then its values in time.

1	-0.65	-0.64	-0.62
2	-1.12	-1.10	-1.07

The class may stand last, and a first row may name the columns: those of the values are then called
alike and numbered, as t0, t1, t2; of several channels x0, x1, …, y0, y1, …. What is missing at the
end of a row is the end of its series.
The archive's files once had no ending.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.names import composed, listed, shown
from dpn.series.cells import Table, all_rows, first_rows, plain
from dpn.series.found import Series, checked
from dpn.series.long.columns import LABELS

SUFFIXES = (".csv", ".tsv", ".txt", "")
#: Values of a series, at the least: a table of fewer columns holds measurements.
LEAST = 8
#: Share of a step that times which name columns may be off by.
EVEN = 0.05
_NUMBERED = re.compile(r"^(.*?)_?(\d+(?:\.\d+)?)$")
#: Sides of square pictures whose pixels stand in a row, and what those columns are called.
_SIDES, _PIXELS = (8, 16, 20, 28, 32, 64), ("pixel", "px", "pix")


@dataclass(frozen=True)
class _Layout:
    """Whether the first row names the columns; which one is the class, and which the values.

    The values stand channel by channel, as many of each.
    """

    has_names: bool
    label: int | None
    values: tuple[int, ...]
    channels: tuple[str, ...] = ("value",)


def is_table_of_rows(path: Path) -> bool:
    """Return whether a file holds a series a row, and no picture a row."""
    layout = _layout_of(path)
    return layout is not None and not layout[1]


def is_table_of_pixels(path: Path) -> bool:
    """Return whether a file holds the pixels of a square picture in each row."""
    layout = _layout_of(path)
    return layout is not None and layout[1]


def _layout_of(path: Path) -> tuple[_Layout, bool] | None:
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return None
    table = first_rows(path)
    found = _find(table) if table else None
    return None if table is None or found is None else (found, _are_pixels(table, found))


def read_rows(path: Path, label: str | None = None, *, may_lack: bool = False) -> Series:
    """Return the series of a table with one a row; without classes in it the labels are "".

    Args:
        path: the file.
        label: the column of classes, where that is known and the columns have names.
        may_lack: whether there may be no such column.

    Raises:
        DataError: it cannot be read, has no such column, or a cell is no number.
    """
    name = shown(path.name)
    table = all_rows(path)
    layout = _find(table, label)
    if label is not None and layout is not None and layout.label is None and not may_lack:
        raise DataError(f"--label-column must be one of {listed(table.rows[0])}, got {label!r}")
    if layout is None:
        raise DataError(
            f"{name} must hold a series a row: its class, and {LEAST} values or more behind it or "
            "before it."
        )
    rows = table.rows[layout.has_names :]
    values = [_values(table, row, layout, number, name) for number, row in enumerate(rows, 1)]
    at = layout.label
    labels = [composed(_whole(row[at])) if at is not None else "" for row in rows]
    found, notes = checked(values, name)
    notes = (*table.notes, *notes)
    names = table.rows[0] if layout.has_names else []
    left = [one for i, one in enumerate(names) if one and i != at and i not in layout.values]
    if left:
        notes = (*notes, f"{name}: no part of the series, so left out: {listed(left)}.")
    if at is not None and (not names or table.is_number(names[at])):
        where = "last" if at > layout.values[0] else "first"
        notes = (
            *notes,
            f"{name} has no names of columns: the {where} one was taken for the class.",
        )
    return Series(found, labels, ["train"] * len(found), layout.channels, notes)


def _find(table: Table, said: str | None = None) -> _Layout | None:
    """Return the layout; None of another table."""
    if len(table.rows) < 2:
        return None
    first, others = table.rows[0], table.rows[1:]
    words = [i for i, cell in enumerate(first) if not table.is_number(cell)]
    numbers = [table.number(cell) for cell in first if cell]
    counts = ([*range(len(numbers))], [*range(1, len(numbers) + 1)])
    if said is None and numbers in counts:
        return _counted(table, first, others)
    if len(words) > 1 or said is not None or [*map(table.number, first)][1:4] == [1.0, 2.0, 3.0]:
        return _named(table, first, others, said)
    if words and first[words[0]] not in {row[i] for row in others for i in words if i < len(row)}:
        is_usual = plain(first[words[0]]) in (*LABELS, "y")
        if is_usual or _are_even([n for n in numbers if n is not None]):  # 0, 1, 2, …, kind
            return _named(table, first, others, said) or _nameless(table)
    return _nameless(table)


def _counted(table: Table, first: list[str], rows: list[list[str]]) -> _Layout | None:
    """Return the layout of a table whose columns are called 0, 1, 2 …, as a program counts them.

    The first may be called nothing: it then holds the classes, or says which row is which.
    """
    start = 0 if first[0] else 1
    if start and _is_of_classes([_whole(row[0]) for row in rows]):
        return _Layout(True, 0, tuple(range(1, max(map(len, rows)))))
    found = _nameless(table.with_rows([row[start:] for row in rows]))
    if found is None:
        return None
    label = None if found.label is None else found.label + start
    return _Layout(True, label, tuple(i + start for i in found.values))


def _are_even(numbers: Sequence[float]) -> bool:
    """Return whether numbers grow by equal steps, as times do."""
    steps = np.diff(numbers)
    return len(steps) >= LEAST - 1 and steps.min() > 0 and bool(np.ptp(steps) < EVEN * steps.max())


def _named(
    table: Table, first: list[str], rows: list[list[str]], said: str | None
) -> _Layout | None:
    """Return the layout of a table whose first row names its columns."""
    of_stem: dict[str, list[tuple[int, float]]] = {}
    for i, name in enumerate(first):
        if name != said and (match := _NUMBERED.match(name.strip())):
            of_stem.setdefault(plain(match[1]), []).append((i, float(match[2])))
    numbered = max(of_stem.values(), key=len, default=[])
    numbers = [number for _, number in numbered]
    if len(numbered) < LEAST or numbers != sorted({*numbers}):
        return None
    alike = {
        stem: tuple(i for i, _ in columns)
        for stem, columns in of_stem.items()
        if [number for _, number in columns] == numbers
    }
    channels = (*alike,) if len(alike) > 1 else ("value",)
    values = sum(alike.values(), ())
    left = [i for i in range(len(first)) if i not in values]
    least, most = min(map(len, rows)), max(map(len, rows))
    ends_early = len(alike) == 1 and max(left, default=-1) < values[0] < least  # of one channel
    if most > len(first) or (least < len(first) and not ends_early):
        return None
    if not all(table.is_number(row[i]) for row in rows for i in values if i < len(row)):
        return None
    if said is not None:
        return _Layout(True, first.index(said) if said in first else None, values, channels)
    usual = [i for i in left if plain(first[i]) in (*LABELS, "y")]
    able = usual or [i for i in left if _is_of_classes([row[i] for row in rows])]
    return _Layout(True, able[0] if len(able) == 1 or usual else None, values, channels)


def _nameless(table: Table) -> _Layout | None:
    """Return the layout of a table of numbers, of which one at an end may be a word."""
    rows = table.rows
    least, most = min(map(len, rows)), max(map(len, rows))
    if least <= LEAST:
        return None
    ends = [[row[i] for row in rows] for i in (0, -1)]
    of_words = [any(not table.is_number(cell) for cell in column) for column in ends]
    inner = all(table.is_number(cell) for row in rows for cell in row[1:-1])
    if not inner or all(of_words) or (of_words[1] and least < most):
        return None
    if any(of_words):
        label: int | None = most - 1 if of_words[1] else 0
    else:
        able = [_is_of_classes([_whole(cell) for cell in column]) for column in ends]
        last = most - 1 if able[1] and least == most else None
        label = 0 if able[0] else last
    return _Layout(False, label, tuple(i for i in range(most) if i != label))


def _is_of_classes(column: Sequence[str]) -> bool:
    """Return whether cells are words or whole numbers, each of which comes twice on the average."""
    if any(cell == "" or re.search(r"[.,]\d", cell) for cell in column):
        return False
    return 2 <= len({*column}) <= max(2, len(column) // 2)


def _whole(cell: str) -> str:
    """Return a class as it is called: of 1.0000000e+00 the 1."""
    try:
        number = float(cell)
    except ValueError:
        return cell
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else cell


def _values(
    table: Table, row: list[str], layout: _Layout, number: int, file: str
) -> NDArray[np.float64]:
    """Return a row's series (n, C)."""
    found: list[float] = []
    for i in layout.values:
        value = table.number(row[i]) if i < len(row) else math.nan
        if value is None:
            raise DataError(
                f"{file}, row {number + layout.has_names:,}: column {i + 1:,} holds "
                f"{shown(row[i])!r}, which is no number."
            )
        found.append(value)
    values = np.array(found).reshape(len(layout.channels), -1).T
    there = np.flatnonzero(~np.isnan(values).all(axis=1))
    return values[: there[-1] + 1 if len(there) else len(values)]


def _are_pixels(table: Table, layout: _Layout) -> bool:
    """Return whether rows are square pictures: named so, or whole numbers up to 255."""
    if layout.has_names and plain(table.rows[0][layout.values[0]]).startswith(_PIXELS):
        return True
    sizes = {len(layout.values), len(layout.values) // len(layout.channels)}  # 1x1, 1x2, …, too
    if sizes.isdisjoint(side * side for side in _SIDES):
        return False
    rows = table.rows[layout.has_names :][:50]
    cells = [row[i] for row in rows for i in layout.values if i < len(row)]
    return all(cell.isdecimal() and int(cell) <= 255 for cell in cells)
