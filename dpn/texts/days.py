"""The column of a table that says when: which one it is, and the day of each row."""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Sequence

from dpn.names import shown

#: What people call it.
NAMES = (
    *("date", "day", "time", "datetime", "timestamp", "created_at", "created", "published"),
    *("published_at", "posted", "sent", "received", "when", "datum", "fecha", "日期", "时间"),
)
#: Share of the cells that must be dates, and what a date looks like that is found by its cells:
#: 2019-03-01, 1/3/2019, 2019年3月1日, Fri Mar 01 14:05:00 2019, 1 March 2019.
MOST = 0.9
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?!\d)|\d{4}年\d{1,2}月"
    rf"|(?:[a-z]{{3,9}},? )?(?:{_MONTH} \d{{1,2}}\b|\d{{1,2}}\.? {_MONTH}).*\b\d{{4}}\b",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2\d{2,4}\b")
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?", re.IGNORECASE)
#: Seconds, or milliseconds, since 1970, of the years 2001 to 2033 (10**9 to 2 * 10**9 s).
_UNIX = re.compile(r"(1\d{9})(\d{3})?(\.\d+)?")
#: Zones that pandas does not know: they are left out, and the day is that of the place.
_ZONE = re.compile(r"\s\b[A-Z]{1,2}[SD]T\b")
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")


def find_days(
    names: Sequence[str], rows: Sequence[Sequence[str]], text: int
) -> tuple[list[datetime.date | None], str] | None:
    """Return the day of each row, None where its cell is no date, and a sentence about them.

    None where no column holds dates. Of 3/4/2026 and 3-4-2026 the first number is the day if a row
    has one above 12 there, and otherwise the month; of 3.4.2026 it is the day.

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
                words += f" {missing:,} rows have none."
            return found, words
    return None


def are_days(cells: Sequence[str]) -> bool:
    """Return whether cells look like dates; years and numbers alone do not."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(bool(_DATE.match(cell)) for cell in filled) >= MOST * len(filled)


def _read(cells: Sequence[str]) -> tuple[list[datetime.date | None], str]:
    import pandas as pd

    short = [match for cell in cells if (match := _SHORT.match(cell))]
    is_dotted = bool(short) and all(match[2] == "." for match in short)
    is_day_first = is_dotted or any(int(match[1]) > 12 for match in short)
    plain = ["" if _TIME.fullmatch(cell) else _plain(cell) for cell in cells]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of cells that are no date; they are counted
        dates = pd.to_datetime(
            pd.Series(plain, dtype=object),
            errors="coerce",
            format="mixed",
            dayfirst=is_day_first,
            utc=True,
        )
    found: list[datetime.date | None] = [None if pd.isna(date) else date.date() for date in dates]
    order = ""
    if short:
        order = f", read as {'day, month' if is_day_first else 'month, day'}, year"
    return found, order


def _plain(cell: str) -> str:
    """Return a date as pandas knows it."""
    if unix := _UNIX.fullmatch(cell):
        return datetime.datetime.fromtimestamp(int(unix[1]), datetime.UTC).isoformat()
    return _ZONE.sub("", _CHINESE.sub(r"\1-\2-\3", cell))
