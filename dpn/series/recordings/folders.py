"""A folder with a folder for each class, and in it a series a file, as apps of sensors export them.

walk/001.csv  walk/002.csv  run/001.csv  …
train/walk/monday/Accelerometer.csv  …  test/walk/tuesday/Accelerometer.csv  …
walk/anna/take1.csv  walk/anna/take2.csv  …

Several tables in a folder of a class's folder are several recordings if they differ in their
numbers alone; else they are what several sensors recorded at once, of which one is to be kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dpn.errors import DataError
from dpn.files.folders import class_folders
from dpn.names import listed, shown
from dpn.series.found import Series, checked, taken_for
from dpn.series.recordings.recording import (
    SUFFIXES,
    Recording,
    is_recording,
    read_of_run,
    read_recording,
)

#: Files that may be there at most, and those of a class that are looked at to tell what they are.
MOST, LOOKED_AT = 20_000, 3
_NUMBER = re.compile(r"\d+")
#: What apps call the folder and the files that say something of a recording.
_BESIDE = ("meta", "metadata", "annotation", "annotations")


def is_of_recordings(folder: Path) -> bool:
    """Return whether two class folders or more hold recordings."""
    found = {
        label
        for inner, label, _ in class_folders(folder)
        if any(map(is_recording, _files(inner)[:LOOKED_AT]))
    }
    return len(found) > 1


def read_recordings(folder: Path, channels: Sequence[str] | None = None) -> Series:
    """Return the recordings of class folders; ``channels`` are the columns that are read, if known.

    Raises:
        DataError: a file cannot be read, they differ in their columns, or there are too many.
    """
    found: list[tuple[Path, str, str]] = []
    left: list[str] = []
    for inner, label, part in class_folders(folder):
        files = _files(inner)
        if len(found) + len(files) > MOST:
            raise DataError(f"{shown(folder.name)} holds more than {MOST:,} files of series.")
        paths = [path for path in files if is_recording(path)]
        known = {*paths}
        left += [path.name for path in files if path not in known]
        for above in {path.parent for path in paths} - {inner}:
            names = [path.name for path in paths if path.parent == above]
            if len({_NUMBER.sub("", name) for name in names}) > 1:
                raise DataError(
                    f"{above.relative_to(folder)} holds several tables: {listed(names)}. Keep one "
                    "of them in each folder, the same everywhere; or number the recordings: take1, "
                    "take2."
                )
        found += [(path, label, part) for path in paths]
    read: list[Recording] = []
    for path, _, _ in found:
        called = shown(str(path.relative_to(folder)))
        if read:
            one = read_recording(path, called, read[0].channels)
        else:
            one = read_of_run(path, called, channels)
        checked([one.values], called)
        read.append(one)
    values, notes = checked([one.values for one in read], shown(folder.name))
    if time := read[0].time:
        notes = (f"Column {shown(time)} was taken for the time.", *notes)
    notes = (*notes, *taken_for(channels, read[0].channels, shown(folder.name)))
    if cut := sum(one.was_cut for one in read):
        notes = (*notes, f"Files whose last row is cut off, so left out: {cut:,}.")
    if left:
        notes = (*notes, f"Left out, as no tables of numbers: {listed(sorted({*left}))}.")
    labels, parts = [label for _, label, _ in found], [part for _, _, part in found]
    return Series(values, labels, parts, read[0].channels, notes)


def _files(folder: Path) -> list[Path]:
    """Return the tables in a folder and in those below, without what says something of them."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not any(
            part.startswith((".", "_")) or part.lower().split(".")[0] in _BESIDE
            for part in path.relative_to(folder).parts
        )
    ]
