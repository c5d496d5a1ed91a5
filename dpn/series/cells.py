"""A table of series as rows of cells, and its cells as numbers, in whichever dialect it is."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.files.decoding import decoded, opened
from dpn.names import shown
from dpn.series.found import ACCEPTED

#: What stands where a value is missing, in lower case.
MISSING = ("", "?", "nan", "na", "n/a", "null", "none", "-")
#: So many rows have as many cells as the first, at the least; the others are slips, and named.
WHOLE = 0.9
#: Rows looked at to find out what a table is.
LOOKED_AT = 2_000
#: A first line that only tells a spreadsheet what parts the cells.
_SAYS_MARK = re.compile(r"^sep=(.)\r?\n?$", re.IGNORECASE)
#: How lines before the table begin that say something of it.
_COMMENT = "#%"
_NUMBER = re.compile(r"[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[-+]?\d+)?|nan", re.IGNORECASE)
#: A number with a decimal comma, and with a mark between its thousands: 1,234.5 and 1.234,5.
_WITH_COMMA = re.compile(r"[-+]?\d*,\d+(?:e[-+]?\d+)?", re.IGNORECASE)
_IN_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DOTTED_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
#: No whole number begins so, but what stands behind a decimal comma may: -0,7 and 0,05.
_OF_ONE = re.compile(r"[-+]0,|,0\d")


class Table:
    """Rows of cells without spaces around them.

    ``comma`` is whether decimals have one, and ``notes`` say how the file was read.
    """

    def __init__(self, rows: list[list[str]], mark: str) -> None:
        self.notes: tuple[str, ...] = ()
        self.rows = [stripped for row in rows if any(stripped := [cell.strip() for cell in row])]
        early = [cell for row in self.rows[1:50] for cell in row if "." in cell and "," in cell]
        self._is_dotted = any(map(_DOTTED_THOUSANDS.fullmatch, early))
        self.comma = self._has_commas(mark)

    def _has_commas(self, mark: str) -> bool:
        """Return whether decimals have a comma: of the first numbers none has a point."""
        cells = [cell for row in self.rows[1:50] for cell in row if "." in cell or "," in cell]
        if self._is_dotted:
            return True
        pointed = [cell for cell in cells if "." in cell]
        if any(_IN_THOUSANDS.fullmatch(cell) or _float(cell) is not None for cell in pointed):
            return False
        if mark != ",":
            return True
        quoted = [cell for cell in cells if _WITH_COMMA.fullmatch(cell)]
        return not all(map(_IN_THOUSANDS.fullmatch, quoted))

    def with_rows(self, rows: list[list[str]]) -> Table:
        """Return a table of other rows whose cells are written as these."""
        made = Table(rows, ",")
        made.comma, made._is_dotted, made.notes = self.comma, self._is_dotted, self.notes
        return made

    def number(self, cell: str) -> float | None:
        """Return the number in a cell, NaN where it is missing; None of a word."""
        if cell.lower() in MISSING:
            return math.nan
        if self.comma:
            if self._is_dotted and _DOTTED_THOUSANDS.fullmatch(cell):
                cell = cell.replace(".", "")
            return _float(cell.replace(",", "."))
        if "," in cell and _IN_THOUSANDS.fullmatch(cell):
            cell = cell.replace(",", "")
        return _float(cell)

    def is_number(self, cell: str) -> bool:
        """Return whether a cell holds a number, or nothing."""
        return self.number(cell) is not None


def _float(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def first_rows(path: Path) -> Table | None:
    """Return the first rows of a file that may be a table; None of one that is none."""
    try:
        with opened(path) as file:
            return _table(list(islice(file, LOOKED_AT)))
    except (OSError, UnicodeError, csv.Error):
        return None


def all_rows(path: Path) -> Table:
    """Return a file as a table.

    Raises:
        DataError: it cannot be read, or is none.
    """
    name = shown(path.name)
    words, notes = decoded(path, ACCEPTED)
    try:
        table = _table(io.StringIO(words, newline="").readlines())
    except csv.Error as error:
        raise DataError(f"{name} is no CSV ({error}).") from error
    if not table.rows:
        raise DataError(f"{name} is empty. {ACCEPTED}")
    table.notes = tuple(notes)
    return table


def _table(lines: list[str]) -> Table:
    said = _SAYS_MARK.match(lines[0]) if lines else None
    lines = lines[1:] if said else lines
    said_before = list(takewhile(lambda line: not line.strip() or line[0] in _COMMENT, lines))
    lines = lines[len(said_before) :]
    filled = [line.strip() for line in lines if line.strip()]
    mark = said.group(1) if said else _mark_of(filled)
    is_spaced = not filled or mark not in filled[0]
    table = _cells(lines, "" if is_spaced else mark)
    comments = [line.strip().lstrip(_COMMENT) for line in said_before if line.strip()]
    if comments:  # the last may name the columns: # t,x,y
        names = _cells(comments[-1:], "" if is_spaced else mark)
        is_headless = any(_NUMBER.fullmatch(cell.strip()) for row in table[:1] for cell in row)
        if not table or (is_headless and len(names[0]) == len(table[0])):
            table = [*names, *table]
    return Table(table, " " if is_spaced else mark)


def _cells(lines: list[str], mark: str) -> list[list[str]]:
    return list(csv.reader(lines, delimiter=mark)) if mark else [line.split() for line in lines]


def _mark_of(lines: list[str]) -> str:
    """Return what parts the cells of lines: no comma that only decimals have; " " where nothing."""
    first = next(iter(lines), "")
    for mark in "\t;|":
        cells = [cell.strip(' "') for cell in first.split(mark)]
        with_comma = [cell for cell in cells if "," in cell]
        if mark in first and with_comma and all(map(_WITH_COMMA.fullmatch, with_comma)):
            return mark
    spaced = first.split()
    if len(spaced) > 1 and all(map(_WITH_COMMA.fullmatch, spaced)):
        return " "
    if all(map(_WITH_COMMA.fullmatch, lines)) and any(map(_OF_ONE.search, lines)):
        return " "  # a single column
    return max(",\t;|", key=first.count)


def plain(name: str) -> str:
    """Return the name of a column in lower case, its words with _ between them."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[\W_]+", "_", parted).strip("_").lower()


