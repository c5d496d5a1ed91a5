"""A CSV of pixels with a column of labels, such as Kaggle's "Digit Recognizer"."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.files.columns import is_number
from dpn.files.folders import part_of
from dpn.models.config import MAX_SIDE, MIN_SIDE
from dpn.names import shown, tally
from dpn.own.files import Bounds, File
from dpn.own.layouts.idx import name_classes
from dpn.own.layouts.rows import LABELS, LINE, Table, as_bytes, as_numbers, side_of, sign_of
from dpn.own.parts import Part, Raw, Refused

#: Columns beside one of all pixels, at most, and what numbers of rows are called.
_MOST_NAMES, _IDS = 8, ("", "id", "index", "unnamed: 0")
_PARTS = {"test": "test", "valid": "val", "val": "val", "train": "train"}


def read_tables(
    files: Sequence[File],
    mappings: Sequence[File],
    bounds: Bounds,
    *,
    needs_labels: bool = True,
) -> Raw:
    """Read CSV files: each is a part by its name, and those without labels are left out.

    Raises:
        Refused: no file has pixels and labels, or rows are not numbers; with the lines.
    """
    raw, problems = Raw("a table of pixels (CSV)", {}), list[str]()
    left = bounds.bytes
    for file in files:
        part = next((p for word, p in _PARTS.items() if word in file.name.lower()), "")
        part = part or next(filter(None, map(part_of, reversed(file.path[:-1]))), "")
        try:
            with file.open(unzip=True) as binary:
                text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
                read = _packed(text, file.called, left)
            if read is None:
                with file.open(unzip=True) as binary:
                    text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
                    found = Table(text, file, raw, needs_labels=needs_labels).read(left)
                read = {} if found is None else {part: found}
        except DataError as error:
            problems.append(str(error))
            continue
        if not raw.parts.keys().isdisjoint(read):
            problems.append(f"{file.called}: another file is the same part; bring one of them.")
            continue
        for one in read.values():
            left -= one.images.nbytes if isinstance(one.images, np.ndarray) else 0
        raw.parts |= read
    if problems or not raw.parts:
        raise Refused([*problems, *raw.left_out])
    if len(raw.parts) == 1:
        raw.parts = {"": next(iter(raw.parts.values()))}  # a file called train.csv is all there is
    raw.transposed = any("emnist" in file.name.lower() for file in files)
    for mapping in mappings[:1]:
        name_classes(raw, mapping, problems)
    if problems:
        raise Refused(problems)
    return raw


def is_of_pixels(file: File) -> bool:
    """Return whether the first line of a file, whatever its ending, is of as many numbers."""
    try:
        with file.open(unzip=True) as binary:
            text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
            line = text.readline(LINE)
    except DataError:
        return False
    sign = sign_of(line)
    cells = line.split(None if sign == " " else sign)
    return len(cells) > MIN_SIDE**2 and all(map(is_number, cells))


def _numbers_of(cell: str) -> list[str]:
    """Return the numbers in a cell, apart by spaces or commas, as lists are written, or not."""
    return cell.strip("[]() \t").replace(",", " ").split()


def _packed(text: io.TextIOWrapper, called: str, most: int) -> dict[str, Part] | None:
    """Return the parts of a table with all pixels of a row in one cell; None of another table.

    FER-2013 has the columns emotion, pixels ("70 80 82 …") and Usage.

    Raises:
        DataError: a row has no square of numbers or no label, or there are too many.
    """
    head = text.readline(LINE)
    mark = max(",;\t", key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=mark), [])]
    if not 2 <= len(names) <= _MOST_NAMES:
        return None
    rows = enumerate(csv.reader(text, delimiter=mark), start=2)
    first = next(((line, row) for line, row in rows if row), (2, list[str]()))
    full = [i for i, cell in enumerate(first[1]) if len(_numbers_of(cell)) >= MIN_SIDE**2]
    if len(full) != 1 or full[0] >= len(names):
        return None
    (pixels,) = full
    others = [i for i, name in enumerate(names) if i != pixels and name not in _IDS]
    usage = next((i for i in others if names[i] in ("usage", "split", "part")), None)
    others = [i for i in others if i != usage]
    label = next((i for i in others if names[i] in LABELS), others[0] if len(others) == 1 else None)
    if label is None:
        return None
    images: dict[str, list[NDArray[Any]]] = {}
    labels: dict[str, list[str]] = {}
    side = taken = 0
    for line, row in chain([first], rows):
        if not row:
            continue
        try:
            values = np.array(_numbers_of(row[pixels]), np.str_).astype(np.float32)
            said, name = row[usage] if usage is not None else "", row[label].strip()
        except (ValueError, IndexError):
            raise DataError(f"{called}: line {line:,} holds no pixels that are numbers.") from None
        side = side or side_of(len(values))
        if not name or not side or len(values) != side**2:
            raise DataError(
                f"{called}: line {line:,} holds {tally(len(values), 'pixel')} and the "
                f"label {shown(name)!r}; a label and a square of {MIN_SIDE} to {MAX_SIDE} a "
                "side, the "
                "same in each line, are accepted."
            )
        if (taken := taken + values.nbytes) > most:
            raise DataError(
                f"{called} takes more than the {most / 2**20:,.0f} MB that are accepted here; "
                "bring fewer rows."
            )
        part = "val" if said.strip().lower() == "publictest" else part_of(said)
        images.setdefault(part, []).append(values.reshape(side, side))
        labels.setdefault(part, []).append(name)
    return {
        part: Part(
            as_bytes(np.stack(of)),
            as_numbers(labels[part]),
            (f"{called}'s {part} pixels", f"{called}'s {part} labels"),
        )
        for part, of in images.items()
    }
