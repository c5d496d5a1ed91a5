"""Digits that no training here has seen: to choose settings by, and to judge by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.hands.strokes import Labelled, as_input, draw, on_paper, smooth
from dpn.hands.written import parted_pens, parted_scans, pens, scans
from dpn.pictures.ink import Pixels, area_average, box_of

#: Parts of the files: the first is learned from.
CHOOSE, JUDGE = 1, 2
#: Of the figure's longer side: the canvas' brush, and a thin one.
BRUSH, THIN = 0.09, 0.05
#: Dots a side of a coarse scan, and the share of ink from which one is black.
DOTS, BLACK = 16, 0.43


def unseen(data_dir: Path, part: int) -> dict[str, Labelled]:
    """Return inputs (N, 1, 28, 28) and labels (N,) by what they are, drawn without chance.

    The scans are of writers that no training has seen; whose the pens' digits are, their file does
    not tell, so the same writers' other digits may have been learned from.

    Args:
        data_dir: holds the files of ``dpn.hands.written``.
        part: ``CHOOSE`` or ``JUDGE``.

    Raises:
        DataError: a file is not there.
    """
    pen, scan = parted_pens(pens(data_dir))[part], parted_scans(scans(data_dir))[part]
    pages = {
        "pens": [draw([one], BRUSH) for one in pen.digits],
        "pens, thin": [draw([one], THIN) for one in pen.digits],
        "pens as 16x16 scans": [
            _dots(255 - draw([smooth(one)], 1.4 * BRUSH)[..., 0]) for one in pen.digits
        ],
        "scans": [_large(bitmap * np.uint8(255), 8) for bitmap in scan.digits],
        "scans at 16x16": [_dots(bitmap * np.uint8(255)) for bitmap in scan.digits],
    }
    labels = {name: (pen if "pens" in name else scan).labels for name in pages}
    return {name: (np.stack(list(map(as_input, of))), labels[name]) for name, of in pages.items()}


def together(sets: dict[str, Labelled]) -> tuple[Pixels, NDArray[np.int64]]:
    """Return all of ``unseen`` as one."""
    images, labels = zip(*sets.values(), strict=True)
    return np.concatenate(images), np.concatenate(labels)


def _dots(ink: Pixels) -> Pixels:
    """Return ink as a form of 16 x 16 dots, stretched over all of it unless it is a mere bar."""
    crop = ink[box_of(ink)]
    width = (
        DOTS
        if crop.shape[1] * 3 > crop.shape[0]
        else round(DOTS * 3 * crop.shape[1] / crop.shape[0])
    )
    dots = area_average(crop, DOTS, max(2, width)) > BLACK * 255
    return _large(dots * np.uint8(255), 12)


def _large(ink: Pixels, times: int) -> Pixels:
    """Return ink drawn so many times as large, black on white paper with a margin."""
    large = ink.repeat(times, axis=0).repeat(times, axis=1)
    return on_paper(np.pad(255 - large, 20, constant_values=255))
