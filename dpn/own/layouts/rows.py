"""One table of pixels, read line by line: which column is the label, and what is no number."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.files.columns import is_header, is_numbered
from dpn.language import Later, msg, t
from dpn.models.config import MAX_SIDE, MIN_SIDE
from dpn.names import shown, tally
from dpn.own.files import File
from dpn.own.parts import Part, Raw

#: What people call the columns of labels, and of numbers of rows.
LABELS = {"label", "labels", "class", "target", "y", "digit", "emotion", "letter"}
_IDS = {"", "id", "index", "imageid", "unnamed: 0"}
#: What is said of a table that is left out.
NO_LABEL = msg(
    "{name} has no column called label, so it cannot be learned from. Bring the file that has one, "
    "often called train.csv."
)
NO_SQUARE = msg(
    "{name} has {count:,} columns, which are no label and the pixels of a square of {least} to "
    "{most} a side (28 x 28 are 784)."
)
#: Rows are read so many at a time; of rows that cannot be read so many are named.
_ROWS, _NAMED = 2_000, 5
#: A line may be so long: 64 x 64 pixels in three colours, each of at most 20 characters.
LINE = 20 * (3 * MAX_SIDE**2 + 8)


class Table:
    """One file."""

    def __init__(self, text: io.TextIOWrapper, file: File, raw: Raw, *, needs_labels: bool) -> None:
        self._needs_labels, self._is_labelled = needs_labels, True
        self._text, self._file, self._called, self._raw = text, file, file.called, raw
        first = text.readline(LINE)
        self._sign = sign_of(first)
        first = self._even(first)
        cells = self._cells(first)
        self._has_header = is_header(cells)
        self._header = [cell.strip().strip('"').lower() for cell in cells]
        self._first = None if self._has_header else first
        self._width = len(cells)
        self._label, self._pixels = 0, list[int]()

    def _cells(self, line: str) -> list[str]:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=self._sign), [])

    def read(self, most: int) -> Part | None:
        """Return images (N, H, W) and labels (N,); None for a file that is left out."""
        lines = self._next_lines()
        if not lines:
            raise DataError(f"{self._called} has no rows; bring the table itself.")
        if not self._find_columns():
            return None
        side = math.isqrt(len(self._pixels))
        images, labels, bad = list[NDArray[Any]](), list[str](), list[str]()
        line, taken = 1 + self._has_header, 0
        while lines:
            values, words = self._quickly(lines) or self._values(self._rows(lines), line, bad)
            line += len(lines)
            taken += values.nbytes
            if taken > most:
                raise DataError(
                    f"{self._called} takes more than the {most / 2**20:,.0f} MB that are accepted "
                    "here; bring fewer rows."
                )
            images.append(as_bytes(values))
            labels += words
            lines = self._next_lines()
        if bad:
            more = len(bad) - _NAMED
            last = [f"and {more:,} more"] if more > 0 else []
            raise DataError(
                f"{self._called}: {'; '.join([*bad[:_NAMED], *last])}. Mend these lines, or take "
                "them out."
            )
        pixels = np.concatenate(images).reshape(-1, side, side)
        called = f"{self._called}'s pixels", f"{self._called}'s labels"
        named = as_numbers(labels if self._is_labelled else [""] * len(labels))
        return Part(pixels, named, called)

    def _next_lines(self) -> list[str]:
        lines = [self._first] if self._first else []
        self._first = None
        while len(lines) < _ROWS and (line := self._text.readline(LINE)):
            if line.strip():
                lines.append(self._even(line))
        return lines

    def _even(self, line: str) -> str:
        """Return a line with one space between its cells, where spaces part them."""
        return " ".join(line.split()) + "\n" if self._sign == " " else line

    def _rows(self, lines: list[str]) -> list[list[str]]:
        return list(csv.reader(lines, delimiter=self._sign))

    def _find_columns(self) -> bool:
        """Tell which column is the label, and which are pixels; note it where there is none."""
        columns = range(self._width)
        if self._has_header:
            named = [i for i in columns if self._header[i] in LABELS]
            ids = {i for i in columns if self._header[i] in _IDS}
            others = [i for i in columns if i not in ids and i not in named[:1]]
            numbered = [i for i in others if re.search(r"\d", self._header[i])]
            if not named and side_of(len(others)) == 0 and others:
                # Whatever it is called, it is the first; of numbered columns it may be the last.
                is_last = is_numbered(self._header) and self._is_label_last()
                named = others[-1:] if is_last else others[:1]
                others = others[:-1] if is_last else others[1:]
                numbered = [i for i in numbered if i in others]
            self._pixels = others if side_of(len(others)) else numbered
        elif not self._needs_labels and side_of(self._width):
            named, self._pixels = [], list(columns)
        else:
            named = [self._width - 1 if self._is_label_last() else 0]
            self._pixels = [i for i in columns if i not in named]
        if not side_of(len(self._pixels)):
            self._raw.left_out.append(
                t(NO_SQUARE, name=self._called, count=self._width, least=MIN_SIDE, most=MAX_SIDE)
            )
            return False
        if not named and not self._needs_labels:
            named, self._is_labelled = self._pixels[:1], False  # any column that is there
        if not named:
            self._raw.left_out.append(t(NO_LABEL, name=self._called))
            return False
        self._label = named[0]
        if not self._has_header and self._is_labelled:
            first = msg("{name} has no header: the first column is the label.")
            last = msg("{name} has no header: the last column is the label.")
            self._raw.notes.append(Later(last if self._label else first, name=self._called))
        return True

    def _is_label_last(self) -> bool:
        """Return whether the first cell of all lines is the same, and the last is not.

        The corner of an image is often blank. All lines are asked, as files are sorted by class.
        """
        last = set()
        with self._file.open(unzip=True) as binary:
            lines = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
            if self._has_header:
                lines.readline(LINE)
            start = self._even(lines.readline(LINE)).split(self._sign, 1)[0].strip()
            while line := lines.readline(LINE):
                if line.strip() and self._even(line).split(self._sign, 1)[0].strip() != start:
                    return False
                last.add(line.rstrip().rsplit(self._sign, 1)[-1])
        return len(last) > 1

    def _quickly(self, lines: list[str]) -> tuple[NDArray[Any], list[str]] | None:
        """Read rows with pandas, ten times as quick; None where it finds anything odd."""
        import pandas as pd

        try:
            words = "".join(lines)
            table = pd.read_csv(
                io.StringIO(words),
                header=None,
                sep=self._sign,
                dtype={self._label: str},
                decimal="," if self._sign != "," and "," in words else ".",
            )
            values = table[self._pixels].to_numpy(np.float32)
        except (ValueError, KeyError):  # pandas' own errors are ValueErrors
            return None
        labels = table[self._label]
        if len(table) != len(lines) or table.shape[1] != self._width or labels.isna().any():
            return None
        if not np.isfinite(values).all():
            return None
        return values, [label.strip() for label in labels.tolist()]

    def _values(
        self, rows: list[list[str]], line: int, bad: list[str]
    ) -> tuple[NDArray[np.float32], list[str]]:
        good = []
        for index, row in enumerate(rows):
            if len(row) != self._width:
                bad.append(f"line {line + index} has {tally(len(row), 'cell')}, not {self._width}")
            else:
                good.append((line + index, row))
        labels = [row[self._label].strip() for _, row in good]
        start, stop = self._pixels[0], self._pixels[-1] + 1
        is_block = stop - start == len(self._pixels)
        try:
            cells = [
                row[start:stop] if is_block else [row[i] for i in self._pixels] for _, row in good
            ]
            words = np.array(cells, dtype=np.str_)
            if self._sign != ",":
                words = np.strings.replace(words, ",", ".")
            values = words.astype(np.float32)
        except ValueError:
            values = np.zeros((len(good), len(self._pixels)), np.float32)
            bad += [f"line {at} holds {wrong}" for at, row in good if (wrong := self._wrong(row))]
        bad += [f"line {at} has no label" for at, row in good if not row[self._label].strip()]
        return values.reshape(len(good), len(self._pixels)), labels

    def _wrong(self, row: list[str]) -> str:
        """Return the cell that is no number, for a sentence; "" if all are."""
        for i in self._pixels:
            try:
                float(row[i] if self._sign == "," else row[i].replace(",", "."))
            except ValueError:
                return f"'{shown(row[i], 'nothing')}' for a pixel"
        return ""


def sign_of(line: str) -> str:
    """Return what stands between the cells of a line."""
    try:
        return csv.Sniffer().sniff(line[:4096].strip(), ",;\t ").delimiter
    except csv.Error:
        return ","


def as_bytes(values: NDArray[Any]) -> NDArray[Any]:
    """Return numbers as uint8 if that says all of them."""
    is_bytes = 0 <= values.min() <= values.max() <= 255 and (values % 1 == 0).all()
    return values.astype(np.uint8) if is_bytes else values


def side_of(count: int) -> int:
    """Return the side of a square of so many pixels; 0 if it is none that is accepted."""
    side = math.isqrt(count)
    return side if side * side == count and MIN_SIDE <= side <= MAX_SIDE else 0


def as_numbers(labels: list[str]) -> NDArray[Any]:
    """Return labels as numbers if all are, else as words."""
    try:
        return np.array(labels, np.str_).astype(np.float64)
    except ValueError:
        return np.array(labels, np.str_)
