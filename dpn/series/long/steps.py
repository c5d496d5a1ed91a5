"""The order of the steps of each series: by its column of times, or as they stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dpn.files.times import are_clocks, runs_on, times_in
from dpn.names import shown
from dpn.series.cells import Table
from dpn.series.long.columns import Columns


def times_of(
    table: Table, columns: Columns, file: str
) -> tuple[NDArray[np.float64] | None, tuple[str, ...]]:
    """Return (N,) the times of the N rows below the names, and what was assumed.

    None where there are none, or where a cell holds none: the rows are then in order as they stand.
    """
    if columns.time is None:
        return None, ()
    found, notes = np.zeros(len(table.rows) - 1), []
    for i in (columns.day, columns.time):
        if i is None:
            continue
        name, cells = table.rows[0][i], [row[i] for row in table.rows[1:]]
        numbers = [table.number(cell) for cell in cells]
        there = [value for value in numbers if value is not None]
        times, order = (np.array(there), "") if len(there) == len(cells) else times_in(cells)
        if (lost := np.isnan(times)).any():
            cell = shown(cells[int(lost.argmax())], "nothing")
            said = f"column {shown(name)} holds {cell!r}, which is no time"
            return None, (f"{file}: {said}: the steps stand as in the file.",)
        if order:
            notes.append(f"{file}: the dates in column {shown(name)} were read as {order}.")
        found += times
        if columns.day is None and are_clocks(cells):
            _put_past_midnight(found, [row[columns.series] for row in table.rows[1:]])
    return found, tuple(notes)


def _put_past_midnight(times: NDArray[np.float64], series: list[str]) -> None:
    """Set the clocks (N,) of each series that runs on past midnight to 0, 1 … as rows stand."""
    ids = np.unique(series, return_inverse=True)[1]
    order = np.argsort(ids, kind="stable")
    for places in np.split(order, np.flatnonzero(np.diff(ids[order])) + 1):
        if runs_on(times[places]):
            times[places] = np.arange(len(places))
