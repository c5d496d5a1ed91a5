"""Tables beside pictures that tell their classes: a picture a row, as CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from dpn.errors import DataError
from dpn.files.folders import part_of
from dpn.names import composed
from dpn.own.files import File
from dpn.own.layouts.rows import LABELS, LINE
from dpn.pictures.folders import Path, parts_of

#: Endings of such tables that hold an object a line: Hugging Face's metadata.jsonl.
LINES = (".jsonl", ".ndjson")
#: Words in what people call the column of the classes of pictures.
_CLASSES = {*LABELS, "category", "breed", "species", "diagnosis", "dx", "clazz"} - {"y"}
#: What competitions call an example of an answer: it names pictures, and no true class.
_EXAMPLE = "submission"
#: Columns of a table that names pictures, at most; one of pixels has more.
_WIDEST = 100


def named_in(
    tables: Sequence[File], pictures: Sequence[Path]
) -> tuple[dict[Path, tuple[str, str]], list[File]]:
    """Return the (class, part) of the pictures that tables name, a picture a row; and those tables.

    The class stands in a column of classes, or there is a column for each, with one 1 in each row.
    A table that cannot be read names none.
    """
    called: dict[str, list[Path]] = {}
    for path in pictures:
        for name in {path[-1], PurePosixPath(path[-1]).stem}:
            called.setdefault(name, []).append(path)
    found: dict[Path, tuple[str, str]] = {}
    used: list[File] = []
    for table in tables:
        if _EXAMPLE in table.name.lower():
            continue
        rows = _rows_of(table)
        rows = [row for row in rows if len(row) == len(rows[0])]
        columns = [[parts_of(row[i]) for row in rows] for i in range(len(rows[0] if rows else ()))]
        known = [len({cell[-1] for cell in column if cell} & {*called}) for column in columns]
        column = known.index(max(known)) if known else 0
        if 2 * max(known, default=0) < max(1, len(rows)):
            continue
        if (labels := _labels_of(rows, column)) is None:
            continue
        used.append(table)
        for row, label in zip(rows, labels, strict=True):
            cell = parts_of(row[column])
            for path in called.get(cell[-1], ()) if cell else ():
                if len(called[cell[-1]]) == 1 or path[-len(cell) :] == cell:
                    found[path] = composed(label.strip()), part_of(table.name)
    return found, used


def _rows_of(table: File) -> list[list[str]]:
    """Return the rows of a table; none of one of pixels or one that cannot be read."""
    try:
        with table.open(unzip=True) as binary:
            text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
            if table.name.lower().endswith(LINES):
                return _rows_of_lines(text)
            mark = max(",;\t", key=(first := text.readline(LINE)).count)
            if first.count(mark) > _WIDEST:
                return []
            return [row for row in csv.reader([first, *text], delimiter=mark) if any(row)]
    except DataError:
        return []


def _rows_of_lines(text: io.TextIOWrapper) -> list[list[str]]:
    """Return the names of the fields of the objects that stand a line each, and their values."""
    objects: list[dict[str, Any]] = []
    while line := text.readline(LINE):
        try:
            one = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError):
            return []
        if not isinstance(one, dict):
            return []
        objects += [one] if one else []
    names = list(dict.fromkeys(chain(*objects)))
    cells = [[one.get(name) for name in names] for one in objects]
    return [names, *([_plain(cell) for cell in row] for row in cells)] if objects else []


def _plain(cell: Any) -> str:
    return str(cell) if isinstance(cell, (str, int, float)) else ""


def _labels_of(rows: Sequence[Sequence[str]], names: int) -> list[str] | None:
    """Return the class of each row; None where no column tells it."""
    if (at := _label_of(rows, names)) is not None:
        return [row[at] for row in rows]
    return _one_hot(rows, names)


def _label_of(rows: Sequence[Sequence[str]], names: int) -> int | None:
    """Return the column of classes: by its name, else the only one whose cells come again."""
    others = [i for i in range(len(rows[0])) if i != names]
    said = [{word.lower() for word in re.findall("[A-Za-z][a-z]*", cell)} for cell in rows[0]]
    if by_name := [i for i in others if said[i] & _CLASSES]:
        return by_name[0]
    able = [i for i in others if 2 <= len({row[i] for row in rows[1:]}) <= len(rows) // 2]
    return able[0] if len(able) == 1 else None


def _one_hot(rows: Sequence[Sequence[str]], names: int) -> list[str] | None:
    """Return the name of the column that has the 1 of each row, as ISIC's and Roboflow's tables."""
    head, *others = rows
    marks = [[cell.strip() for cell in row] for row in others]
    bits = {"0", "1", "0.0", "1.0"}
    at = [i for i in range(len(head)) if i != names and {row[i] for row in marks} <= bits]
    if len(at) < 2 or any(sum(float(row[i]) for i in at) != 1 for row in marks):
        return None
    return ["", *(next(head[i] for i in at if float(row[i])) for row in marks)]
