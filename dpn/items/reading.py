"""A table of who took which item when -> each one's items, in the order of time.

user,item,time
196,242,881250949
186,302,891717742

MovieLens' files are read as they are (u.data, ratings.dat, ratings.csv), and logs of clicks whose
columns are called so or alike. Rows that stand at the same time keep the order of the file.
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dpn.errors import DataError
from dpn.files.decoding import decoded, opened
from dpn.items.columns import ACCEPTED, columns_of, is_known, is_number, tell_of_lists, times_of
from dpn.names import MAX_NAME_LENGTH, composed, is_class_name, shown, tally

#: Endings of files that may hold such a table.
SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".data", ".inter", ".log", ".base", ".test")
#: Bytes of a file, rows of it, and different items: a score is computed for each of them at each
#: step of a training, and more than so many take too long on a CPU.
MAX_BYTES, MAX_ROWS, MAX_ITEMS = 200_000_000, 2_000_000, 20_000
#: What MovieLens calls files without names of columns; parts of them end in .base.
_MOVIELENS = ("u.data", "ratings.dat")
#: A first line that only tells a spreadsheet what parts the cells.
_SAYS_MARK = re.compile(r"sep=(.)\r?\n?$", re.IGNORECASE)
#: Rows looked at to find out what a file is.
LOOKED_AT = 500


@dataclass(frozen=True)
class Lists:
    """What a file holds: each one's items in the order of time, what was assumed, and whose."""

    lists: list[list[str]]
    notes: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


