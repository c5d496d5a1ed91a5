"""A drawing as text that fits into an address: its strokes, in sixteenths of a pixel."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

#: Characters of a drawing.
LONGEST = 2000
#: Strokes and points of one; as many as so many characters can hold are fewer.
MOST_STROKES, MOST_POINTS = 300, 1500
#: Commands of all paths of a canvas: whoever draws for a minute makes fewer.
MOST_COMMANDS = 5000
#: The first byte: another way to write drawings gets another one.
VERSION = 1
#: Steps of a pixel that points may lie on. A pixel of a canvas is small; but a picture is moved to
#: its middle by whole pixels of the model's, and a little can move it by one more.
STEPS = (1, 2, 4, 16)
#: Pixels that a point may lie outside of the canvas, and on its far side.
LOW, HIGH = -500, 1500
#: Pixels that a line may move when points are left out, and steps of a pixel: the first of these
#: that makes a drawing short enough.
ROUGHNESS = ((0.2, 16), (0.5, 4), (1.0, 2), (2.0, 1))
Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Stroke:
    """One stroke: its width in pixels, 1 to 255, and its points (x, y) in pixels of its canvas."""

    width: int
    points: tuple[tuple[float, float], ...]


def encode(strokes: Sequence[Stroke]) -> str:
    """Return strokes as text: letters, digits, "-" and "_"."""
    numbers = np.array([number for stroke in strokes for at in stroke.points for number in at])
    steps = next((n for n in STEPS if not (numbers * n % 1).any()), STEPS[-1])
    data, x, y = bytearray([VERSION, steps]), 0, 0
    for stroke in strokes:
        _put(data, stroke.width)
        _put(data, len(stroke.points))
        for to_x, to_y in ((round(steps * a), round(steps * b)) for a, b in stroke.points):
            _put(data, _unsigned(to_x - x))
            _put(data, _unsigned(to_y - y))
            x, y = to_x, to_y
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> list[Stroke]:
    """Return the strokes of a text.

    Raises:
        ValueError: it is no drawing.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise ValueError("not the letters of a drawing")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not the letters of a drawing") from error
    numbers = _numbers(data[2:])
    strokes: list[Stroke] = []
    x = y = total = 0
    if data[:1] != bytes([VERSION]) or len(data) < 2 or (steps := data[1]) not in STEPS:
        raise ValueError("not of this version")
    while (width := next(numbers, None)) is not None:
        count = next(numbers, 0)
        total += count
        if not (1 <= width <= 255 and count) or total > MOST_POINTS:
            raise ValueError("not a stroke")
        points = []
        for _ in range(count):
            x += _signed(_needed(numbers))
            y += _signed(_needed(numbers))
            if not (LOW <= x / steps <= HIGH and LOW <= y / steps <= HIGH):
                raise ValueError("not on the canvas")
            points.append((x / steps, y / steps))
        strokes.append(Stroke(width, tuple(points)))
    if not 0 < len(strokes) <= MOST_STROKES:
        raise ValueError("too few or too many strokes")
    return strokes


def shorten(objects: Sequence[dict[str, Any]]) -> str | None:
    """Return a canvas' objects as text; None if it would be longer than ``LONGEST``.

    They come from a browser and may be anything: what is no drawing is None, too.
    """
    for roughness in ROUGHNESS:
        try:
            if sum(len(one["path"]) for one in objects) > MOST_COMMANDS:
                return None
            strokes = [_stroke(one, *roughness) for one in objects]
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
            return None
        points = sum(len(stroke.points) for stroke in strokes)
        if len(strokes) <= MOST_STROKES and points <= MOST_POINTS:
            text = encode(strokes)
            if len(text) <= LONGEST:
                return text
    return None


def _stroke(one: dict[str, Any], tolerance: float, steps: int) -> Stroke:
    """Return a path that Fabric drew: begun by M, then L to a point or Q past one.

    What came out of an address, lines between such steps, stays as it is.
    """
    commands = one["path"]
    width = min(max(round(float(one["strokeWidth"])), 1), 255)
    is_plain = all(letter in "ML" for letter, *_ in commands)
    line = np.array(list(_line(commands)), dtype=np.float64)
    if line.ndim != 2 or not np.isfinite(line).all():
        raise ValueError("not a path")
    line = np.clip(line, LOW, HIGH)
    if not (is_plain and (line * steps % 1 == 0).all() and tolerance == ROUGHNESS[0][0]):
        line = (simplify(line, tolerance) * steps).round() / steps
    found = line.tolist()
    points = [found[0], *(to for at, to in pairwise(found) if at != to)]
    return Stroke(width, tuple((x, y) for x, y in points))


def _line(commands: Sequence[Sequence[Any]]) -> Iterator[tuple[float, float]]:
    """Yield the points of a path; of a curve one in its middle, too."""
    x = y = 0.0
    for letter, *numbers in commands:
        to_x, to_y = float(numbers[-2]), float(numbers[-1])
        if letter == "Q":
            over_x, over_y = float(numbers[0]), float(numbers[1])
            yield (x + 2 * over_x + to_x) / 4, (y + 2 * over_y + to_y) / 4
        elif letter not in ("M", "L"):
            raise ValueError(f"no command {letter!r}")
        x, y = to_x, to_y
        yield x, y


def simplify(line: Points, tolerance: float) -> Points:
    """Return the points (N, 2) of a line that matter: none left out was farther from it.

    Source: Douglas & Peucker, *Algorithms for the reduction of the number of points*, 1973.
    """
    kept = np.zeros(len(line), dtype=bool)
    kept[[0, -1]] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        between = line[first + 1 : last]
        along, to = line[last] - line[first], between - line[first]
        length = float(along @ along)
        # The nearest point of the piece itself: a line may turn back beyond its ends.
        share = np.clip(to @ along / length, 0, 1) if length else np.zeros(len(to))
        away = np.hypot(*(to - share[:, None] * along).T)
        if away.max() > tolerance:
            middle = first + 1 + int(away.argmax())
            kept[middle] = True
            waiting += [(first, middle), (middle, last)]
    return line[kept]


def _unsigned(number: int) -> int:
    """Return 0, -1, 1, -2, 2, … as 0, 1, 2, 3, 4, …, so that small numbers are short."""
    return 2 * number if number >= 0 else -2 * number - 1


def _signed(number: int) -> int:
    return number // 2 if number % 2 == 0 else -(number // 2) - 1


def _put(data: bytearray, number: int) -> None:
    """Append a number, seven bits a byte, the low ones first."""
    while number > 127:
        data.append(number & 127 | 128)
        number >>= 7
    data.append(number)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if shift > 28:
            raise ValueError("too large a number")
        if byte < 128:
            yield number
            number = shift = 0
    if shift:
        raise ValueError("cut off")


def _needed(numbers: Iterator[int]) -> int:
    for number in numbers:
        return number
    raise ValueError("cut off")
