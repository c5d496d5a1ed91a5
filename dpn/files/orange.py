"""The first three rows of Orange's .tab files: names of the columns, their types, what they are.

Source: Orange's documentation, "Loading your data".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_TYPES = {"c", "continuous", "d", "discrete", "s", "string", "t", "time", "basket"}
_CLASS = "class"
_FLAG = re.compile(r"class|c|meta|m|ignore|i|weight|w|\w+=\S*")


def without_types(
    rows: list[list[str]],
) -> tuple[list[list[str]], str | None, str | None] | None:
    """Return a table without those of types and flags, and which column they say holds what.

    That is the name of the column of texts and that of the classes; None of each that is not said,
    and None of a table that has no such rows.
    """
    if len(rows) < 2 or not _are_types(rows[1]):
        return None
    if len(rows) < 3 or not _are_flags(rows[2]):
        return [rows[0], *rows[2:]], None, None
    flags = [cell.split() for cell in rows[2]]
    texts = [name for name, said in zip(rows[0], flags, strict=True) if "include=True" in said]
    classes = [name for name, said in zip(rows[0], flags, strict=True) if {_CLASS, "c"} & {*said}]
    one = [found[0].strip() if len(found) == 1 else None for found in (texts, classes)]
    return [rows[0], *rows[3:]], one[0], one[1]


def _are_types(row: Sequence[str]) -> bool:
    """Return whether each cell is a type, or the values that a column has: "no yes"."""
    cells = [cell.strip().lower() for cell in row]
    known = sum(cell in _TYPES for cell in cells)
    return 2 * known >= len(cells) and all(cell in _TYPES or " " in cell for cell in cells)


def _are_flags(row: Sequence[str]) -> bool:
    flags = [flag for cell in row for flag in cell.split()]
    return bool(flags) and all(map(_FLAG.fullmatch, flags))
