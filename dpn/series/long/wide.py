"""A table with a row for each value, and its channel in a column -> one with a row a step.

case_id,dim_id,reading_id,value,label
0,0,0,0.1,up
0,0,1,0.3,up
0,1,0,0.2,up
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from dpn.files.columns import usual
from dpn.series.cells import Table, plain
from dpn.series.found import MAX_CHANNELS
from dpn.series.long.columns import IDS, LABELS, PARTS, WHO
from dpn.series.long.when import COUNTS, TIMES

#: What people call the column that names the channel.
CHANNELS = (
    *("dim_id", "dim", "dimension", "dimension_id", "channel", "channel_id", "channel_name"),
    *("variable", "axis", "sensor", "sensor_id", "signal", "feature"),
)


@dataclass(frozen=True)
class Long:
    """Where in a row the channel's name and its value stand, the series, and the time if told."""

    channel: int
    value: int
    series: int
    time: int | None


def long_columns(table: Table) -> Long | None:
    """Return where what stands in a table with a row for each value; None of another table."""
    known = [plain(name) for name in table.rows[0]]
    channel, series, time, label = (usual(known, of) for of in (CHANNELS, IDS, TIMES, LABELS))
    if label is None and "y" in known and "x" not in known:
        label = known.index("y")
    if channel is None and label is not None and "kind" in known:  # as tsfresh has it
        channel = known.index("kind")
    if channel is None or series is None:
        return None
    others = {series, channel, time, label, usual(known, PARTS)}
    apart = (*COUNTS, *IDS, *WHO)
    values = [i for i, name in enumerate(known) if i not in others and name not in apart]
    names = {row[channel] for row in table.rows[1:]}
    if len(values) != 1 or not 2 <= len(names) <= MAX_CHANNELS:
        return None
    return Long(channel, values[0], series, time)


def widened(table: Table, at: Long) -> Table:
    """Return the table with a column for each channel, empty where a step has no value of it."""
    rows = table.rows[1:]
    names = list(dict.fromkeys(row[at.channel] for row in rows))
    place = {name: i for i, name in enumerate(names)}
    counted: Counter[tuple[str, str]] = Counter()
    steps: dict[tuple[str, str], list[str]] = {}
    kept = [i for i in range(len(table.rows[0])) if i not in (at.channel, at.value, at.time)]
    for row in rows:
        one = row[at.series], row[at.channel]
        time = str(counted[one]) if at.time is None else row[at.time]
        counted[one] += 1
        new = [time, *(row[i] for i in kept), *[""] * len(names)]
        step = steps.setdefault((row[at.series], time), new)
        step[1 + len(kept) + place[row[at.channel]]] = row[at.value]
    head = ["time", *(table.rows[0][i] for i in kept), *(f"channel {name}" for name in names)]
    return table.with_rows([head, *steps.values()])
