"""How a file of texts is laid out: its words -> rows of cells, and the names of their columns."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Sequence
from typing import TypeVar

from dpn.errors import DataError
from dpn.files.decoding import lines_of
from dpn.texts.columns import ACCEPTED, LABEL_NAMES, TEXT_NAMES, name_both
from dpn.texts.json_rows import rows_of_json
from dpn.texts.rasa import rows_of_rasa
from dpn.texts.tables import filled, never_closed, table_of

#: Rows looked at to find out what a file is.
LOOKED_AT = 2_000
_Row = TypeVar("_Row")
#: Endings of tables with tabs, and of all tables.
TABBED = (".tsv", ".tab")
TABLES = (".csv", *TABBED)
#: Lines of a small file.
SMALL = 50
#: What stands before a class of fastText's, of which a text may have several.
FASTTEXT = "__label__"
OTHER_CLASS = re.compile(rf"(?<!\S){FASTTEXT}\S+\s*")
#: A first line that only tells a spreadsheet what parts the cells.
_SAYS_MARK = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


class OpenQuote(DataError):
    """A cell of a table begins with a quotation mark that nothing closes."""


def some_of(rows: Sequence[_Row]) -> Sequence[_Row]:
    """Return the first of rows and others from all over, in order: many files are sorted by class.

    By chance, as every third row may be of one class.
    """
    if len(rows) <= LOOKED_AT:
        return rows
    picked = random.Random(0).sample(range(1, len(rows)), LOOKED_AT - 1)
    return [rows[i] for i in (0, *sorted(picked))]


def marks_of(words: str, suffix: str) -> list[str]:
    """Return what may stand between the columns of a file, the likeliest first."""
    lines = lines_of(words)
    return _delimiters(lines, suffix) if any(line.strip() for line in lines) else []


def rows_of(
    words: str, suffix: str, name: str, *, has_classes: bool = True
) -> tuple[list[list[str]], list[str] | None]:
    """Return the rows of a file, and the names of the columns, None where it has none.

    Args:
        words: what stands in it.
        suffix: of its name, in lower case.
        name: of the file, for errors.
        has_classes: whether it is known that there are classes: then a word in front of the lines
            that recurs is one, and what recurs beside a comma or semicolon.

    Raises:
        DataError: it is none of the layouts.
    """
    start = words.lstrip()[:1]
    if start in "[{" and (found := rows_of_json(words, name, sure="json" in suffix)) is not None:
        return found
    lines = lines_of(words)
    if not has_classes and _is_one_column(lines, suffix):  # whatever parts a text
        raise DataError(f"{name} has one column only.")
    if (said := _SAYS_MARK.match(words)) and (table := table_of(words[said.end() :], said[1])):
        return table, None
    of_fasttext = has_classes and words.startswith(FASTTEXT)  # a comma is one of its texts'
    for mark in [] if of_fasttext else _delimiters(lines, suffix, has_classes):
        if mark != "\t" and (line := never_closed(words, mark)):
            raise OpenQuote(
                f"{name}, line {line:,}: a quotation mark opens a cell, and none closes it. Close "
                'it behind the text; of one that is part of a text write two: "".'
            )
        table = table_of(words, mark)
        if table is not None:
            return table, None
    if (of_rasa := rows_of_rasa(words)) is not None:
        return of_rasa, ["text", "label"]
    if _is_one_column(lines, suffix):
        raise DataError(f"{name} has one column only, and no classes beside it. {ACCEPTED}")
    if has_classes and (found_lines := _labelled(lines)) is not None:
        return found_lines, ["label", "text"]
    raise DataError(f"It is not clear how {name} is laid out. {ACCEPTED}")


def _delimiters(lines: list[str], suffix: str, has_classes: bool = True) -> list[str]:
    """Return what may stand between the columns, the likeliest first; none for plain lines."""
    seen = some_of([line for line in lines if line.strip()])
    counts = {mark: sum(mark in line for line in seen) / len(seen) for mark in "\t,;|"}
    if suffix in TABBED:
        return ["\t"]
    if suffix == ".csv":
        return sorted((mark for mark in ",;\t|" if counts[mark]), key=lambda m: -counts[m])
    named = {mark for mark in "\t,;|" if name_both(seen[0].split(mark))}
    likely = [mark for mark in ("\t,;" if has_classes else "\t") if _is_between(seen, mark)]
    return [mark for mark in "\t,;|" if mark in named or mark in likely]


def _is_between(lines: Sequence[str], mark: str) -> bool:
    """Return whether each line is a text and a class with a mark between, or most have a tab."""
    if mark == "\t":
        return sum(mark in line for line in lines) > 0.95 * len(lines)
    if any(line.count(mark) != 1 for line in lines):
        return False
    ends = zip(*(line.split(mark) for line in lines), strict=True)
    return any(2 <= len(set(column)) <= len(lines) // 2 for column in ends)


def one_column(words: str, suffix: str) -> list[str]:
    """Return the texts of a file of one column: the cells of a table, or else the lines.

    A cell may stand in quotation marks, and then go over lines.
    """
    if suffix not in TABLES or words.count('"') % 2:
        return lines_of(words)
    csv.field_size_limit(2**31 - 1)
    rows = filled(csv.reader(io.StringIO(words, newline="")))
    named = _is_one_column(lines_of(words), suffix)
    if not named and any(len(row) > 1 for row in rows):
        return lines_of(words)
    return [",".join(row) for row in rows]


def _is_one_column(lines: list[str], suffix: str) -> bool:
    """Return whether a table is one column that has a name."""
    first = next((line for line in lines if line.strip()), "")
    named = {*TEXT_NAMES, *LABEL_NAMES}
    return suffix in TABLES and first.strip(' "\r').lower() in named


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
    return [[label.removeprefix(FASTTEXT), OTHER_CLASS.sub("", text)] for label, text in pairs]
