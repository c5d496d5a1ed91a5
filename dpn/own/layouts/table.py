"""A CSV of pixels with a column of labels, such as Kaggle's "Digit Recognizer"."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.files.folders import part_of
from dpn.models.config import MAX_SIDE, MIN_SIDE
from dpn.names import shown, tally
from dpn.own.files import Bounds, File
from dpn.own.layouts.idx import name_classes
from dpn.own.layouts.rows import LABELS, LINE, Table, as_bytes, as_numbers, side_of
from dpn.own.parts import Part, Raw, Refused

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


def _packed(text: io.TextIOWrapper, called: str, most: int) -> dict[str, Part] | None:
    """Return the parts of a table with all pixels of a row in one cell; None of another table.

    FER-2013 has the columns emotion, pixels ("70 80 82 …") and Usage.

    Raises:
        DataError: a row has no square of numbers or no label, or there are too many.
    """
    names = [name.strip().lower() for name in next(csv.reader([text.readline(LINE)]), [])]
    label = next((i for i, name in enumerate(names) if name in LABELS), None)
    if "pixels" not in names or label is None:
        return None
    pixels = names.index("pixels")
    usage = next((i for i, name in enumerate(names) if name in ("usage", "split", "part")), None)
    images: dict[str, list[NDArray[Any]]] = {}
    labels: dict[str, list[str]] = {}
    side = taken = 0
    for line, row in enumerate(csv.reader(text), start=2):
        if not row:
            continue
        try:
            values = np.array(row[pixels].split(), np.str_).astype(np.float32)
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
