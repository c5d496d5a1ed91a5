"""Which column of a table tells the user, which the item, which the time; and times as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dpn.errors import DataError
from dpn.names import listed, shown

ACCEPTED = "Accepted: a CSV with the columns user, item and time (a number, or a date and time)."
#: What people call the columns, in lower case and without anything but letters.
USERS = (
    *("user", "userid", "session", "sessionid", "visitor", "visitorid", "customer", "customerid"),
    *("uid", "reviewerid", "client", "clientid", "playlist", "playlistid", "listener", "account"),
)
ITEMS = (
    *("item", "itemid", "movie", "movieid", "product", "productid", "song", "songid", "track"),
    *("trackid", "article", "articleid", "newsid", "asin", "isbn", "bookid", "book", "sku", "page"),
    *("pageid", "url", "artist", "artistid", "itemidx", "parentasin", "stockcode", "click"),
)
TIMES = (
    *("time", "timestamp", "date", "datetime", "ts", "createdat", "unixreviewtime", "playedat"),
    *("order", "position", "step", "visitdate", "eventtime", "clicktime", "unixtime"),
    "invoicedate",
)
#: Numbers from here on are Unix times (from 1973), up to here ratings, of so many different ones.
UNIX, MOST_STARS, STARS = 1e8, 10.0, 21


@dataclass(frozen=True)
class Columns:
    """Places of the columns, from 0, and whether the first row names them."""

    user: int
    item: int
    time: int
    has_names: bool


def _plain(row: Sequence[str]) -> list[str]:
    return ["".join(c for c in cell.lower() if c.isalpha()) for cell in row]


def tell_of_lists(rows: list[list[str]], *, as_movielens: bool = False) -> bool:
    """Return whether rows, at least one, look like a table of users, items and times.

    ``as_movielens``: the file is called or laid out as MovieLens' files without names of columns.
    """
    names = {*_plain(rows[0])}
    is_named = bool(names & {*USERS} and names & {*ITEMS})
    return is_named or _by_content(rows, as_movielens=as_movielens) is not None


def columns_of(rows: list[list[str]], name: str, *, as_movielens: bool = False) -> Columns:
    """Return where the users, items and times are: by their names, or by what is there.

    Raises:
        DataError: there are none.
    """
    names = _plain(rows[0])
    found = [next((names.index(one) for one in of if one in names), None) for of in (USERS, ITEMS)]
    user, item = found
    time = next((names.index(one) for one in TIMES if one in names), None)
    if user is None and item is None and time is None:
        columns = _by_content(rows, as_movielens=as_movielens)
        if columns is not None:
            return columns
    if user is not None and item is not None and time is None and len(rows) > 1:
        rest = [i for i in range(len(names)) if i not in (user, item)]
        time = next((i for i in rest if _is_time(_cells(rows[1:], i))), None)
    if user is None or item is None or time is None:
        parts = {"user": user, "item": item, "time": time}
        lost = [what for what, at in parts.items() if at is None]
        heads = [cell.strip() for cell in rows[0]]
        raise DataError(
            f"{name} has no column called {' or '.join(lost)}; its columns are {listed(heads)}. "
            f"{ACCEPTED}"
            + (" Where the rows are in order, number them." if lost == ["time"] else "")
        )
    return Columns(user, item, time, has_names=True)


def _by_content(rows: list[list[str]], *, as_movielens: bool) -> Columns | None:
    """Return the columns of a table of numbers without names; None where it is not clear.

    One column must hold Unix times; one of ratings may be there, the last that could be; of the two
    others the user's comes first, as in MovieLens' files. Of those themselves any time will do.
    """
    width = len(rows[0])
    if not 3 <= width <= 4 or any(len(row) != width for row in rows):
        return None
    columns = [_cells(rows, i) for i in range(width)]
    times = [i for i in range(width) if _is_time(columns[i])]
    if len(times) != 1:
        is_plain = as_movielens and width == 4 and all(is_number(c) for row in rows for c in row)
        return Columns(0, 1, 3, has_names=False) if is_plain else None
    rest = [i for i in range(width) if i != times[0]]
    if len(rest) == 3:
        stars = [i for i in rest if _are_stars(columns[i])]
        rest = [i for i in rest if i not in stars[-1:]]
    if len(rest) != 2 or not all(cell.strip() for i in rest for cell in columns[i]):
        return None
    return Columns(rest[0], rest[1], times[0], has_names=False)


def _cells(rows: list[list[str]], i: int) -> list[str]:
    return [row[i] if i < len(row) else "" for row in rows]


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number."""
    return _number(cell) is not None


def _is_time(cells: list[str]) -> bool:
    return all((value := _number(cell)) is not None and value >= UNIX for cell in cells)


def _are_stars(cells: list[str]) -> bool:
    values = {_number(cell) for cell in cells}
    return len(values) <= STARS and all(v is not None and 0 <= v <= MOST_STARS for v in values)


def times_of(cells: list[tuple[int, str]], name: str) -> list[float]:
    """Return what rows are ordered by, from (line, cell): numbers, or dates.

    Raises:
        DataError: one is neither.
    """
    numbers = [_number(cell) for _, cell in cells]
    found = [value for value in numbers if value is not None and value == value]  # no NaN
    if len(found) == len(numbers):
        return found
    if 2 * len(found) > len(numbers):
        wrong = next(i for i, value in enumerate(numbers) if value is None or value != value)
    else:
        import pandas as pd

        dates = pd.to_datetime(
            pd.Series([cell for _, cell in cells], dtype=object),
            errors="coerce",
            format="mixed",
            utc=True,
        )
        if not dates.isna().any():
            return [float(date.timestamp()) for date in dates]
        wrong = int(dates.isna().to_numpy().argmax())
    line, cell = cells[wrong]
    raise DataError(
        f"{name}, line {line:,}: the time is {shown(cell, 'empty')!r}; accepted is a number, such "
        "as a Unix time, or a date and time, such as 2026-11-29 14:05, in the whole column."
    )
