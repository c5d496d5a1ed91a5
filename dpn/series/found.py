"""What a file of series holds, whatever its layout, and the checks that all layouts share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.language import msg, t
from dpn.names import listed, shown, tally

Values = NDArray[np.float32]

#: Bytes of a file, and numbers that all its series may take, padded to the longest.
MAX_BYTES, MOST_NUMBERS = 500_000_000, 250_000_000
#: Steps of the longest series, and channels.
MAX_LENGTH, MAX_CHANNELS = 10_000, 1_000
#: A channel is kept well if what 32 bits lose of it is less than this share of how far it spans.
LOST = 0.01
#: Numbers beyond it lose what is between them when they are kept in 32 bits.
LARGEST = 1e30
#: A series is far longer than those learned from if it has so many times their usual steps: there
#: scores grow as none of them has taught. And what is said of some.
FAR = 16
OF_FAR = msg(
    "Series far longer than those learned from, which have {usual:,} steps as a rule: {count:,}. "
    "What is answered of them may mean nothing."
)
#: What channels are called that had no names.
_UNNAMED = re.compile(r"channel \d+|value")
#: What is said where a file is none of it.
ACCEPTED = (
    "Accepted: a .ts or .arff file of the UCR/UEA archive; an npz with x (N, T, C) or (N, T) and "
    "y; a CSV with a column that names the series, the channels, and a column of classes; or a "
    "table with a series a row, its class first or last."
)


@dataclass(frozen=True)
class Series:
    """N series, and what is said of each.

    Attributes:
        values: N arrays (n, C) float32, all finite; n differs from series to series.
        labels: N names of classes; "" where the file has none.
        parts: N times "train" or "test".
        channels: C names.
        notes: what was assumed.
    """

    values: list[Values]
    labels: list[str]
    parts: list[str]
    channels: tuple[str, ...]
    notes: tuple[str, ...] = ()


def checked(
    values: Sequence[NDArray[np.floating]], file: str
) -> tuple[list[Values], tuple[str, ...]]:
    """Return series (n, C) as float32, and what was assumed.

    A missing value, NaN, is drawn on the line between its neighbours in time; before the first that
    is there, and behind the last, it is as that.

    Raises:
        DataError: there are none, one is empty or too long, a value is infinite or huge, a channel
            of one has no value at all, or they differ in their channels.
    """
    if not values:
        raise DataError(f"{file} holds no series. {ACCEPTED}")
    channels = values[0].shape[1]
    for number, series in enumerate(values, start=1):
        if series.shape[1] != channels:
            raise DataError(
                f"{file}: all series must have the same channels; series {number:,} has "
                f"{series.shape[1]:,} and the first {channels:,}."
            )
        if not 1 <= len(series) <= MAX_LENGTH:
            raise DataError(
                f"{file}: a series must have 1 to {MAX_LENGTH:,} steps; series {number:,} has "
                f"{len(series):,}. Take fewer of them, such as each tenth."
            )
        good = ~(np.abs(series) >= LARGEST)  # True of NaN, too
        if not good.all():
            step, channel = np.argwhere(~good)[0]
            raise DataError(
                f"{file}: series {number:,} holds {series[step, channel]:g} at step {step + 1:,}"
                + (f" of channel {channel + 1:,}" if channels > 1 else "")
                + "; numbers up to 1e30 are accepted. Mend it, or leave the cell empty: it is then "
                "drawn between its neighbours."
            )
    if not 1 <= channels <= MAX_CHANNELS:
        raise DataError(
            f"{file}: a series must have 1 to {MAX_CHANNELS:,} channels, got {channels:,}."
        )
    longest = max(map(len, values))
    if len(values) * longest * channels > MOST_NUMBERS:
        raise DataError(
            f"{file}: {len(values):,} series of up to {tally(longest, 'step')} and "
            f"{tally(channels, 'channel')} are more than {MOST_NUMBERS:,} numbers. Bring fewer, "
            "or fewer steps of each."
        )
    filled = [_filled(series, number, file) for number, series in enumerate(values, start=1)]
    found = [np.ascontiguousarray(series, np.float32) for series, _ in filled]
    notes = _of_lost(filled, found, file)
    if (gaps := sum(count for _, count in filled)) == 0:
        return found, notes
    with_gaps = sum(count > 0 for _, count in filled)
    note = (
        f"{file}: {tally(gaps, 'missing value')} in {with_gaps:,} of "
        f"{len(found):,} series: drawn on the line between their neighbours in time."
    )
    return found, (note, *notes)


def _of_lost(
    filled: Sequence[tuple[NDArray[np.floating], int]], found: Sequence[Values], file: str
) -> tuple[str, ...]:
    """Return what is said of channels that change too little for 32 bits beside their size."""
    span = np.max([np.ptp(series, axis=0) for series, _ in filled], axis=0)
    pairs = zip(filled, found, strict=True)
    lost = np.max([np.abs(kept - series).max(axis=0) for (series, _), kept in pairs], axis=0)
    if not len(small := np.flatnonzero(LOST * span < lost)):
        return ()
    return (
        f"{file}: channel {listed([int(i) + 1 for i in small])} changes so little beside its size "
        "that 32 bits do not hold it. Take a constant from it, such as its mean.",
    )


def _filled(
    series: NDArray[np.floating], number: int, file: str
) -> tuple[NDArray[np.floating], int]:
    """Return a series without gaps, and how many values were missing.

    Raises:
        DataError: a channel has no value.
    """
    gone = np.isnan(series)
    if not gone.any():
        return series, 0
    if (empty := gone.all(axis=0)).any():
        where = f" in channel {int(empty.argmax()) + 1:,}" if series.shape[1] > 1 else ""
        raise DataError(
            f"{file}: series {number:,} has no value{where}; at least one is needed. Leave out "
            + ("the series, or the channel in all." if where else "the series.")
        )
    filled, t = series.copy(), np.arange(len(series))
    for channel in np.flatnonzero(gone.any(axis=0)):
        lost = gone[:, channel]
        filled[lost, channel] = np.interp(t[lost], t[~lost], series[~lost, channel])
    return filled, int(gone.sum())


def said_of_far(values: Sequence[Values], usual: int) -> str:
    """Return what is said of series (n, C) of which some are far longer than usual; else ""."""
    far = sum(len(one) > FAR * usual for one in values)
    return t(OF_FAR, count=far, usual=usual) if far else ""


def taken_for(channels: Sequence[str] | None, found: Sequence[str], file: str) -> tuple[str, ...]:
    """Return what is said where none of the channels that a run reads is called so in a file.

    They are then those of the file in its order. Nothing is said where the run saw no names.
    """
    if channels is None or {*channels} & {*found} or all(map(_UNNAMED.fullmatch, channels)):
        return ()
    return (f"{file}: {listed(found)} were taken for {listed(channels)}, in this order.",)


def check_size(path: Path) -> None:
    """Refuse a file that cannot be looked at, or is too large.

    Raises:
        DataError: it is.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError(f"{shown(path.name)} cannot be read ({error.strerror}).") from error
    if size > MAX_BYTES:
        raise DataError(
            f"{shown(path.name)} has more than {MAX_BYTES / 1e6:,.0f} MB; bring a part of it."
        )