def whole_rows(table: Table) -> Table | None:
    """Return a table of the rows that have as many cells as the first, None if those are few."""
    rows = [row for row in table.rows if len(row) == len(table.rows[0])]
    return table.with_rows(rows) if len(rows) >= max(2, WHOLE * len(table.rows)) else None


def leave_out_cut(table: Table) -> bool:
    """Take out a last row that alone has fewer cells, and return whether there was one.

    So ends what was copied while it was written.
    """
    wide = widths(table.rows[:-1])
    is_cut = len(table.rows) > 2 and len(wide) == 1 and len(table.rows[-1]) < min(wide)
    if is_cut:
        table.rows.pop()
    return is_cut


def numbered(names: Sequence[str]) -> list[str]:
    """Return names of columns of which no two are the same, but for "": x, y, x 2."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} {seen[name]}" if name and seen[name] > 1 else name)
    return found


def widths(rows: Sequence[Sequence[str]]) -> set[int]:
    """Return how many cells rows have."""
    return {len(row) for row in rows}


def numbers_of(
    table: Table,
    rows: Sequence[Sequence[str]],
    columns: Sequence[int],
    names: Sequence[str],
    first: int,
    file: str,
) -> NDArray[np.float64]:
    """Return (N, C) the numbers in C columns of N rows, NaN where one is missing.

    Args:
        table: says how numbers are written.
        rows: some of it.
        columns: which of their cells are wanted.
        names: of all columns.
        first: the number of the first row, for the error.
        file: its name, likewise.

    Raises:
        DataError: a cell is no number.
    """
    if not table.comma:
        try:  # at once, where none is missing
            return np.array([[float(row[i]) for i in columns] for row in rows], np.float64)
        except ValueError:
            pass
    found = np.empty((len(rows), len(columns)))
    for n, row in enumerate(rows):
        for to, i in enumerate(columns):
            value = table.number(row[i])
            if value is None:
                raise DataError(
                    f"{file}, row {first + n:,}: column {names[i]!r} holds {shown(row[i])!r}, "
                    "which is no number."
                )
            found[n, to] = value
    return found
