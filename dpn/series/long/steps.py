"""The order of the steps of each series: by its column of times, or as they stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dpn.files.times import times_in
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
    return found, tuple(notes)
