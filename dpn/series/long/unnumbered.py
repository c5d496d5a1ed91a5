"""Measurements of several classes in one table, in which no column tells which rows are a series.

33,Walking,49105962326000,-0.69,12.68,0.50;
33,Walking,49106062271000,5.01,11.26,0.95;

They are no texts; but where one recording ends and the next begins only who made them can say.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from dpn.series.cells import first_rows, whole_rows
from dpn.series.long.columns import find
from dpn.series.long.table import SUFFIXES

#: Classes at most, rows of one after each other on the average at the least, and measurements.
_CLASSES, _ROWS, _MEASURED = 50, 10, 2


def is_unnumbered(path: Path) -> bool:
    """Return whether a file is such a table."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    table = first_rows(path)
    if table is None or len(table.rows) < _ROWS or (table := whole_rows(table)) is None:
        return False
    columns = [
        [cell.rstrip(";") for cell in column] for column in zip(*table.rows[1:], strict=True)
    ]
    words = [column for column in columns if not any(map(table.is_number, column))]
    mark = "," if table.comma else "."
    measured = [
        column
        for column in columns
        if all(map(table.is_number, column)) and 2 * sum(mark in c for c in column) > len(column)
    ]
    if len(words) != 1 or len(measured) < _MEASURED or find(table) is not None:
        return False
    stretches = 1 + sum(a != b for a, b in pairwise(words[0]))
    return len({*words[0]}) <= _CLASSES and _ROWS * stretches <= len(words[0])
