"""A file of texts with their classes: bytes -> (text, class, part), whatever it is laid out as.

a table     CSV, TSV or semicolons, with or without a line of names: the two columns are found
            by their names, or else by what is in them
JSON lines  an object a line, or one list of objects: likewise
lines       "CLASS text": the class in front, with a space, a tab or fastText's __label__
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dpn.errors import DataError, did_you_mean
from dpn.files.decoding import decoded, lines_of
from dpn.files.orange import without_types
from dpn.names import composed, listed, shown
from dpn.texts import measured
from dpn.texts.columns import (
    ACCEPTED,
    TEXT_NAMES,
    are_measured,
    find_columns,
    has_names,
    part_in,
    text_column,
    texts_beside,
)
from dpn.texts.layout import (
    FASTTEXT,
    OTHER_CLASS,
    TABLES,
    OpenQuote,
    one_column,
    rows_of,
    some_of,
)
from dpn.texts.tables import left_out

#: What stands where a class is missing, in lower case.
_NO_CLASS = ("", "nan", "<na>", "null")


@dataclass(frozen=True)
class Texts:
    """What a file holds: N texts, the class of each, its part ("train", "test"), and notes.

    ``columns`` are the names of those with the texts and the classes.
    """

    texts: list[str]
    labels: list[str]
    parts: list[str]
    notes: tuple[str, ...] = ()
    columns: tuple[str | None, str | None] = (None, None)


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
    if names is None and (typed := without_types(rows)) is not None:
        rows, at_most = typed[0], typed[1:]
        text, label = text or at_most[0], label or at_most[1]
    rows, names = _named(rows, names, {text, label})
    for option, said in (("--text-column", text), ("--label-column", label)):
        if said is not None and said not in names:
            hint = did_you_mean(said, names)
            raise DataError(f"{option} must be one of {listed(names)}, got {said!r}{hint}")
    if not rows:
        raise DataError(f"{name} holds names of columns and no rows. {ACCEPTED}")
    if words.startswith(FASTTEXT):
        several = sum(line.count(FASTTEXT) > 1 for line in lines_of(words))
        if several:
            notes.append(
                f"{name}: of texts with several classes ({several:,}) the first was taken."
            )
    some = some_of(rows)
    if text is None and (said_of_it := measured.told(some, names, name, label)):
        raise DataError(said_of_it)
    at = find_columns(some, names, name, text, label)
    at_text, at_label, at_part = at
    if beside := texts_beside(some, names, at):
        notes.append(
            f"{name}: the texts are those of {names[at_text]}; left out: {listed(beside)}."
        )
    kept = [row for row in rows if row[at_text].strip() and _is_class(row[at_label])]
    notes += left_out(rows, len(kept), name, "text or class")
    if not kept:
        raise DataError(f"{name} holds no text with a class. {ACCEPTED}")
    labels = _whole([composed(row[at_label].strip()) for row in kept])
    if are_measured(labels):
        raise DataError(
            f"{name} has numbers to be predicted ({listed(labels, 3)}), and no classes. Put a "
            "class in the place of each, such as low and high; or say the column of classes with "
            "--label-column NAME."
        )
    lower = Counter(one.lower() for one in {*labels})
    if alike := [one for one in sorted({*labels}) if lower[one.lower()] > 1]:
        notes.append(f"{name}: classes that differ in capitals are several: {listed(alike)}.")
    parts = ["train"] * len(kept)
    if at_part is not None:
        parts = [part_in(names[at_part], row[at_part].strip()) for row in kept]
    texts = [row[at_text].strip() for row in kept]
    return Texts(texts, labels, parts, tuple(notes), (names[at_text], names[at_label]))


@dataclass(frozen=True)
class Columns:
    """A file of texts as N >= 1 rows, none without a text; ``text`` is the column of those.

    ``places`` are the numbers of the rows in the file, from 1 on below the names of the columns.
    """

    names: list[str]
    rows: list[list[str]]
    text: int
    notes: tuple[str, ...] = ()
    places: tuple[int, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The N texts."""
        return [row[self.text].strip() for row in self.rows]


