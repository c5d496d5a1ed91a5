"""Values with the times they were taken at, as in (2007-01-01 00:00:00,241.97),(…): as even steps.

Where the times lie evenly the values are the steps. Else as many steps are laid evenly from the
first time to the last, and each is on the line between the values around it.
"""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

#: What stands in the place of a value that is missing.
MISSING = ("?", "", "NaN", "nan", "NA")
#: Share of a step that a time may be off by and still be even.
EVEN = 0.01

_PAIR = re.compile(r"\(([^(),]*),([^(),]*)\)")
_BETWEEN_CHANNELS = re.compile(r":(?![^()]*\))")  # no colon of a time of day

Floats = NDArray[np.float64]


def parts_of(line: str) -> list[str]:
    """Return what stands between the colons of a line, but for those within brackets."""
    return _BETWEEN_CHANNELS.split(line) if line.startswith("(") else line.split(":")


def even_steps(channels: list[str]) -> tuple[Floats, bool]:
    """Return a series (n, C) from its channels, and whether its times lay evenly.

    n is the number of values of the longest channel; NaN is where one is missing.

    Raises:
        ValueError: something in it is no (time,value), no time or no number.
    """
    read = [_channel(text) for text in channels]
    steps = max(len(times) for times, _ in read)
    first, last = min(times[0] for times, _ in read), max(times[-1] for times, _ in read)
    at = np.linspace(first, last, steps)
    slack = EVEN * (last - first) / max(1, steps - 1)
    if all(len(times) == steps and np.abs(times - at).max() <= slack for times, _ in read):
        return np.stack([values for _, values in read], axis=1), True
    drawn = []
    for times, values in read:
        there = ~np.isnan(values)
        is_any = there.any()
        drawn.append(np.interp(at, times[there], values[there]) if is_any else at * np.nan)
    return np.stack(drawn, axis=1), False


def _channel(text: str) -> tuple[Floats, Floats]:
    """Return times and values (n,) of a channel, in the order of time."""
    if _PAIR.sub("", text).strip(" ,") or not (pairs := _PAIR.findall(text)):
        raise ValueError
    times = np.array([_time(time.strip()) for time, _ in pairs])
    values = [np.nan if (cell := value.strip()) in MISSING else float(cell) for _, value in pairs]
    order = times.argsort(kind="stable")
    return times[order], np.array(values)[order]


def _time(text: str) -> float:
    """Return a time as a number: it is one, or a date, of which the seconds are counted."""
    try:
        time = float(text)
    except ValueError:
        date = datetime.fromisoformat(text)
        return (date - datetime(1970, 1, 1, tzinfo=date.tzinfo)).total_seconds()
    if not np.isfinite(time):
        raise ValueError
    return time
