"""A file of texts with their classes: bytes -> (text, class, part), whatever it is laid out as.

a table     CSV, TSV or semicolons, with or without a line of names: the two columns are found
            by their names, or else by what is in them
JSON lines  an object a line, or one list of objects: likewise
lines       "CLASS text": the class in front, with a space, a tab or fastText's __label__
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dpn.errors import DataError, did_you_mean
from dpn.files.decoding import decoded, lines_of
from dpn.files.folders import PARTS
from dpn.names import composed, listed, shown
from dpn.texts.columns import (
    ACCEPTED,
    LABEL_NAMES,
    TEXT_NAMES,
    find_columns,
    has_names,
    name_both,
    text_column,
)
from dpn.texts.json_rows import rows_of_json
from dpn.texts.rasa import rows_of_rasa

#: Rows looked at to find out what a file is.
LOOKED_AT = 2_000
#: Lines of a small file.
SMALL = 50
_FASTTEXT = "__label__"
#: A first line that only tells a spreadsheet what parts the cells.
_SAYS_MARK = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


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
    rows, names = _rows(words, path.suffix.lower(), name)
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
        rows, names = _rows(words, suffix, name)
    elif suffix in (".csv", ".tsv"):
        rows = next(filter(None, (_table(words, m) for m in _marks(words, suffix))), None)
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


def _marks(words: str, suffix: str) -> list[str]:
    lines = lines_of(words)
    return _delimiters(lines, suffix) if any(line.strip() for line in lines) else []


def _rows(words: str, suffix: str, name: str) -> tuple[list[list[str]], list[str] | None]:
    """Return the rows of a file, and the names of the columns, None where it has none."""
    start = words.lstrip()[:1]
    if start in "[{" and (found := rows_of_json(words, name, sure="json" in suffix)) is not None:
        return found
    lines = lines_of(words)
    if (said := _SAYS_MARK.match(words)) and (table := _table(words[said.end() :], said[1])):
        return table, None
    for mark in _delimiters(lines, suffix):
        table = _table(words, mark)
        if table is not None:
            return table, None
    if (of_rasa := rows_of_rasa(words)) is not None:
        return of_rasa, ["text", "label"]
    if _is_one_column(lines, suffix):
        raise DataError(f"{name} has one column only, and no classes beside it. {ACCEPTED}")
    if (found_lines := _labelled(lines)) is not None:
        return found_lines, ["label", "text"]
    raise DataError(f"It is not clear how {name} is laid out. {ACCEPTED}")


def _delimiters(lines: list[str], suffix: str) -> list[str]:
    """Return what may stand between the columns, the likeliest first; none for plain lines."""
    seen = [line for line in lines[:LOOKED_AT] if line.strip()]
    counts = {mark: sum(mark in line for line in seen) / len(seen) for mark in "\t,;|"}
    if suffix == ".tsv":
        return ["\t"]
    if suffix == ".csv":
        return sorted((mark for mark in ",;\t|" if counts[mark]), key=lambda m: -counts[m])
    named = {mark for mark in "\t,;" if name_both(seen[0].split(mark))}
    return [mark for mark in "\t,;" if mark in named or _is_between(seen, mark)]


def _is_between(lines: list[str], mark: str) -> bool:
    """Return whether each line is a text and a class with a mark between, or most have a tab."""
    if mark == "\t":
        return sum(mark in line for line in lines) > 0.95 * len(lines)
    if any(line.count(mark) != 1 for line in lines):
        return False
    ends = zip(*(line.split(mark) for line in lines), strict=True)
    return any(2 <= len(set(column)) <= len(lines) // 2 for column in ends)


def _table(words: str, mark: str) -> list[list[str]] | None:
    """Return the rows of a table; None if its rows are not of two columns or more."""
    csv.field_size_limit(2**31 - 1)
    # Between tabs a quotation mark is most often one: it stands at both ends of a cell, or is one.
    plain = mark == "\t" and words.count('"\t') <= 1
    rows: list[list[str]]
    try:
        if plain:
            rows = [line.split(mark) for line in lines_of(words)]
        else:
            rows = list(csv.reader(io.StringIO(words, newline=""), delimiter=mark))
    except csv.Error:
        return None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return None
    (width, count), *_ = Counter(map(len, rows)).most_common(1)
    if width < 2 or count < 0.5 * len(rows):
        return None
    # A longer row has a comma too many: which of its cells is which is not known.
    rows = [[""] * width if any(row[width:]) else row[:width] for row in rows]
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _is_one_column(lines: list[str], suffix: str) -> bool:
    """Return whether a table is one column that has a name."""
    first = next((line for line in lines if line.strip()), "")
    named = {*TEXT_NAMES, *LABEL_NAMES}
    return suffix in (".csv", ".tsv") and first.strip(' "\r').lower() in named


def _labelled(lines: list[str]) -> list[list[str]] | None:
    """Return (class, text) of lines with the class in front; None if no word in front is one."""
    pairs = [line.strip().split(None, 1) for line in lines if line.strip()]
    pairs = [pair if len(pair) == 2 else [pair[0], ""] for pair in pairs]
    first = {pair[0] for pair in pairs}
    few = len(pairs) // (2 if len(pairs) < SMALL else 5)  # first words of prose differ more
    if not 2 <= len(first) <= max(2, few):
        return None
    if all(label.endswith(":") for label in first):
        pairs = [[label[:-1], text] for label, text in pairs]
    return [[label.removeprefix(_FASTTEXT), text] for label, text in pairs]


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
    at_text, at_label, at_part = find_columns(rows[:LOOKED_AT], names, file, text, label)
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
