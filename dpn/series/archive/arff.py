r"""Weka's ``.arff`` files, as the UCR/UEA archive has them: a series a row, its class last.

    % a comment
    @attribute att0 numeric
    @attribute att1 numeric
    @attribute target {up,down}
    @data
    1.0,2.0,up

Of several channels they stand in quotation marks, with \n between: '1.0,2.0\n0.1,0.2',up. The
format is described in Weka's manual, "Attribute-Relation File Format (ARFF)"; of it is read what a
file of series needs.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.names import composed, listed, shown, tally
from dpn.series.archive.lines import lines_of
from dpn.series.archive.stamps import MISSING
from dpn.series.found import Series, checked

_ATTRIBUTE = re.compile(r"""@attribute\s+('[^']*'|"[^"]*"|\S+)\s+(.+)""", re.IGNORECASE)
_NUMBER = re.compile(r"[\W_]*\d+")
_NUMBERS = ("numeric", "real", "integer")
_BETWEEN_CHANNELS = re.compile(r"\\n|\n")


@dataclass(frozen=True)
class _Layout:
    """How many cells a row has; which is the class, None of none; whether one holds channels."""

    width: int
    label: int | None
    has_channels: bool


def read_arff(path: Path) -> Series:
    """Return the series of an ``.arff`` file; without classes in it the labels are "".

    Raises:
        DataError: it cannot be read, or holds something else than series.
    """
    name, lines = shown(path.name), lines_of(path)
    attributes, start = _header(lines, name)
    layout = _layout([kind for _, kind in attributes], name)
    values, labels = [], []
    for number, line in enumerate(lines[start:], start=start + 1):
        if not (text := line.strip()) or text.startswith("%"):
            continue
        mark = '"' if '"' in text else "'"
        csv.field_size_limit(2**31 - 1)  # all channels of a series stand in one field
        cells = next(csv.reader([text], quotechar=mark, skipinitialspace=True))
        if len(cells) != layout.width:
            raise DataError(
                f"{name}, line {number:,}: {tally(len(cells), 'value')}, and "
                f"{tally(layout.width, 'attribute')}."
            )
        label = "" if layout.label is None else composed(cells.pop(layout.label).strip())
        labels.append("" if label == "?" else label)  # as Weka writes what is missing
        rows = _BETWEEN_CHANNELS.split(cells[0]) if layout.has_channels else [",".join(cells)]
        values.append(_series(rows, name, number))
    found, notes = checked(values, name)
    steps = [called for i, (called, _) in enumerate(attributes) if i != layout.label]
    if len({_NUMBER.sub("", step).strip() for step in steps}) > 1:  # t0, t1, t2 in the archive
        said = f"{name}: each row was taken for a series, and its {len(steps):,} attributes "
        notes = (*notes, f"{said}for its steps: {listed(steps)}.")
    names = tuple(f"channel {i + 1}" for i in range(found[0].shape[1]))
    return Series(found, labels, ["train"] * len(found), names, notes)


def _header(lines: list[str], name: str) -> tuple[list[tuple[str, str]], int]:
    """Return the name of each attribute and its kind, in lower case, and where the data begin."""
    found: list[tuple[str, str]] = []
    is_within = False  # of a relational attribute's own attributes
    for number, line in enumerate(lines):
        text = line.strip()
        lower = text.lower()
        if lower.startswith("@data"):
            return found, number + 1
        if lower.startswith("@end"):
            is_within = False
        elif not is_within and (match := _ATTRIBUTE.match(text)):
            found.append((match[1].strip("'\""), match[2].strip().lower()))
            is_within = found[-1][1] == "relational"
    raise DataError(f"{name} is no .arff file: @attribute lines and @data must come first.")


def _layout(kinds: list[str], name: str) -> _Layout:
    """Return how a row is laid out.

    Raises:
        DataError: the attributes are not those of a series.
    """
    classes = [i for i, kind in enumerate(kinds) if kind.startswith("{")]
    others = [kind for i, kind in enumerate(kinds) if i not in classes]
    is_even = bool(others) and all(kind.split()[0] in _NUMBERS for kind in others)
    if len(classes) > 1 or not (is_even or others == ["relational"]):
        raise DataError(
            f"{name} must hold series: numeric attributes, one a step, or a relational one, and an "
            "attribute of classes, as {up,down}."
        )
    return _Layout(len(kinds), classes[0] if classes else None, not is_even)


def _series(rows: list[str], name: str, number: int) -> NDArray[np.float64]:
    """Return the channels of a series as (n, C), without what is missing at its end.

    Raises:
        DataError: a value is no number, or the channels differ in length.
    """
    cells = [[cell.strip() for cell in row.split(",")] for row in rows if row.strip()]
    try:
        read = [["nan" if cell in MISSING else cell for cell in row] for row in cells]
        values = np.array(read, np.float64).reshape(len(read), -1).T
    except ValueError:
        raise DataError(
            f"{name}, line {number:,}: channels of one length, of numbers, are accepted, got "
            f"{shown(rows[0], 'nothing')!r}."
        ) from None
    there = np.flatnonzero(~np.isnan(values).all(axis=1))
    return values[: there[-1] + 1] if len(there) else values
