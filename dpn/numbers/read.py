"""From the pixels of a sheet to the numbers on it.

pixels -> ink -> lines -> cuts -> pieces -> scores -> the recursion over cuts -> readings
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import ConfigError, ImageError
from dpn.language import t
from dpn.numbers.cuts import HEIGHT, Columns, find_cuts
from dpn.numbers.lines import Line, find_lines
from dpn.numbers.pieces import Pieces, cut_pieces
from dpn.numbers.reading import TOLD, Box, Digit, LineRead, Part, Reading, Sheet, SheetRead
from dpn.numbers.trellis import Trellis, Way
from dpn.pictures.ink import BlankDrawing, Pixels
from dpn.pictures.preparations import PREPARATIONS, InputSpec

#: Digits that a sheet may hold.
MOST_DIGITS = 250
#: A line may be so many times as wide as tall.
LONGEST = 40
#: Pieces with lower log odds of being a digit are left out where the others lead to the end.
HOPELESS = -5.0
#: What it adds to the log odds of a piece to be a digit that it stands alone.
STANDS = 3.0
#: What the second model, which knows cut digits, has to say about which digit a piece is.
SHARE = 0.25
#: The log probability of a class is no lower: one piece alone rules no reading out.
LOWEST = -12.0
#: Of ``HEIGHT``: cuts so near to one another are the same place.
NEAR = 0.2
#: Models are asked of a multiple of so many pieces: for each number of inputs that they have not
#: met, their layers are made ready anew, which takes longer than to look at a few blank ones.
EVEN = 16

DIGITS = "0123456789"

#: Inputs (P, C, H, W) uint8 -> probabilities (P, K).
Classify = Callable[[Pixels], NDArray[np.float32]]
#: Pieces (P, 3, 28, 28) uint8 -> log probabilities (P, 11).
Judge = Callable[[Pixels], NDArray[np.float64]]


def reads_digits(names: tuple[str, ...], spec: InputSpec) -> bool:
    """Return whether all digits are among a model's classes, and it takes ink, not photos."""
    return set(DIGITS) <= set(names) and spec.preparation in ("mnist", "digits")


def check_reads_digits(names: tuple[str, ...], spec: InputSpec) -> None:
    """Raise a ConfigError if a model does not read digits."""
    if not reads_digits(names, spec):
        raise ConfigError(
            "Numbers are read by a model that knows the digits 0 to 9 from ink, such as "
            "shipped-mnist-residual. Choose one, or train on mnist."
        )


def read_sheet(
    sheet: Sheet, names: tuple[str, ...], spec: InputSpec, classify: Classify, judge: Judge
) -> SheetRead:
    """Read all lines of a sheet.

    Args:
        sheet: from ``find_sheet``.
        names: the K classes of the model.
        spec: what the model takes.
        classify: the model.
        judge: ``dpn.numbers.no_digit.judge``.

    Raises:
        BlankDrawing: nothing on it could be a digit.
        ConfigError: the model does not know digits.
        ImageError: a line is too long, or there are too many.
    """
    check_reads_digits(names, spec)
    owners = np.zeros(sheet.ink.shape, np.uint8)
    lines: list[LineRead] = []
    count = 0
    for line in find_lines(sheet.ink):
        read = _read_line(line, names, spec, classify, judge)
        if read is None:
            continue
        seams, parts, inputs, shares, made = read
        boxes = _own(owners, sheet, line, seams, parts, count)
        digits = [Digit(*one) for one in zip(parts, boxes, inputs, shares, strict=True)]
        count += len(digits)
        if count > MOST_DIGITS:
            raise ImageError(
                t("There are more than {most} digits here. Cut the picture up.", most=MOST_DIGITS)
            )
        lines.append(made(tuple(digits)))
    if not lines:
        raise BlankDrawing(t("No digit stands out: write digits large and clear, on one line"))
    return SheetRead(sheet, tuple(lines), owners)


Made = Callable[[tuple[Digit, ...]], LineRead]


