"""A column of times -> numbers that its rows are ordered by, however they are written."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WITH_UNIT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*([^\W\d_]+)")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)(?: ?([ap])\.?m\.?)?", re.IGNORECASE)
#: A date has a number, and a mark between its parts or the name of a month.
_DATE = re.compile(r"\d.*[-/.:年 ].*\d|[^\W\d_]{3}.*\d{4}|^[^\W\d_]{3}-\d\d$")
#: Signs of a date, at most: whole letters with one in them would be searched for seconds.
_LONGEST = 100
#: Months as spreadsheets write them.
_MONTH = re.compile(r"([^\W\d_]{3})-(\d\d)")
#: Dates as Twitter writes them, whose format pandas does not guess: cell by cell takes long.
_IS_LONG, _LONG = re.compile(r"\w{3} \w{3} \d\d [\d:]{8} \+0000 \d{4}$"), "%a %b %d %H:%M:%S %z %Y"
#: Nanoseconds, of which 64 bits reach from 1677 to 2262 only: microseconds are plenty.
_NANO = re.compile(r"(\.\d{6})\d+")
#: Months in German, French and Spanish; the English ones pandas knows.
_MONTH_NAMES = {
    name: month
    for names in (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for month, name in enumerate(names.split(), start=1)
}
#: 1. Februar 2026, 1 février 2026, 1 de febrero de 2026.
_IN_WORDS = re.compile(r"(\d{1,2})\.? (?:de )?([^\W\d_]{3,}) (?:de )?(\d{4})\b", re.IGNORECASE)
#: Before noon, and after it.
_HALF = re.compile(r"(上午|下午) ?(\d{1,2}:\d\d(?::\d\d)?)")
_SHORT = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}\b")


def times_in(cells: Sequence[str]) -> tuple[NDArray[np.float64], str]:
    """Return (N,) what N rows are ordered by, NaN where a cell is no time, and what was assumed.

    The whole column is read in one way: as numbers; as numbers with one unit (2s, 10s); as clocks
    (9:57:00, 0:3.5); or as dates. Of 3/4/2026 the first number is the day where the column has one
    above 12 there, or parts them by dots; otherwise it is the month. What was assumed is "" or
    "day, month, year" and the like.
    """
    found = _counted(cells)
    return dates_in(cells) if found is None else (found, "")


def are_clocks(cells: Sequence[str]) -> bool:
    """Return whether cells tell times of a day, or from a start, and no day."""
    return bool(cells) and _clocks(cells) is not None


def runs_on(times: NDArray[np.float64]) -> bool:
    """Return whether clocks (N,) stand in order but for midnight, or where hours begin anew.

    They fall by more than half of what they span then, each time that they fall.
    """
    steps = np.diff(times)
    falls = -steps[steps < 0]
    return not len(falls) or bool(2 * falls.min() > np.ptp(times))


def are_dates(cells: Sequence[str], share: float = 1.0) -> bool:
    """Return whether cells, or such a share of them, are dates, with clocks or without."""
    least = share * len(cells)
    if not cells or sum(map(_may_be_date, cells)) < least or _counted(cells) is not None:
        return False
    return bool((~np.isnan(dates_in(cells)[0])).sum() >= least)


def _may_be_date(cell: str) -> bool:
    return len(cell) <= _LONGEST and _DATE.search(cell) is not None


def _counted(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Return numbers, those with a unit, or seconds of clocks; None of anything else."""
    try:
        return np.array(cells, np.float64)
    except ValueError:
        found = _with_unit(cells)
        return _clocks(cells) if found is None else found


def _with_unit(cells: Sequence[str]) -> NDArray[np.float64] | None:
    found = [_WITH_UNIT.fullmatch(cell) for cell in cells]
    numbers = [float(one[1]) for one in found if one]
    alike = len({one[2] for one in found if one}) == 1
    return np.array(numbers) if alike and len(numbers) == len(cells) else None


def _clocks(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Return seconds of (hours:)minutes:seconds; minutes of hours:minutes order as well.

    So do those before noon and after it, where all say which.
    """
    found, halves = [], set()
    for cell in cells:
        if (one := _CLOCK.fullmatch(cell)) is None:
            return None
        parts = [float(part.replace(",", ".")) for part in one.groups()[:3] if part is not None]
        if one[4]:  # 12:05 AM is 0:05
            parts[0] = parts[0] % 12 + 12 * (one[4] in "pP")
        halves.add(bool(one[4]))
        found.append(sum(part * 60**i for i, part in enumerate(reversed(parts))))
    return np.array(found) if len(halves) == 1 else None


def dates_in(cells: Sequence[str]) -> tuple[NDArray[np.float64], str]:
    """Return seconds since 1970 (N,), NaN of what is no date, and the order of day and month.

    Summer and winter times of a zone are left aside. The order is "" where none was guessed; see
    ``times_in``.
    """
    import pandas as pd

    names = list(dict.fromkeys(cells))
    short = [match for name in names if (match := _SHORT.match(name))]
    is_day_first = any(int(match[1]) > 12 or "." in match[0] for match in short)
    are_some = [_may_be_date(one) and not _CLOCK.fullmatch(one) for one in names]
    plain = [_plain(one) if is_one else None for one, is_one in zip(names, are_some, strict=True)]
    series = pd.Series(plain, dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is no date; those are told by NaN
        told = _LONG if any(map(_IS_LONG.match, names[:1])) else None
        dates = pd.to_datetime(
            series, errors="coerce", dayfirst=is_day_first, utc=True, format=told
        )
        if (lost := dates.isna() & series.notna()).any():  # written in several ways
            dates[lost] = pd.to_datetime(
                series[lost], errors="coerce", dayfirst=is_day_first, utc=True, format="mixed"
            )
    whole = dates.dt.as_unit("us")
    seconds = np.where(dates.isna(), np.nan, whole.astype(np.int64) / 1e6)
    of = dict(zip(names, seconds, strict=True))
    order = f"{'day, month' if is_day_first else 'month, day'}, year" if short else ""
    if any(map(_MONTH.fullmatch, names)):
        order = "month, year"
    return np.array([of[cell] for cell in cells], np.float64), order


def _plain(date: str) -> str:
    """Return a date as pandas reads it.

    That is in English, and without summer's and winter's time of a zone.
    """
    if (month := _MONTH.fullmatch(date)) is not None:
        return f"1 {month[1]} {'20' if month[2] < '69' else '19'}{month[2]}"
    if (words := _IN_WORDS.search(date)) and (number := _MONTH_NAMES.get(words[2].lower())):
        date = f"{words[3]}-{number:02}-{int(words[1]):02}{date[words.end() :]}"
    date = _HALF.sub(lambda half: f"{half[2]} {'AM' if half[1] == '上午' else 'PM'}", date)
    date = re.sub(r"[年月](?=\d)", "-", date).replace("日", "").rstrip("月")
    date = _NANO.sub(r"\1", date)
    return re.sub(r"\b[A-Z]{1,2}[DS]T\b", "", date)
