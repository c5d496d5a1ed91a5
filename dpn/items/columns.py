"""Which column of a table tells the user, which the item, which the time; and times as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dpn.errors import DataError
from dpn.files.columns import usual
from dpn.files.prose import is_prose
from dpn.files.times import are_dates, times_in
from dpn.names import listed, shown

ACCEPTED = "Accepted: a CSV with the columns user, item and time (a number, or a date and time)."
#: What people call the columns, in lower case and without anything but letters.
USERS = (
    *("user", "userid", "session", "sessionid", "visitor", "visitorid", "customer", "customerid"),
    *("uid", "reviewerid", "client", "clientid", "playlist", "playlistid", "listener", "account"),
    *("用户", "用户id", "会话", "会话id", "访客", "顾客", "客户", "客户id"),
    *("benutzer", "nutzer", "kunde", "utilisateur", "usuario", "cliente"),
)
ITEMS = (
    *("item", "itemid", "movie", "movieid", "product", "productid", "song", "songid", "track"),
    *("trackid", "article", "articleid", "newsid", "asin", "isbn", "bookid", "book", "sku", "page"),
    *("pageid", "url", "artist", "artistid", "itemidx", "parentasin", "stockcode", "click"),
    *("trackname", "songname", "title"),
    *("商品", "商品id", "物品", "物品id", "产品", "产品id", "电影", "歌曲", "文章", "页面"),
    *("artikel", "produkt", "produit", "producto", "artículo"),
)
TIMES = (
    *("time", "timestamp", "date", "datetime", "ts", "createdat", "unixreviewtime", "playedat"),
    *("order", "position", "step", "visitdate", "eventtime", "clicktime", "unixtime"),
    *("invoicedate", "timeframe", "时间", "时间戳", "日期", "顺序"),
    *("zeit", "zeitpunkt", "datum", "temps", "heure", "tiempo", "fecha", "hora"),
)
#: Numbers between are Unix times, in seconds, milli- or microseconds: from 1973 to 2286; and up to
#: NANO those in nanoseconds that end in _WHOLE, which the numbers of tweets do not.
UNIX, NANO, _WHOLE = (1e8, 1e16), 1e19, "000"
#: Ratings are numbers up to here, of so many different ones.
MOST_STARS, STARS = 10.0, 21
#: What stands for a user that nobody knows, in lower case.
_NOBODY = ("", "na", "nan", "null", "none")


@dataclass(frozen=True)
class Columns:
    """Places of the columns, from 0, and whether the first row names them.

    ``times`` are one or two, of which the first counts more: the day, and the time of it.
    """

    user: int
    item: int
    times: tuple[int, ...]
    has_names: bool


def _plain(row: Sequence[str]) -> list[str]:
    """Return the letters of names, "" of what has digits; RecBole's kinds (:token) are no part."""
    names = [cell.split(":")[0].lower() for cell in row]
    return [
        "" if any(map(str.isdigit, name)) else "".join(filter(str.isalpha, name)) for name in names
    ]


def tell_of_lists(rows: list[list[str]], *, as_movielens: bool = False) -> bool:
    """Return whether rows, at least one, look like a table of users, items and times.

    One with a column of texts is a table of texts, whoever wrote them about what.

    ``as_movielens``: the file is called or laid out as MovieLens' files without names of columns.
    """
    names = {*_plain(rows[0])}
    if names & {*USERS} and names & {*ITEMS}:
        return not any(is_prose(_cells(rows[1:], i)) for i in range(len(rows[0])))
    return _by_content(rows, as_movielens=as_movielens) is not None


def columns_of(rows: list[list[str]], name: str, *, as_movielens: bool = False) -> Columns:
    """Return where the users, items and times are: by their names, or by what is there.

    Raises:
        DataError: there are none.
    """
    names = _plain(rows[0])
    users = [names.index(one) for one in USERS if one in names]
    known = [i for i in users if 2 * sum(map(is_known, _cells(rows[1:], i))) >= len(rows) - 1]
    user = next(iter(known or users), None)
    item = usual(names, ITEMS)
    if user is None or item is None:
        columns = _by_content(rows, as_movielens=as_movielens)
        if columns is not None:
            return columns
    times = _times(names, rows[1:], (user, item))
    if user is None or item is None or not times:
        parts = {"user": user, "item": item, "time": next(iter(times), None)}
        lost = [what for what, at in parts.items() if at is None]
        heads = [cell.strip() for cell in rows[0]]
        raise DataError(
            f"{name} has no column called {' or '.join(lost)}; its columns are {listed(heads)}. "
            f"{ACCEPTED}"
            + (" Where the rows are in order, number them." if lost == ["time"] else "")
        )
    return Columns(user, item, times, has_names=True)


def is_known(user: str) -> bool:
    """Return whether a cell names a user."""
    return user.strip().lower() not in _NOBODY