def read_columns(path: Path, text: str | None = None, classes: Collection[str] = ()) -> Columns:
    """Return a file of texts with all that stands beside each.

    The texts are a column of a table or a field of JSON, as ``read_texts`` finds it, else the
    lines, which are the only column; of those a class is left out, in front of or behind each.

    Args:
        path: the file.
        text: the name of the column with the texts, where it is not clear.
        classes: what may stand in front of or behind lines.

    Raises:
        DataError: it cannot be read, holds none, or has no column called ``text``.
    """
    words, notes = decoded(path, ACCEPTED)
    suffix, name = path.suffix.lower(), shown(path.name)
    if not words.strip():
        raise DataError(f"{name} holds no text.")
    try:
        rows, called = rows_of(words, suffix, name, has_classes=False)
        if called is None and (typed := without_types(rows)) is not None:
            rows, text = typed[0], text or typed[1]
        rows, names = _named(rows, called, {text})
    except DataError as error:
        if "json" in suffix or isinstance(error, OpenQuote):
            raise
        if text is not None:
            raise DataError(f"{name} has no columns, so none called {text!r}.") from None
        lines = [line.strip() for line in one_column(words, suffix)]
        first = next(i for i, line in enumerate(lines) if line)
        if suffix in TABLES and lines[first].strip(' "').lower() in TEXT_NAMES:
            lines = lines[first + 1 :]  # it names the only column
        names, at, rows = ["text"], 0, [[line] for line in lines]
        if (without := _without_class([*filter(None, lines)], classes)) is not None:
            each = iter(without)
            rows = [[next(each) if line else ""] for line in lines]
            notes.append(f"{name}: the class in each line was left out.")
    else:
        if text is not None and text not in names:
            raise DataError(f"--text-column must be one of {listed(names)}, got {text!r}")
        rows = rows if names else []  # of {} there is one, without a cell
        at = text_column(some_of(rows), names, text) if rows else 0
        filled = sum(bool(row[at].strip()) for row in rows)
        notes += left_out(rows, filled, name, "text")
    places = [i for i, row in enumerate(rows) if row[at].strip()]
    if not places:
        raise DataError(f"{name} holds no text.")
    kept, numbers = [rows[i] for i in places], tuple(i + 1 for i in places)
    return Columns(names, kept, at, tuple(notes), numbers)


def _is_class(cell: str) -> bool:
    return cell.strip().lower() not in _NO_CLASS


def _without_class(lines: list[str], classes: Collection[str]) -> list[str] | None:
    """Return lines without the class in front of or behind each; None where one has none."""
    if all(line.startswith(FASTTEXT) for line in lines):
        return [OTHER_CLASS.sub("", line) for line in lines]
    for at_end, mark in ((False, None), (True, ";"), (True, ",")):
        parted = [line.rsplit(mark, 1)[::-1] if at_end else line.split(mark, 1) for line in lines]
        if all(len(one) == 2 and one[0].strip().removesuffix(":") in classes for one in parted):
            return [one[1] for one in parted]
    return None


def _named(
    rows: list[list[str]], names: list[str] | None, said: set[str | None]
) -> tuple[list[list[str]], list[str]]:
    """Return rows without the names of their columns, and those; ``said`` are some of them."""
    if names is not None:
        return rows, names
    named = [cell.strip() for cell in rows[0]]
    if said & {*named} or has_names(rows):
        return rows[1:], named
    return rows, [f"column {i + 1}" for i in range(len(named))]


def _whole(labels: list[str]) -> list[str]:
    """Return classes that are all numbers such as 1.0, where one may be missing, without the .0."""
    if all(not label or re.fullmatch(r"-?\d+\.0", label) for label in labels):
        return [label.removesuffix(".0") for label in labels]
    return labels
