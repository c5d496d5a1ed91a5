"""Reading the handwriting of other people: strokes of a pen, and scans of forms."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError

#: Files of the data folder. Sources: E. Alpaydin, F. Alimoglu, "Pen-Based Recognition of
#: Handwritten Digits", 1998, and E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten
#: Digits", 1998, both at the UCI Machine Learning Repository under CC BY 4.0.
PENS, SCANS = "pendigits_train.csv", "optdigits-orig.windep.gz"
_FROM = {
    PENS: "pendigits.tra of 'Pen-Based Recognition of Handwritten Digits'",
    SCANS: "optdigits-orig.windep of 'Optical Recognition of Handwritten Digits', gzipped",
}
#: Pixels a side of a bitmap.
_SIDE = 32


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the digits of a file, in its order.

    Attributes:
        digits: strokes (8, 2), x to the right and y downwards, 0..100; or bitmaps (32, 32) bool.
        labels: (N,) int64, 0..9.
    """

    digits: NDArray[np.float64] | NDArray[np.bool_]
    labels: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> Part:
        """Return those that a mask (N,) marks."""
        return Part(self.digits[chosen], self.labels[chosen])


def pens(data_dir: Path) -> Part:
    """Return 7,494 digits of 30 writers as strokes (N, 8, 2), joined where the pen was lifted.

    Raises:
        DataError: the file is not there, or is another.
    """

    def read(path: Path) -> Part:
        rows = np.loadtxt(path, delimiter=",", dtype=np.int64)
        points, labels = rows[:, :16].reshape(-1, 8, 2), rows[:, 16]
        if rows.shape[1] != 17 or not (0 <= points.min() <= points.max() <= 100):
            raise ValueError
        return Part(np.stack([points[..., 0], 100 - points[..., 1]], axis=2) / 1.0, labels)

    return _checked(data_dir / PENS, read)


def scans(data_dir: Path) -> Part:
    """Return 1,797 digits of 13 writers as bitmaps (N, 32, 32), in the order of their forms.

    Raises:
        DataError: the file is not there, or is another.
    """

    def read(path: Path) -> Part:
        with gzip.open(path, "rt", encoding="ascii") as file:
            lines = [line.strip() for line in file]
        labels = np.array([int(line) for line in lines if len(line) == 1])
        rows = [line for line in lines if len(line) == _SIDE and not line.strip("01")]
        bits = np.array([[bit == "1" for bit in row] for row in rows])
        return Part(bits.reshape(len(labels), _SIDE, _SIDE), labels)

    return _checked(data_dir / SCANS, read)


#: Where the forms of the scans begin: each has the same sequence of digits, and one writer.
FORMS = (0, 130, 256, 386, 516, 646, 776, 903, 1029, 1157, 1287, 1415, 1541, 1667)
#: Forms to learn from, and to choose by; the others, and the writers, are to judge by.
LEARNED, CHOSEN = 7, 10
#: Of the pens' digits, whose file tells nothing of who wrote which, so many of a hundred.
PENS_LEARNED, PENS_CHOSEN = 80, 10


def parted_pens(part: Part) -> tuple[Part, Part, Part]:
    """Return the pens' digits to learn from, to choose by and to judge by: 80, 10 and 10%."""
    place = np.random.default_rng(30).integers(100, size=len(part.labels))
    learned, chosen = place < PENS_LEARNED, place < PENS_LEARNED + PENS_CHOSEN
    return part.where(learned), part.where(chosen & ~learned), part.where(~chosen)


def parted_scans(part: Part) -> tuple[Part, Part, Part]:
    """Return the scans to learn from, to choose by and to judge by: 7, 3 and 4 forms."""
    place = np.searchsorted(FORMS, np.arange(len(part.labels)), side="right") - 1
    learned, chosen = place < LEARNED, place < CHOSEN
    return part.where(learned), part.where(chosen & ~learned), part.where(~chosen)


def _checked(path: Path, read: Callable[[Path], Part]) -> Part:
    if not path.is_file():
        raise DataError(
            f"{path} is missing: it holds other people's handwriting, which MNIST's shipped models "
            f"are trained on too. It is {_FROM[path.name]}, from the UCI Machine Learning "
            "Repository (archive.ics.uci.edu)."
        )
    try:
        part = read(path)
        if not (len(part.labels) and 0 <= part.labels.min() <= part.labels.max() <= 9):
            raise ValueError
    except (ValueError, IndexError, OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} is not {_FROM[path.name]}; fetch it again.") from error
    return part
