"""Series whose number begins anew for each subject or session are named by both.

subject,trial,time,x,label
anna,0,0,0.1,up
ben,0,0,0.4,up
"""

from __future__ import annotations

from collections.abc import Sequence

from dpn.errors import DataError
from dpn.names import shown
from dpn.series.cells import Table, plain
from dpn.series.long.columns import IDS, WHO

#: Rows of a series named by several columns, at the least on the average: fewer are single steps.
_ROWS = 3


def named_apart(
    table: Table, series: int, when: Sequence[int | None], label: int | None, file: str
) -> tuple[Table, tuple[str, ...]]:
    """Return the table with names of series that stand for one each, and what was assumed.

    The rows of a series must have each time once, or without times stand together, and one class
    and one subject, which a row may leave empty. If those of its column do not, it is tried with
    others that name something.

    Args:
        table: the names of the columns, and rows below.
        series: the column that names the series.
        when: the columns that together tell the time of a row.
        label: the column of classes.
        file: its name, for the error.

    Raises:
        DataError: the steps of several recordings stand under one name.
    """
    names, rows = table.rows[0], table.rows[1:]
    times = [tuple(row[i] for i in when if i is not None) for row in rows]
    once = [i for i, name in enumerate(names) if i == label or plain(name) in WHO]
    said = [tuple(row[i] for i in once) for row in rows]
    more = [i for i, name in enumerate(names) if plain(name) in (*WHO, *IDS)]
    more = [i for i in more if i not in (series, label, *when)]
    keys = [(series,), *((series, i) for i in more), (series, *more)]
    for may_repeat in (False, True):
        for key in keys:
            of = [tuple(row[i] for i in key) for row in rows]
            if len(key) > 1 and _ROWS * len({*of}) > len(rows):
                continue
            if _mixed(of, times, said, may_repeat=may_repeat) is None:
                return (table, ()) if key == (series,) else _joined(table, key, of, file)
    wrong = _mixed([(row[series],) for row in rows], times, [()] * len(rows), may_repeat=True)
    if wrong is None:  # but for what is said of it
        return table, ()
    time = when[-1]
    assert time is not None  # without times rows may stand anywhere
    raise DataError(
        f"{file}: series {shown(rows[wrong][series])!r} comes to the time "
        f"{shown(' '.join(times[wrong]))!r} twice, in row {wrong + 2:,} again. If those are "
        "several recordings, number them all, or name whose each is in a column called subject. "
        f"Column {shown(names[time])} was taken for the time: if it is none, rename it; if it "
        "tells no day, add a column called date."
    )


def _mixed(
    of: Sequence[tuple[str, ...]],
    times: Sequence[tuple[str, ...]],
    said: Sequence[tuple[str, ...]],
    *,
    may_repeat: bool,
) -> int | None:
    """Return a row, from 0, that cannot be of the series that ``of`` says; None if all can.

    With ``may_repeat`` rows that follow each other may have one time, as a slow clock tells it.
    """
    last: dict[tuple[str, ...], tuple[int, tuple[str, ...], tuple[str, ...]]] = {}
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for n, (one, time, what) in enumerate(zip(of, times, said, strict=True)):
        if one in last:
            before, last_time, last_what = last[one]
            if any(a and b and a != b for a, b in zip(what, last_what, strict=True)):
                return n
            what = tuple(a or b for a, b in zip(what, last_what, strict=True))
            if not time:
                if before != n - 1 and not may_repeat:
                    return n
            elif (one, time) in seen and not (may_repeat and time == last_time):
                return n
        last[one] = n, time, what
        seen.add((one, time))
    return None


def _joined(
    table: Table, key: Sequence[int], of: Sequence[tuple[str, ...]], file: str
) -> tuple[Table, tuple[str, ...]]:
    """Return the table with its series called by all columns of a key, of which one is left."""
    names = table.rows[0]
    left = [i for i in range(len(names)) if i not in key[1:]]
    rows = [
        [" / ".join(one) if i == key[0] else row[i] for i in left]
        for one, row in zip(of, table.rows[1:], strict=True)
    ]
    series, *others = (shown(names[i]) for i in key)
    note = f"{file}: {series} begins anew, so a series is one of each {' and '.join(others)}."
    return table.with_rows([[names[i] for i in left], *rows]), (note,)