def _read_line(
    line: Line, names: tuple[str, ...], spec: InputSpec, classify: Classify, judge: Judge
) -> tuple[Columns, tuple[Part, ...], list[Pixels], list[float], Made] | None:
    """Return a line's seams, its parts, their inputs and shares, and what makes a line of them."""
    if line.ink.shape[1] > LONGEST * HEIGHT:
        raise ImageError(
            t("A line is too long to be read at once. Cut the picture into shorter ones.")
        )
    seams = find_cuts(line.ink)
    pieces = cut_pieces(line.ink, seams)
    if not len(pieces.edges):
        return None
    judged = _ask(judge, pieces.around)
    whole = np.logaddexp.reduce(judged[:, :-1], axis=1)
    all_odds = whole - judged[:, -1] + STANDS * pieces.alone
    of_digit = [names.index(digit) for digit in DIGITS]
    kept = np.flatnonzero(all_odds > HOPELESS)
    ways: list[Way] = []
    for chosen in (kept, np.arange(len(all_odds))):
        if not len(chosen):
            continue
        inputs = _inputs(line.ink, pieces, chosen, spec)
        own = (judged[:, :-1] - whole[:, None])[chosen]
        log_p = (1 - SHARE) * _log(_ask(classify, inputs)[:, of_digit]) + SHARE * np.maximum(
            own, LOWEST
        )
        at = all_odds[chosen]
        trellis = Trellis(pieces.edges[chosen], at[:, None] + log_p, len(seams))
        ways = trellis.readings(TOLD)
        if ways:
            break
    if not ways:
        return None
    columns = seams.mean(axis=1)

    def as_parts(way: Way) -> tuple[Part, ...]:
        return tuple(
            Part(
                DIGITS[digit],
                float(at[piece]),
                float(log_p[piece, digit]),
                (int(trellis.edges[piece, 0]), int(trellis.edges[piece, 1])),
            )
            for piece, digit in zip(way.pieces, way.digits, strict=True)
        )

    def as_readings(ways: list[Way]) -> list[Reading]:
        if not ways:
            return []
        sure = trellis.probabilities([way.digits for way in ways])
        return [
            Reading("".join(DIGITS[d] for d in way.digits), float(p), as_parts(way))
            for way, p in zip(ways, sure, strict=True)
        ]

    readings = sorted(as_readings(ways), key=lambda reading: -reading.probability)
    parts = readings[0].parts
    first = next(w for w in ways if as_parts(w) == parts)
    others = trellis.best(_closed(columns, parts)) if len(parts) > 1 else []
    told = iter(as_readings([way for way in others if way]))
    instead = tuple(next(told) if way else None for way in others)

    def made(digits: tuple[Digit, ...]) -> LineRead:
        owner = 1 + (np.arange(line.ink.shape[1]) >= _inner(seams, parts)[:, :, None]).sum(axis=0)
        owners = (owner * (line.ink > 0)).astype(np.uint8)
        return LineRead(tuple(readings), digits, instead, line.marks, line.ink, owners, columns)

    own = [inputs[piece] for piece in first.pieces]
    shares = trellis.shares(first.digits).tolist()
    return seams, parts, own, shares, made


def _ask(model: Callable[[Pixels], NDArray[Any]], inputs: Pixels) -> NDArray[Any]:
    """Return what a model says of inputs (P, C, H, W), asked of a multiple of ``EVEN`` of them."""
    blank = np.zeros((-len(inputs) % EVEN, *inputs.shape[1:]), np.uint8)
    return model(np.concatenate([inputs, blank]))[: len(inputs)]


def _log(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.log(np.maximum(probabilities.astype(np.float64), np.exp(LOWEST)))


def _closed(columns: NDArray[np.float64], parts: tuple[Part, ...]) -> NDArray[np.bool_]:
    """Return (cuts, V), for each place between two parts the cuts that are near it."""
    at = columns[[part.cuts[1] for part in parts[:-1]]]
    closed = np.abs(columns[:, None] - at) <= NEAR * HEIGHT
    closed[[0, -1]] = False
    return closed


def _inner(seams: Columns, parts: tuple[Part, ...]) -> Columns:
    """Return the seams (L - 1, h) between the L parts of a line."""
    return seams[[part.cuts[1] for part in parts[:-1]]]


def _inputs(ink: Pixels, pieces: Pieces, chosen: NDArray[np.int64], spec: InputSpec) -> Pixels:
    """Return what the model takes of pieces: those that are prepared, or others of its own kind."""
    if (spec.preparation, spec.channels, spec.height, spec.width) == ("mnist", 1, 28, 28):
        return np.ascontiguousarray(pieces.inputs[chosen])
    columns = np.arange(ink.shape[1])
    made = []
    for piece in chosen:
        begin, end = pieces.seams[pieces.edges[piece]]
        top, bottom, left, right = pieces.boxes[piece]
        own = ink * ((columns >= begin[:, None]) & (columns < end[:, None]))
        last = PREPARATIONS[spec.preparation](own[top:bottom, left:right], spec)[-1].image
        made.append(np.stack([last] * spec.channels))
    return np.stack(made)


def _own(
    owners: NDArray[np.uint8],
    sheet: Sheet,
    line: Line,
    seams: Columns,
    parts: tuple[Part, ...],
    before: int,
) -> list[Box]:
    """Mark which ink of the sheet belongs to which digit of a line; return the digits' boxes."""
    h, w = line.ink.shape
    ys, xs = np.nonzero(sheet.ink)
    x = np.floor((xs + 0.5 - line.corner[1]) / line.scale[1]).astype(np.int64)
    inside = (x >= 0) & (x < w)
    ys, xs, x = ys[inside], xs[inside], x[inside]
    y = np.floor((ys + 0.5 - line.corner[0]) / line.scale[0]).astype(np.int64) + line.moved[x]
    inside = (y >= 0) & (y < h)
    ys, xs, x, y = ys[inside], xs[inside], x[inside], y[inside]
    inked = line.ink[y, x] > 0
    ys, xs, x, y = ys[inked], xs[inked], x[inked], y[inked]
    digit = (x >= _inner(seams, parts)[:, y]).sum(axis=0)
    owners[ys, xs] = np.minimum(before + 1 + digit, 255)
    boxes = []
    for index in range(len(parts)):
        mine = digit == index
        left, right = int(xs[mine].min()), int(xs[mine].max()) + 1
        top, bottom = int(ys[mine].min()), int(ys[mine].max()) + 1
        sides = (left, top, right - left, bottom - top)
        boxes.append(tuple(round(side * sheet.scale) for side in sides))
    return boxes  # type: ignore[return-value]  # four numbers each