def _times(
    names: list[str], rows: list[list[str]], taken: tuple[int | None, int | None]
) -> tuple[int, ...]:
    """Return the columns that rows are ordered by: named so, else of dates, else of Unix times.

    What only tells the time of a day, or begins anew within a user's rows, comes after a column of
    dates; and so does a time after dates without one. A date that says something of the item, as
    its release, is no time; one that says something of the user is the last that is taken.
    """
    rest = [i for i in range(len(names)) if i not in taken]
    named = [i for one in TIMES for i in rest if names[i] == one]
    columns = {i: _cells(rows, i) for i in rest}
    dates = [i for i in rest if rows and are_dates(columns[i])]
    users, items = ([] if i is None else _cells(rows, i) for i in taken)
    takings = len({*zip(users, items, strict=False)})
    days = [i for i in dates if i in named or not _tells_of(items, columns[i], takings)]
    days.sort(key=lambda i: (i not in named, _tells_of(users, columns[i], takings)))
    if not named:
        unix = [i for i in rest if rows and _are_unix(columns[i])]
        return tuple((days or unix)[:1])
    time = named[0]
    if time in dates:
        within = [i for i in named if i not in dates and ":" not in columns[time][0]]
        return (time, *within[:1])
    runs_on = len({*zip(users, columns[time], strict=False)}) == len(rows)
    if _are_unix(columns[time]) or (runs_on and not any(":" in cell for cell in columns[time])):
        return (time,)
    return (*days[:1], time)


def _tells_of(whose: list[str], cells: list[str], takings: int) -> bool:
    """Return whether a column says one thing of each user or item, and not the same of all.

    ``takings`` are the different pairs of user and item: each is in two or more on the average, or
    it is not clear.
    """
    each = len({*whose})
    return len({*cells}) > 1 and len({*zip(whose, cells, strict=False)}) == each <= takings / 2


def _by_content(rows: list[list[str]], *, as_movielens: bool) -> Columns | None:
    """Return the columns of a table without names; None where it is not clear.

    One column must hold dates, or else one Unix times; MovieLens' own files any time. The first
    other one is the user's, and the item's the one with most different values. Ratings may be
    there, and numbers with decimals that say something of an item, as its place on a map; but no
    texts, and no measurements, which differ more than items do.
    """
    width = len(rows[0])
    if width < 3 or any(len(row) != width for row in rows):
        return None
    columns = [[cell.strip() for cell in _cells(rows, i)] for i in range(width)]
    times = [i for i in range(width) if are_dates(columns[i])]
    times = times or [i for i in range(width) if _are_unix(columns[i])]
    if len(times) != 1:
        is_plain = as_movielens and width == 4 and all(is_number(c) for row in rows for c in row)
        return Columns(0, 1, (3,), has_names=False) if is_plain else None
    user, *rest = (i for i in range(width) if i != times[0])
    differing = {i: len({*columns[i]}) for i in range(width)}
    decimals = [i for i in rest if any("." in c and is_number(c) for c in columns[i])]
    able = [i for i in rest if i not in decimals and all(columns[i])]
    if not able or not all(columns[user]) or any(map(is_prose, columns)):
        return None
    item = max(able, key=lambda i: differing[i])
    recurs = min(differing[user], differing[item]) < len(rows)
    others = [i for i in decimals if not _are_stars(columns[i])]
    is_measured = any(differing[i] > differing[item] for i in others)
    if is_measured or not recurs:
        return None
    return Columns(user, item, (times[0],), has_names=False)


def _cells(rows: list[list[str]], i: int) -> list[str]:
    return [row[i].strip() if i < len(row) else "" for row in rows]


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number."""
    return _number(cell) is not None


def _are_unix(cells: list[str]) -> bool:
    least, most = UNIX
    return all(
        (value := _number(cell)) is not None
        and least <= value < (NANO if cell.endswith(_WHOLE) else most)
        for cell in cells
    )


def _are_stars(cells: list[str]) -> bool:
    values = {_number(cell) for cell in cells}
    return len(values) <= STARS and all(v is not None and 0 <= v <= MOST_STARS for v in values)


def times_of(cells: list[tuple[int, str]], name: str) -> tuple[list[float], str]:
    """Return what rows are ordered by, from (line, cell), and in which order dates were read.

    Raises:
        DataError: one is neither a number nor a date.
    """
    found, order = times_in([cell for _, cell in cells])
    if not (lost := np.isnan(found)).any():
        return found.tolist(), order
    no_number = np.array([(value := _number(cell)) is None or value != value for _, cell in cells])
    line, cell = cells[int((no_number if 2 * no_number.sum() < len(cells) else lost).argmax())]
    raise DataError(
        f"{name}, line {line:,}: the time is {shown(cell, 'empty')!r}; accepted is a number, such "
        "as a Unix time, or a date and time, such as 2026-11-29 14:05, in the whole column."
    )
