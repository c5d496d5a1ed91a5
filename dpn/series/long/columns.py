"""Which column of a table in long form names the series, which tells time, class and part.

By usual names, else by names that have such a word in them, else by what the columns hold: rows of
one series stand together, share one class, and lie evenly in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dpn.files.columns import say_the_same, usual
from dpn.files.folders import PARTS as OF_PARTS
from dpn.files.times import are_clocks
from dpn.series.cells import Table, plain
from dpn.series.long.when import COUNTS, DAYS, called_time, has_word, told_time

#: What people call the columns.
IDS = (
    *("series", "series_id", "seriesid", "id", "case", "case_id", "caseid", "sample", "sample_id"),
    *("sequence", "sequence_id", "recording", "recording_id", "instance", "trial", "unique_id"),
    *("measurement", "series_number", "group_id", "run", "name", "item_id", "file", "filename"),
    *("file_name", "clip", "take", "segment", "episode", "session"),
)
#: What people call the column of whoever was recorded.
WHO = (
    *("subject", "subject_id", "user", "user_id", "participant", "participant_id", "person"),
    *("person_id", "patient", "patient_id", "volunteer", "volunteer_id"),
)
LABELS = (
    *("label", "class", "category", "target", "activity", "labels", "classlabel", "gesture"),
    *("class_label", "surface", "movement", "action"),
)
PARTS = ("split", "part", "subset", "set", "partition")
#: Rows that a series has on the average, at the least, where only its rows tell that it is one.
_ROWS = 3


@dataclass(frozen=True)
class Columns:
    """Where in a row what stands."""

    series: int
    time: int | None
    day: int | None
    label: int | None
    part: int | None
    channels: tuple[int, ...]

    @property
    def of_rows(self) -> set[int | None]:
        """All but the channels."""
        return {self.series, self.time, self.day, self.label, self.part}


def find(
    table: Table, channels: Sequence[str] | None = None, said: str | None = None
) -> Columns | None:
    """Return where what stands; None where no column tells the series, or no channel is left.

    Args:
        table: the names of the columns, and rows below.
        channels: the columns that are read, where that is known.
        said: the column of classes, where that is known.
    """
    names, rows = table.rows[0], table.rows[1:]
    known = [plain(name) for name in names]
    words = words_in(table)
    series = usual(known, IDS)
    is_usual = series is not None
    if series is None and not any(name and table.is_number(name) for name in names):
        series = _by_rows(table, known, words)
    if series is None:
        return None
    shares = _shared(rows, series)
    time, label, part = called_time(table, known), usual(known, LABELS), usual(known, PARTS)
    if part is not None and not {row[part].lower() for row in rows} <= {"", *OF_PARTS}:
        part = None  # the number of a fold or of a set
    if label is None and "y" in known and "x" not in known:  # beside x it is a channel
        label = known.index("y")
    if label is None:
        label = _classes(rows, known, series, words - {series, time, part}, shares)
    if label is not None and label not in words:
        numbers = [row[label] for row in rows]
        able = (i for i in sorted(words & shares) if say_the_same(numbers, [r[i] for r in rows]))
        label = next(able, label)  # what the number of a class says in words
    if said is not None:
        label = names.index(said)
    if time is None:
        time = told_time(table, known, series, {series, label, part}, may_be_written=is_usual)
    day = usual(known, DAYS) if time is not None and are_clocks([rows[0][time]]) else None
    others = words - {series, time, day, label, part}
    if not is_usual and (others or label is None):  # some other table
        return None
    if channels is None:
        taken = {series, time, day, label, part, *others}
        found = tuple(i for i, name in enumerate(known) if i not in taken and name not in COUNTS)
    else:
        found = tuple(names.index(one) for one in channels)
    return Columns(series, time, day, label, part, found) if found else None


def classes_able(table: Table, columns: Columns) -> list[int]:
    """Return the columns that could be those of the classes: of words, alike within each series."""
    shared = _shared(table.rows[1:], columns.series) - {columns.time, columns.part}
    return sorted(shared & words_in(table)) or sorted(shared & {*columns.channels})


def words_in(table: Table) -> set[int]:
    """Return the columns whose first cell below the names is a word."""
    return {i for i, cell in enumerate(table.rows[1]) if not table.is_number(cell)}


def _by_rows(table: Table, known: Sequence[str], words: set[int]) -> int | None:
    """Return the column that parts the rows into blocks, more of them than classes would be."""
    rows = table.rows[1:]
    best: tuple[bool, int, int] | None = None
    for i, name in enumerate(known):
        column = [row[i] for row in rows]
        distinct = len({*column})
        blocks = 1 + sum(a != b for a, b in pairwise(column))
        is_whole = i in words or not any("." in c or (table.comma and "," in c) for c in column)
        if not is_whole or blocks != distinct or distinct < 2 or _ROWS * distinct > len(rows):
            continue
        found = (has_word(name, IDS), distinct, -i)
        best = found if best is None else max(best, found)
    if best is None or has_word(known[-best[2]], LABELS):
        return None
    return -best[2]


def _shared(rows: Sequence[Sequence[str]], series: int) -> set[int]:
    """Return the columns that say one thing of each series, and the same of several."""
    alike = constant(rows, series)
    firsts = {row[series]: row for row in reversed(rows)}.values()
    return {i for i in alike if 1 < len({first[i] for first in firsts}) < len(firsts)}


def constant(rows: Sequence[Sequence[str]], series: int) -> set[int]:
    """Return the columns that say one thing of each series, be it in its first row alone."""
    firsts: dict[str, Sequence[str]] = {}
    alike = {*range(len(rows[0]))} - {series}
    for row in rows:
        first = firsts.setdefault(row[series], row)
        alike = {i for i in alike if row[i] == first[i] or not row[i]}
    return alike


def _classes(
    rows: Sequence[Sequence[str]],
    known: Sequence[str],
    series: int,
    words: set[int],
    shared: set[int],
) -> int | None:
    """Return the column of classes where none is called so."""
    if len(words) == 1 and words <= constant(rows, series):
        return next(iter(words))
    for able in (
        [i for i in sorted(shared) if has_word(known[i], LABELS)],
        sorted(words & shared),
        sorted(shared) if not words else [],
    ):
        if len(able) == 1 and len(rows):
            return able[0]
    return None
