"""A file of texts with their classes: bytes -> (text, class, part), whatever it is laid out as.

a table     CSV, TSV or semicolons, with or without a line of names: the two columns are found
            by their names, or else by what is in them
JSON lines  an object a line, or one list of objects: likewise
lines       "CLASS text": the class in front, with a space, a tab or fastText's __label__
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dpn.errors import DataError, did_you_mean
from dpn.files.decoding import decoded, lines_of
from dpn.files.folders import PARTS
from dpn.names import composed, listed, shown
from dpn.texts.columns import (
    ACCEPTED,
    TEXT_NAMES,
    find_columns,
    has_names,
    text_column,
)
from dpn.texts.layout import marks_of, rows_of, some_of, table_of


@dataclass(frozen=True)
class Texts:
    """What a file holds: N texts, the class of each, its part ("train", "test"), and notes."""

    texts: list[str]
    labels: list[str]
    parts: list[str]
    notes: tuple[str, ...] = ()


def read_texts(path: Path, text: str | None = None, label: str | None = None) -> Texts:
    """Read a file of texts.

    Args:
        path: the file.
        text: the name of the column with the texts, where it is not clear.
        label: that of the column with the classes.

    Raises:
        DataError: it cannot be read, is none of the layouts, or it is not clear which column is
            which.
    """
    words, notes = decoded(path, ACCEPTED)
    name = shown(path.name)
    if not words.strip():
        raise DataError(f"{name} is empty. {ACCEPTED}")
    rows, names = rows_of(words, path.suffix.lower(), name)
    texts, labels, parts = _columns(rows, names, name, text, label)
    kept = [i for i, (one, of) in enumerate(zip(texts, labels, strict=True)) if one and of]
    left = len(texts) - len(kept)
    if left:
        notes.append(f"{name}: left out {left:,} of {len(texts):,} rows, without text or class.")
    if not kept:
        raise DataError(f"{name} holds no text with a class. {ACCEPTED}")
    texts, labels, parts = ([column[i] for i in kept] for column in (texts, labels, parts))
    return Texts(texts, labels, parts, tuple(notes))


@dataclass(frozen=True)
class Columns:
    """A file of texts as N >= 1 rows, none without a text; ``text`` is the column of those."""

    names: list[str]
    rows: list[list[str]]
    text: int
    notes: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The N texts."""
        return [row[self.text].strip() for row in self.rows]


def read_columns(path: Path, text: str | None = None) -> Columns:
    """Return a file of texts with all that stands beside each.

    The texts are a column of a table or a field of JSON, as ``read_texts`` finds it, else the
    lines, which are the only column.

    Raises:
        DataError: it cannot be read, holds none, or has no column called ``text``.
    """
    words, notes = decoded(path, ACCEPTED)
    suffix, name = path.suffix.lower(), shown(path.name)
    rows: list[list[str]] | None = None
    names = None
    if "json" in suffix and words.strip():
        rows, names = rows_of(words, suffix, name)
    elif suffix in (".csv", ".tsv"):
        rows = next(filter(None, (table_of(words, m) for m in marks_of(words, suffix))), None)
    if rows is None:
        if text is not None:
            raise DataError(f"{name} has no columns, so none called {text!r}.")
        lines = [line for line in lines_of(words) if line.strip()]
        if suffix in (".csv", ".tsv") and lines and lines[0].strip(' "').lower() in TEXT_NAMES:
            lines = lines[1:]  # it names the only column
        names, rows, at = ["text"], [[line] for line in lines], 0
    else:
        if names is None and (text in [cell.strip() for cell in rows[0]] or has_names(rows)):
            names, rows = [cell.strip() for cell in rows[0]], rows[1:]
        names = names or [f"column {i + 1}" for i in range(len(rows[0]))]
        if text is not None and text not in names:
            raise DataError(f"--text-column must be one of {listed(names)}, got {text!r}")
        at = text_column(rows, names, text)
    if not (rows := [row for row in rows if row[at].strip()]):
        raise DataError(f"{name} holds no text.")
    return Columns(names, rows, at, tuple(notes))


def _columns(
    rows: list[list[str]],
    names: list[str] | None,
    file: str,
    text: str | None,
    label: str | None,
) -> tuple[list[str], list[str], list[str]]:
    """Return the texts, classes and parts of rows, each stripped.

    Raises:
        DataError: there is no such column, or it is not clear which it is.
    """
    if names is None:
        named = [cell.strip() for cell in rows[0]]
        if {text, label} & set(named) or has_names(rows):
            names, rows = named, rows[1:]
        else:
            names = [f"column {i + 1}" for i in range(len(rows[0]))]
    for option, name in (("--text-column", text), ("--label-column", label)):
        if name is not None and name not in names:
            hint = did_you_mean(name, names)
            raise DataError(f"{option} must be one of {listed(names)}, got {name!r}{hint}")
    if not rows:
        raise DataError(f"{file} holds names of columns and no rows. {ACCEPTED}")
    at_text, at_label, at_part = find_columns(some_of(rows), names, file, text, label)
    texts = [row[at_text].strip() for row in rows]
    labels = _whole([composed(row[at_label].strip()) for row in rows])
    if at_part is None:
        return texts, labels, ["train"] * len(rows)
    return texts, labels, [PARTS.get(row[at_part].strip().lower(), "train") for row in rows]


def _whole(labels: list[str]) -> list[str]:
    """Return classes that are all numbers such as 1.0, where one may be missing, without the .0."""
    if all(not label or re.fullmatch(r"-?\d+\.0", label) for label in labels):
        return [label.removesuffix(".0") for label in labels]
    return labels
