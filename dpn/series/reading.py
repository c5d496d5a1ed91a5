"""One way to read any file of series."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dpn.errors import DataError
from dpn.names import shown
from dpn.series.archive.arff import read_arff
from dpn.series.archive.ts import read_ts
from dpn.series.arrays import holds_pictures, read_npz
from dpn.series.found import ACCEPTED, Series
from dpn.series.rows import SUFFIXES as OF_ROWS
from dpn.series.rows import is_table_of_pixels as is_table_of_pixels
from dpn.series.rows import is_table_of_rows, read_rows
from dpn.series.table import SUFFIXES as SUFFIXES
from dpn.series.table import is_table_of_series, read_table

#: What reads the formats of the UCR/UEA archive, by ending.
_ARCHIVE = {".ts": read_ts, ".arff": read_arff}


def is_of_series(path: Path) -> bool:
    """Return whether ``read_series`` is to read a file: .ts, .arff, an npz of no pictures, a table.

    Raises:
        DataError: an npz is damaged.
    """
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return path.is_file() and not holds_pictures(path)
    return suffix in _ARCHIVE or is_table_of_series(path) or is_table_of_rows(path)


def read_series(
    path: Path, channels: Sequence[str] | None = None, label: str | None = None
) -> Series:
    """Return the series of a file.

    Of a table ``channels`` are the columns that are read, and ``label`` that of the classes, where
    they are known.

    Raises:
        DataError: it cannot be read, or is none of the layouts.
    """
    suffix = path.suffix.lower()
    if suffix in _ARCHIVE:
        return _ARCHIVE[suffix](path)
    if suffix == ".npz":
        return read_npz(path)
    if suffix in OF_ROWS and not is_table_of_series(path) and is_table_of_rows(path):
        return read_rows(path, label)
    if suffix in SUFFIXES:
        return read_table(path, channels, label)
    raise DataError(f"{shown(path.name)} is no file of series. {ACCEPTED}")