def is_of_lists(path: Path) -> bool:
    """Return whether a file is a table of users, items and times, by its names or its content."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    try:
        with opened(path) as file:
            lines = list(islice(file, LOOKED_AT))
        rows = list(_rows(lines))
    except (OSError, UnicodeError, csv.Error):
        return False
    if not rows:
        return False
    return tell_of_lists(rows, as_movielens=_is_movielens(path, lines))


def read_lists(path: Path, *, to_learn: bool = True) -> Lists:
    """Read a file.

    Args:
        path: it.
        to_learn: whether there must be enough in it to learn from.

    Raises:
        DataError: it cannot be read, has no such columns, or too many items or rows.
    """
    name = shown(path.name)
    words, notes = decoded(path, ACCEPTED, MAX_BYTES)
    lines = io.StringIO(words, newline="").readlines()
    try:
        rows = list(islice(_rows(lines), MAX_ROWS + 2))
    except csv.Error as error:
        raise DataError(f"{name} is no table ({error}). {ACCEPTED}") from error
    if not rows:
        raise DataError(f"{name} is empty. {ACCEPTED}")
    is_movielens = _is_movielens(path, lines[:LOOKED_AT])
    columns = columns_of(rows[:LOOKED_AT], name, as_movielens=is_movielens)
    first = 2 if columns.has_names else 1
    rows = rows[columns.has_names :]
    if len(rows) > MAX_ROWS:
        raise DataError(
            f"{name} has more than {MAX_ROWS:,} rows; bring those of some of its users."
        )
    if not columns.has_names:
        notes.append(
            f"{name} has no names of columns: column {columns.user + 1} was taken for the user, "
            f"{columns.item + 1} for the item, {columns.times[0] + 1} for the time."
        )
    most = max(columns.user, columns.item, *columns.times)
    kept = [
        (line, row)
        for line, row in enumerate(rows, start=first)
        if len(row) > most and is_known(row[columns.user]) and row[columns.item].strip()
    ]
    timed = [(line, row) for line, row in kept if all(row[i].strip() for i in columns.times)]
    if left := len(rows) - len(kept):
        notes.append(f"{name}: left out {left:,} of {len(rows):,} rows, without user or item.")
    if left := len(kept) - len(timed):
        notes.append(f"{name}: left out {left:,} of {len(rows):,} rows, without a time.")
    if not (kept := timed):
        raise DataError(f"{name} has no row with a user, an item and a time. {ACCEPTED}")
    long = {row[columns.item] for _, row in kept if len(row[columns.item]) > MAX_NAME_LENGTH}
    if shortened := sum(len(called(item)) == MAX_NAME_LENGTH for item in long):
        notes.append(
            f"{name}: items with names of more than {MAX_NAME_LENGTH} characters: {shortened:,}; "
            "their middle is left out."
        )
    times = []
    for i in columns.times:
        read, order = times_of([(line, row[i].strip()) for line, row in kept], name)
        times.append(read)
        if order:
            notes.append(f"{name}: the dates were read as {order}.")
    by_user: dict[str, list[tuple[tuple[float, ...], str]]] = {}
    for time, (_, row) in zip(zip(*times, strict=True), kept, strict=True):
        by_user.setdefault(row[columns.user].strip(), []).append((time, called(row[columns.item])))
    lists = [
        [item for _, item in sorted(taken, key=lambda pair: pair[0])] for taken in by_user.values()
    ]
    if to_learn:
        check(lists, name)
    return Lists(lists, tuple(notes), tuple(by_user))


def called(item: str) -> str:
    """Return what an item is called: on one line, and of a longer name the middle left out."""
    name = " ".join(composed(item).split())
    if len(name) <= MAX_NAME_LENGTH:
        return name
    of_whole = zlib.crc32(name.encode("utf-8", "surrogatepass"))  # two may differ in the middle
    return f"{name[:34]}…{of_whole:08x}…{name[-20:]}"


def check(lists: Sequence[Sequence[str]], name: str) -> tuple[str, ...]:
    """Return the K items of lists, those that are there most often first.

    Args:
        lists: of items.
        name: of the file or set, for the errors.

    Raises:
        DataError: nothing can be learned from them, there are too many items, or one has no proper
            name.
    """
    counts: dict[str, int] = {}
    for one in lists:
        for item in one:
            counts[item] = counts.get(item, 0) + 1
    if len(counts) > MAX_ITEMS:
        often = sorted(counts.values(), reverse=True)[MAX_ITEMS]
        raise DataError(
            f"{name} has {len(counts):,} different items; at most {MAX_ITEMS:,} are accepted. "
            f"Leave out those that come at most {tally(often, 'time')}."
        )
    if sum(len(one) >= 3 for one in lists) < 2 or len(counts) < 2:
        raise DataError(
            f"{name} must hold at least two users with three items or more each, and two different "
            f"items; users in it: {len(lists):,}, items: {len(counts):,}."
        )
    if bad := next((item for item in counts if not is_class_name(item)), None):
        raise DataError(
            f"An item of {name} is called {bad[:80]!r}; names are 1 to {MAX_NAME_LENGTH} visible "
            "characters."
        )
    return tuple(sorted(counts, key=lambda item: (-counts[item], item)))


def _is_movielens(path: Path, lines: Sequence[str]) -> bool:
    """Return whether a file is called or laid out as those of MovieLens without column names."""
    first = next((line for line in lines if line.strip()), "")
    return "::" in first or path.name.lower() in _MOVIELENS or path.suffix.lower() == ".base"


def _rows(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the rows of a table, whose cells are parted by what the first line has most of.

    Spaces part them where the first line holds numbers alone. Between tabs a quotation mark is one
    of a title, where else a cell would hold other cells or rows.
    """
    if lines and (said := _SAYS_MARK.match(lines[0])):
        yield from _filled(csv.reader(lines[1:], delimiter=said[1]))
        return
    first = next((line for line in lines if line.strip()), "")
    if "::" in first:
        yield from (line.rstrip("\r\n").split("::") for line in lines if line.strip())
        return
    mark = max("\t,;|", key=first.count)
    if mark not in first and all(map(is_number, first.split())):
        yield from (line.split() for line in lines if line.strip())
        return
    if mark == "\t" and any(line.count('"') % 2 for line in lines):
        try:
            rows = list(csv.reader(lines, delimiter=mark))
        except csv.Error:
            rows = [[mark]]
        if any(mark in cell for row in rows for cell in row):
            yield from _filled(line.rstrip("\r\n").split(mark) for line in lines)
            return
    yield from _filled(csv.reader(lines, delimiter=mark))


def _filled(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    return (row for row in rows if any(map(str.strip, row)))
