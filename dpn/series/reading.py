"""One way to read any file of series."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dpn.errors import DataError
from dpn.files.decoding import decoded
from dpn.names import shown
from dpn.series.archive.arff import read_arff
from dpn.series.archive.ts import read_ts
from dpn.series.arrays import holds_pictures, read_npz
from dpn.series.found import ACCEPTED, Series, checked, taken_for
from dpn.series.long.table import SUFFIXES as OF_SERIES
from dpn.series.long.table import is_table_of_series, read_table
from dpn.series.long.unnumbered import is_unnumbered
from dpn.series.recordings.folders import is_of_recordings, read_recordings
from dpn.series.recordings.recording import SUFFIXES as SUFFIXES
from dpn.series.recordings.recording import is_of_numbers as is_of_numbers
from dpn.series.recordings.recording import is_recording, read_of_run
from dpn.series.recordings.signals import is_of_signals, read_signals
from dpn.series.rows import SUFFIXES as OF_ROWS
from dpn.series.rows import is_table_of_pixels as is_table_of_pixels
from dpn.series.rows import is_table_of_rows, read_rows

#: What reads the formats of the UCR/UEA archive, by ending.
_ARCHIVE = {".ts": read_ts, ".arff": read_arff}


def is_of_series(path: Path) -> bool:
    """Return whether ``read_series`` is to read it: .ts, .arff, an npz of no pictures, a table.

    Or a folder of class folders, with a series in each of the files there, or with a table for each
    channel.

    Raises:
        DataError: an npz is damaged.
    """
    if path.is_dir():
        return is_of_signals(path) or is_of_recordings(path)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return path.is_file() and not holds_pictures(path)
    if suffix in _ARCHIVE or is_table_of_series(path) or is_table_of_rows(path):
        return True
    return is_unnumbered(path)  # which is refused with what to do


def read_series(
    path: Path, channels: Sequence[str] | None = None, label: str | None = None
) -> Series:
    """Return the series of a file, or of a folder with a folder for each class.

    Of a table ``channels`` are the columns that are read, and ``label`` that of the classes, where
    they are known. Where the channels are known a table may also be one series, a row a step.

    Raises:
        DataError: it cannot be read, or is none of the layouts.
    """
    suffix = path.suffix.lower()
    if label is not None and (path.is_dir() or suffix in (*_ARCHIVE, ".npz")):
        raise DataError(
            f"--label-column is of tables; {shown(path.name)} is none, and says the classes in its "
            "own way: leave it out."
        )
    if path.is_dir():
        if is_of_signals(path):
            return read_signals(path)
        if not is_of_recordings(path):
            raise DataError(
                f"{shown(path.name)} is a folder without one of series (.csv) for each class; name "
                "the file of series in it."
            )
        return read_recordings(path, channels)
    if suffix in _ARCHIVE:
        return _ARCHIVE[suffix](path)
    if suffix == ".npz":
        return read_npz(path)
    is_of_series = is_table_of_series(path)
    if channels is not None and not is_of_series and is_recording(path):
        is_alone = len(channels) > 1 or not is_table_of_rows(path)
        if is_alone:
            return _alone(path, channels)
    if suffix in OF_ROWS and not is_of_series and is_table_of_rows(path):
        return read_rows(path, label, may_lack=channels is not None)
    if suffix in OF_SERIES:
        return read_table(path, channels, label)
    decoded(path, ACCEPTED)  # says what else it is
    raise DataError(f"{shown(path.name)} is no file of series. {ACCEPTED}")


def _alone(path: Path, channels: Sequence[str]) -> Series:
    """Return the one series of a recording."""
    name = shown(path.name)
    one = read_of_run(path, name, channels)
    values, notes = checked([one.values], name)
    notes = (*notes, *taken_for(channels, one.channels, name))
    if one.was_cut:
        notes = (f"{name}: the last row is cut off, so left out.", *notes)
    if one.time:
        notes = (f"Column {shown(one.time)} was taken for the time.", *notes)
    return Series(values, [""], ["test"], one.channels, notes)
