"""The column of a table that says when: which one it is, and the day of each row."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from dpn.files.times import are_dates, dates_in
from dpn.names import shown

_1970 = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

#: What people call it.
NAMES = (
    *("date", "day", "time", "datetime", "timestamp", "created_at", "created", "published"),
    *("published_at", "posted", "sent", "received", "when", "datum", "fecha", "日期", "时间"),
)
#: Share of the cells that must be dates.
MOST = 0.9
#: A date that has a year: four digits, or one of three parts; Mar-19 as spreadsheets write it.
_YEAR = re.compile(r"\d{4}|\d[-/.](?:\d+|[^\W\d_]{3,})[-/.]\d|^[^\W\d_]{3}-\d\d$")
#: 20190301, and 2019 for its first day, in a column that is called so.
_DIGITS = re.compile(r"(\d{4})(?:(\d\d)(\d\d)(?:[T ]\d.*)?)?")
#: The name of a zone, behind all else.
_ZONE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])$")
#: Seconds, or milliseconds, since 1970, of the years 2001 to 2033 (10**9 to 2 * 10**9 s).
_UNIX = re.compile(r"(1\d{9})(\d{3})?(\.\d+)?")
#: How far the clock of a zone is from UTC's, behind a time.
_OFFSET = re.compile(
    r"(\d:\d\d(?::\d\d(?:[.,]\d+)?)?)\s*(?:GMT|UTC)?[+-](?!00(?::?00)?\b)\d\d(?::?\d\d)?\b"
)


def find_days(
    names: Sequence[str], rows: Sequence[Sequence[str]], text: int
) -> tuple[list[datetime.date | None], str] | None:
    """Return the day of each row, None where its cell is no date, and a sentence about them.

    None where no column holds dates. Of 3/4/2026 and 3-4-2026 the first number is the day if a row
    has one above 12 there, and otherwise the month; where dots part them it is the day.

    Args:
        names: of the columns.
        rows: all of one width.
        text: the column with the texts, which is not looked at.
    """
    others = [i for i in range(len(names)) if i != text]
    usual = [i for i in others if names[i].strip().lower() in NAMES]
    for i in [*usual, *(i for i in others if i not in usual)]:
        cells = [row[i].strip() for row in rows]
        is_time = "time" in names[i].lower() and all(map(_UNIX.fullmatch, filter(None, cells)))
        if not (i in usual or is_time or are_days(cells)):
            continue
        found, order = _read(cells)
        if sum(day is not None for day in found) >= MOST * max(1, sum(map(bool, cells))) and any(
            found
        ):
            known = [day for day in found if day is not None]
            words = f"The days are those of the column {shown(names[i])}{order}: "
            words += f"{min(known):%Y-%m-%d} to {max(known):%Y-%m-%d}."
            if missing := len(found) - len(known):
                words += f" Rows without one: {missing:,}."
            return found, words
    return None


def are_days(cells: Sequence[str]) -> bool:
    """Return whether cells are dates that have a year; years and numbers alone are none."""
    filled = [_ZONE.sub("", cell) for cell in cells if cell]
    with_year = sum(bool(_YEAR.search(cell)) for cell in filled)
    return with_year >= MOST * len(filled) and are_dates(filled, MOST)


def _read(cells: Sequence[str]) -> tuple[list[datetime.date | None], str]:
    seconds, order = dates_in([_as_date(cell) for cell in cells])
    words = f", read as {order}" if order else ""
    if any(map(_OFFSET.search, cells)):
        words += ", each by the clock of its own zone"
    if any(map(_UNIX.fullmatch, cells)):
        words += ", by UTC"
    return list(map(_day, seconds.tolist())), words


def _day(seconds: float) -> datetime.date | None:
    """Return the day of seconds since 1970; None of NaN, and beyond the years 1 to 9999."""
    try:
        return (_1970 + datetime.timedelta(seconds=seconds)).date()
    except (ValueError, OverflowError):
        return None


def _as_date(cell: str) -> str:
    """Return a date in place of seconds since 1970, and of digits alone; others without a zone."""
    cell = _ZONE.sub("", cell)
    if digits := _DIGITS.fullmatch(cell):
        return "-".join(part or "01" for part in digits.groups())
    if unix := _UNIX.fullmatch(cell):
        return (_1970 + datetime.timedelta(seconds=int(unix[1]))).isoformat()
    return _OFFSET.sub(r"\1", cell)
