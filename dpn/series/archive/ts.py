"""The ``.ts`` files of the UCR/UEA archive.

    # a comment
    @univariate false
    @dimensions 2
    @classLabel true up down
    @data
    1.0,2.0,3.0:0.1,0.2,0.3:up

A line is a series: its channels with colons between them, then its class. A value may stand with
its time, as (2007-01-01 00:00:00,241.97). The layout is described in aeon's documentation, "The ts
data file format"; of the header only what changes the reading is looked at, since many files have
it wrong.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.names import composed, shown
from dpn.series.archive.lines import lines_of
from dpn.series.archive.stamps import MISSING, even_steps, parts_of
from dpn.series.found import Series, checked


def read_ts(path: Path) -> Series:
    """Return the series of a ``.ts`` file; without classes in it the labels are "".

    Raises:
        DataError: it cannot be read, or is no such file.
    """
    name, lines = shown(path.name), lines_of(path)
    header, start = _header(lines, name)
    labelled = _is_labelled(header, lines[start:])
    if header.get("targetlabel", "").lower().startswith("true"):
        raise DataError(
            f"{name} has numbers to be predicted (@targetLabel), and no classes; bring a file with "
            "@classLabel."
        )
    known = composed(" ".join(header.get("classlabel", "").split()[1:]))
    values, labels, uneven = [], [], 0
    for number, line in enumerate(lines[start:], start=start + 1):
        if not (text := line.strip()) or text[0] in "#%":
            continue
        *channels, label = parts_of(text) if labelled else (*parts_of(text), "")
        if not channels:
            raise DataError(f"{name}, line {number:,}: a class must stand behind a colon.")
        label = composed(" ".join(label.split()))
        # Names with spaces stand among the others with nothing between but spaces.
        if labelled and (not label or (known and f" {label} " not in f" {known} ")):
            raise DataError(
                f"{name}, line {number:,}: {shown(label, 'nothing')!r} is none of the classes that "
                f"@classLabel names: {shown(known)}."
            )
        if text.startswith("("):
            series, is_even = _timed(channels, name, number)
            uneven += not is_even
        else:
            series = _series(channels, name, number)
        there = np.flatnonzero(~np.isnan(series).all(axis=1))  # behind the last one it is padding
        values.append(series[: there[-1] + 1] if len(there) else series)
        labels.append(label)
    found, notes = checked(values, name)
    if uneven:
        notes = (
            *notes,
            f"{name}: the times of {uneven:,} of {len(found):,} series do not lie evenly: drawn at "
            "as many even steps, on the line between their neighbours.",
        )
    _check_said(header, found[0].shape[1], name)
    width = found[0].shape[1]
    names = tuple(f"channel {i + 1}" for i in range(width))
    return Series(found, labels, ["train"] * len(found), names, notes)


def _is_labelled(header: dict[str, str], lines: list[str]) -> bool:
    """Return whether each line ends with a class: as @classLabel says, or else as lines look."""
    if "classlabel" in header:
        return header["classlabel"].lower().startswith("true")
    ends = [parts_of(text) for line in lines if (text := line.strip()) and text[0] not in "#%"]
    return bool(ends) and all("," in end[0] and len(end) > 1 and "," not in end[-1] for end in ends)


def _header(lines: list[str], name: str) -> tuple[dict[str, str], int]:
    """Return what stands behind each @word, in lower case, and where the data begin."""
    header: dict[str, str] = {}
    for number, line in enumerate(lines):
        text = line.strip()
        if text.startswith("@"):
            word, *rest = text[1:].split(None, 1) or [""]
            if word.lower() == "data":
                return header, number + 1
            header[word.lower()] = " ".join(rest).strip()
        elif text and text[0] not in "#%":
            break
    raise DataError(
        f"{name} is no .ts file: lines with @ and then @data must stand before the series."
    )


def _series(channels: list[str], name: str, number: int) -> NDArray[np.float64]:
    """Return one line as (n, C).

    Raises:
        DataError: a value is no number, or the channels differ in length.
    """
    read = []
    for text in channels:
        cells = text.strip().strip(",").split(",")
        try:
            cells = ["nan" if cell.strip() in MISSING else cell for cell in cells]
            read.append(np.array(cells, np.float64))
        except ValueError:
            raise DataError(f"{name}, line {number:,}: {shown(text)!r} holds no number.") from None
    if len({len(channel) for channel in read}) > 1:
        raise DataError(
            f"{name}, line {number:,}: the channels of one series must be of one length, got "
            f"{', '.join(str(len(channel)) for channel in read[:8])}."
        )
    return np.stack(read, axis=1)


def _timed(channels: list[str], name: str, number: int) -> tuple[NDArray[np.float64], bool]:
    """Return one line of values with their times as (n, C), and whether those lie evenly.

    Raises:
        DataError: something in it is no time or no number.
    """
    try:
        return even_steps(channels)
    except ValueError:
        raise DataError(
            f"{name}, line {number:,}: each value must stand with its time, a number or a date, as "
            "in (2007-01-01 00:00:00,241.97),(2007-01-01 00:01:00,242.5)."
        ) from None


def _check_said(header: dict[str, str], channels: int, name: str) -> None:
    said = header.get("dimensions", header.get("dimension", ""))
    if said.isdecimal() and int(said) != channels:
        raise DataError(f"{name} says @dimensions {said}, and its series have {channels}.")
