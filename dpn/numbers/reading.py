"""What a sheet says: its lines, each digit with its place, and why it was cut there. Plain records.

Scores are natural logarithms: a piece's is the log odds that it is a digit at all, plus the log
probability of the digit it is taken for, the mean of what two models say; a reading's is the sum
over its pieces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dpn.pictures.ink import Pixels

#: Readings that are told.
TOLD = 4
#: x, y, width and height in pixels of the picture.
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Part:
    """One piece as a reading takes it.

    Attributes:
        name: the class.
        odds: log odds that it is a digit at all.
        log_p: the log probability of this class, of a digit.
        cuts: the number of the cut it begins at, and of that it ends at.
    """

    name: str
    odds: float
    log_p: float
    cuts: tuple[int, int]

    @property
    def score(self) -> float:
        """What it adds to its reading."""
        return self.odds + self.log_p


@dataclass(frozen=True)
class Reading:
    """One way to read a line.

    Attributes:
        text: what it says.
        probability: 0..1, over all ways to cut it that say so.
        parts: its pieces where it is likeliest.
    """

    text: str
    probability: float
    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        """The sum of what its parts add."""
        return sum(part.score for part in self.parts)


@dataclass(frozen=True)
class Digit:
    """One digit of the best reading.

    Attributes:
        part: the piece it is.
        box: where it is.
        input: (C, H, W), what it was read from.
        probability: 0..1, over all ways to cut the line that have it at its place: never less than
            that of the whole reading.
    """

    part: Part
    box: Box
    input: Pixels
    probability: float


@dataclass(frozen=True)
class LineRead:
    """A line that was read.

    Attributes:
        readings: the likeliest first, each with another text.
        digits: of the first one, from left to right.
        instead: for each place between two digits, the best reading that has no cut near it; None
            where the ink leaves no other way.
        marks: what was left out, such as "a minus".
        ink: (h, w) uint8, the line as it was cut.
        owners: (h, w), 1 + the number of the digit that each pixel of ink belongs to; 0 for none.
        columns: (cuts,), where each cut stands in it.
    """

    readings: tuple[Reading, ...]
    digits: tuple[Digit, ...]
    instead: tuple[Reading | None, ...]
    marks: tuple[str, ...]
    ink: Pixels
    owners: NDArray[np.uint8]
    columns: NDArray[np.float64]

    @property
    def text(self) -> str:
        """The likeliest reading."""
        return self.readings[0].text

    @property
    def probability(self) -> float:
        """How likely it is."""
        return self.readings[0].probability


@dataclass(frozen=True)
class Sheet:
    """The ink of a picture.

    Attributes:
        picture: (H, W, 3) uint8, as large as the ink.
        ink: (H, W) uint8.
        scale: pixels of the picture as it came to one of these.
        kind: "drawing" or "photo".
    """

    picture: Pixels
    ink: Pixels
    scale: float
    kind: str


@dataclass(frozen=True)
class SheetRead:
    """A sheet that was read.

    Attributes:
        sheet: it.
        lines: from top to bottom.
        owners: (H, W), for each pixel of ink 1 + the number of its digit, counted over all lines;
            0 where none is.
    """

    sheet: Sheet
    lines: tuple[LineRead, ...]
    owners: NDArray[np.uint8]

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits, line by line."""
        return tuple(digit for line in self.lines for digit in line.digits)

    @property
    def readings(self) -> list[tuple[str, float]]:
        """The likeliest texts of the whole sheet, lines one under the other, and how likely."""
        whole = [("", 1.0)]
        for index, line in enumerate(self.lines):
            both = [
                (f"{text}\n{reading.text}" if index else reading.text, p * reading.probability)
                for text, p in whole
                for reading in line.readings
            ]
            whole = sorted(both, key=lambda one: -one[1])[:TOLD]
        return whole

    @property
    def text(self) -> str:
        """The likeliest of them."""
        return self.readings[0][0]

    @property
    def probability(self) -> float:
        """How likely it is."""
        return self.readings[0][1]

    @property
    def marks(self) -> tuple[str, ...]:
        """What was left out of all lines."""
        return tuple(mark for line in self.lines for mark in line.marks)
