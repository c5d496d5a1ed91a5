"""A table of texts: its words and what parts the cells -> its rows, all of one width."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from dpn.files.decoding import lines_of
from dpn.texts.columns import EACH, name_both


def table_of(words: str, mark: str) -> list[list[str]] | None:
    """Return the rows of a table; None if its rows are not of two columns or more."""
    csv.field_size_limit(2**31 - 1)
    rows = _quoted(words, mark, strict=mark == "\t")
    if mark == "\t":
        # Here a quotation mark is most often one: it parts cells where the rows come out as even,
        # and none of them holds other rows.
        plain = filled(line.split(mark) for line in lines_of(words))
        holds_rows = any(mark in cell and "\n" in cell for row in rows for cell in row)
        if not rows or holds_rows or _evenness(rows) < _evenness(plain):
            rows = plain
    if not rows:
        return None
    (width, count), *_ = Counter(map(len, rows)).most_common(1)
    if len(rows[0]) == 2 and name_both(rows[0]):  # whatever many a text parts
        width, count = 2, len(rows)
        rows = _of_two(rows, mark)
    if width < 2 or count < 0.5 * len(rows):
        return None
    # A longer row has a comma too many: which of its cells is which is not known.
    rows = [[""] * width if any(row[width:]) else row[:width] for row in rows]
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _of_two(rows: list[list[str]], mark: str) -> list[list[str]]:
    """Return rows of a text and a class, as the first names them, with what is parted in texts.

    Only a row whose class comes again is put together: else the class may be what is parted.
    """
    at = 0 if name_both(["text", rows[0][0]]) else -1
    counts = Counter(cell for row in rows if (cell := row[at].strip()))
    found = []
    for row in rows:
        if any(row[2:]) and counts[row[at].strip()] >= EACH:
            cut = at % len(row) or 1
            row = [mark.join(row[:cut]), mark.join(row[cut:])]
        found.append(row)
    return found


def _quoted(words: str, mark: str, *, strict: bool) -> list[list[str]]:
    """Return the rows of a table whose cells may stand in quotation marks; [] where they do not.

    Of such a mark in a cell there are two, or a backslash stands before it, as databases write it.
    """
    if '\\"' in words and not _is_strict(words, mark):
        escaped: dict[str, Any] = {"escapechar": "\\", "doublequote": False}
        if _is_strict(words, mark, **escaped):
            return filled(csv.reader(io.StringIO(words, newline=""), delimiter=mark, **escaped))
    try:
        return filled(csv.reader(io.StringIO(words, newline=""), delimiter=mark, strict=strict))
    except csv.Error:
        return []


def _is_strict(words: str, mark: str, **dialect: Any) -> bool:
    """Return whether quotation marks open and close whole cells, and nothing else."""
    try:
        for _ in csv.reader(io.StringIO(words, newline=""), delimiter=mark, strict=True, **dialect):
            pass
    except csv.Error:
        return False
    return True


def left_out(rows: Sequence[Sequence[str]], kept: int, name: str, what: str) -> list[str]:
    """Return what is said of rows of which so many were kept, the others being without ``what``.

    A row of which ``table_of`` has left nothing had more cells than the others.
    """
    long = sum(not any(row) for row in rows)
    blank = len(rows) - kept - long
    said = [f"{name}: left out {blank:,} of {len(rows):,} rows, without {what}."] if blank else []
    if long:
        said.append(
            f"{name}: left out {long:,} of {len(rows):,} rows, which have more cells than the "
            "others: a text with such a mark in it must stand in quotation marks."
        )
    return said


def filled(rows: Iterable[list[str]]) -> list[list[str]]:
    return [row for row in rows if any(cell.strip() for cell in row)]


def _evenness(rows: list[list[str]]) -> float:
    """Return the share of rows that are of the usual width."""
    ((_, count),) = Counter(map(len, rows)).most_common(1)
    return count / len(rows)


def never_closed(words: str, mark: str) -> int:
    """Return the line, from 1, of a cell whose quotation mark nothing closes; 0 where none is."""
    csv.field_size_limit(2**31 - 1)
    lines = list(io.StringIO(words, newline=""))
    rows, begins, ends = csv.reader(lines, delimiter=mark), 0, 0
    for _ in rows:
        begins, ends = ends, rows.line_num
    try:
        list(csv.reader(lines[begins:], delimiter=mark, strict=True))
    except csv.Error as error:
        return begins + 1 if "end of data" in str(error) else 0
    return 0
