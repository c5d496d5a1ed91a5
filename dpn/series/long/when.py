"""Which column of a table tells the time: by its name, or by how it grows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dpn.files.columns import usual
from dpn.files.times import are_clocks, are_dates
from dpn.series.cells import Table

#: What people call the column.
TIMES = (
    *("time", "t", "step", "timestep", "time_step", "timestamp", "index", "frame", "position"),
    *("measurement_number", "seconds", "ms", "tick", "sec", "date", "datetime", "ds", "elapsed"),
    *("reading_id", "reading"),
)
#: Words of what is a time, whatever stands beside them.
CLOCKS = (
    *("time", "timestamp", "datetime", "seconds", "elapsed"),
    *("zeit", "temps", "tiempo", "时间"),
)
#: Those of ``TIMES`` that count steps if they are whole, and else are measured: a motor's position.
MEASURED = ("position", "reading")
#: Of the day, where another column holds the time of day.
DAYS = ("date", "day", "datum")
#: Columns that number the rows.
COUNTS = ("", "row_id", "unnamed_0")


def has_word(name: str, wanted: Sequence[str]) -> bool:
    """Return whether one of the words of a plain name is among those."""
    return not {*name.split("_")}.isdisjoint(wanted)


def called_time(table: Table, known: Sequence[str]) -> int | None:
    """Return the column that is called a time, and is none that is measured."""
    able = (
        i
        for i, name in enumerate(known)
        if name not in MEASURED or are_whole([table.number(row[i]) for row in table.rows[1:]])
    )
    return usual(known, TIMES, able)


def are_whole(numbers: Sequence[float | None]) -> bool:
    """Return whether all are whole numbers, or missing."""
    return all(n is not None and (n != n or n % 1 == 0) for n in numbers)


def told_time(
    table: Table,
    known: Sequence[str],
    series: int,
    taken: set[int | None],
    *,
    may_be_written: bool,
) -> int | None:
    """Return the column that grows by equal steps in each series, or grows and is called so.

    If it ``may_be_written``, the one of dates or clocks comes first that has a word of a time in
    its name, and tells each step of a series another one.
    """
    rows = table.rows[1:]
    free = [i for i, name in enumerate(known) if i not in taken and name not in COUNTS]
    for i in free if may_be_written else ():
        cells = [row[i] for row in rows]
        differ = len({(row[series], row[i]) for row in rows}) == len(rows)
        is_called_so = differ and has_word(known[i], (*CLOCKS, *TIMES, *DAYS))
        if is_called_so and (are_dates(cells) or are_clocks(cells)):
            return i
    ids = np.unique([row[series] for row in rows], return_inverse=True)[1]
    for i in free:
        numbers = [table.number(row[i]) for row in rows]
        if any(value is None for value in numbers):
            continue
        steps = _steps(np.array(numbers, np.float64), ids)
        if not len(steps) or not steps.min() > 0:
            continue
        if has_word(known[i], TIMES) or steps.max() - steps.min() < 1e-3 * steps.max():
            return i
    return None


def _steps(values: NDArray[np.float64], ids: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how much a column grows from row to row within its series, as the rows stand."""
    order = np.argsort(ids, kind="stable")
    steps: NDArray[np.float64] = np.diff(values[order])[np.diff(ids[order]) == 0]
    return steps
