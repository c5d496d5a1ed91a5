"""The lines of digits in the ink of a sheet, each level, and as tall as it is read.

What hangs together is a part. Parts that stand beside each other are a line, also where it rises or
falls; what is small and stands by itself, a minus or a point, is left out and told of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dpn.errors import ImageError
from dpn.language import msg, t
from dpn.numbers.cuts import HEIGHT
from dpn.pictures.ink import NORMAL_STROKE, THIN_STROKE, Pixels, area_average, bright, spread

#: Of 255: from here ink joins what is beside it.
JOINS = 64
#: Of 255: fainter ink of a line is the soft edge of a stroke and counts for no box.
EDGE = 16
#: Of the tallest part: what is less tall is no digit by itself, and what is a speck.
SMALL, SPECK = 0.4, 0.06
#: Of the tallest part: how tall two parts above each other are together at most to be one digit.
BROKEN = 1.2
#: Of a digit's height: what is less tall than a digit and so wide is a line that was ruled.
RULED = 2.0
#: So many of the tallest parts may be frames around others, which are at least so tall, of theirs.
FRAMES, FRAMED = 8, 0.25
#: More parts than this are no numbers.
MOST_PARTS = 400
#: Of the shorter of two parts: how much of its height is beside the other in one line.
BESIDE = 0.45
#: A line this many times as wide as tall is made level, by slopes up to this one, if that makes it
#: less tall by this much.
LONG, STEEPEST, GAINED = 2.5, 0.35, 0.1
#: Pixels around the ink of a line.
MARGIN = 2

Boxes = NDArray[np.int64]


@dataclass(frozen=True)
class Line:
    """A line of digits.

    Attributes:
        ink: (h, w) uint8, its digits at most ``HEIGHT`` tall.
        scale: (y, x), pixels of the sheet's ink to one of the line's.
        corner: (y, x), where the line's first pixel lies in the sheet's ink.
        moved: (w,), by how many of its pixels each column was moved down to make it level.
        marks: what was left out of it, such as "a minus".
    """

    ink: Pixels
    scale: tuple[float, float]
    corner: tuple[float, float]
    moved: NDArray[np.int64]
    marks: tuple[str, ...]


def find_lines(ink: Pixels) -> list[Line]:
    """Return the lines of digits in ink (H, W), from top to bottom; none where there are none.

    Raises:
        ImageError: there are more parts than digits can be.
    """
    from scipy import ndimage

    labels, count = ndimage.label(ink >= JOINS, np.ones((3, 3)))
    if not count:
        return []
    boxes = np.array(
        [
            [rows.start, rows.stop, cols.start, cols.stop]
            for rows, cols in ndimage.find_objects(labels)
        ]
    )
    heights, widths = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    frames = _frames(boxes)
    tallest = heights[~frames].max()
    tall = (heights >= SMALL * tallest) & ~frames
    specks = np.maximum(heights, widths) < SPECK * tallest
    if (~specks).sum() > MOST_PARTS:
        raise ImageError(
            t(
                "There are more than {most} marks here, which no number has. Cut the picture to "
                "the number.",
                most=MOST_PARTS,
            )
        )
    group = _group(boxes, np.flatnonzero(tall))
    lines = []
    for name in np.unique(group[tall]):
        mine = np.flatnonzero(tall & (group == name))
        lines.append((boxes[mine, 0].mean(), mine))
    small = np.flatnonzero(~tall & ~specks & ~frames)
    near = [_nearest(boxes, int(part), [mine for _, mine in lines]) for part in small]
    found = []
    for index, (y, mine) in enumerate(lines):
        beside = [int(part) for part, line in zip(small, near, strict=True) if line == index]
        kept, marks = _marks(boxes, mine, beside)
        found.append((y, _line(ink, labels, np.array([*mine, *kept]) + 1, marks)))
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _frames(boxes: Boxes) -> NDArray[np.bool_]:
    """Return which parts go around at least two others that are not much less tall."""
    heights = boxes[:, 1] - boxes[:, 0]
    frames = np.zeros(len(boxes), bool)
    for part in np.argsort(-heights, kind="stable")[:FRAMES]:
        top, bottom, left, right = boxes[part]
        inside = (boxes[:, 0] > top) & (boxes[:, 1] < bottom)
        inside &= (boxes[:, 2] > left) & (boxes[:, 3] < right)
        frames[part] = (inside & (heights >= FRAMED * heights[part])).sum() >= 2
    return frames


def _group(boxes: Boxes, tall: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for each part, the same for tall parts of one line."""
    group = np.arange(len(boxes))
    tallest = int((boxes[:, 1] - boxes[:, 0]).max())
    for a in tall:
        right, nearest = np.inf, -1
        for b in tall:
            overlap = min(boxes[a, 1], boxes[b, 1]) - max(boxes[a, 0], boxes[b, 0])
            shorter = min(boxes[a, 1] - boxes[a, 0], boxes[b, 1] - boxes[b, 0])
            if a == b:
                continue
            if overlap < BESIDE * shorter:
                if _are_one(boxes[a], boxes[b], tallest):
                    group[group == group[b]] = group[a]
                continue
            gap = boxes[b, 2] - boxes[a, 3]
            if gap < 0 and boxes[b, 3] > boxes[a, 2]:  # above or in each other
                group[group == group[b]] = group[a]
            elif 0 <= gap < right:
                right, nearest = gap, b
        if nearest >= 0:
            group[group == group[nearest]] = group[a]
    return group


def _are_one(a: Boxes, b: Boxes, tallest: int) -> bool:
    """Return whether two parts above each other are pieces of one broken digit."""
    across = min(a[3], b[3]) - max(a[2], b[2])
    whole = max(a[1], b[1]) - min(a[0], b[0])
    return bool(across >= 0.5 * min(a[3] - a[2], b[3] - b[2]) and whole <= BROKEN * tallest)


def _nearest(boxes: Boxes, part: int, lines: list[NDArray[np.int64]]) -> int:
    """Return which line a small part is nearest to."""
    top, bottom, left, right = boxes[part]

    def away(mine: NDArray[np.int64]) -> float:
        t, b, l, r = boxes[mine].T  # noqa: E741 - as in the line above
        down, across = np.maximum(t - bottom, top - b), np.maximum(l - right, left - r)
        return float((np.maximum(down, 0) + np.maximum(across, 0)).min())

    return int(np.argmin([away(mine) for mine in lines]))


def _marks(boxes: Boxes, mine: NDArray[np.int64], small: list[int]) -> tuple[list[int], list[str]]:
    """Return which small parts belong to digits, and what the others are called."""
    kept, marks = [], []
    for part in small:
        top, bottom, left, right = boxes[part]
        h, w = bottom - top, right - left
        over = np.minimum(boxes[mine, 3], right) - np.maximum(boxes[mine, 2], left)
        gap = np.maximum(boxes[mine, 2] - right, left - boxes[mine, 3])
        beside = boxes[mine[int(gap.argmin())]]
        height = beside[1] - beside[0]
        middle = ((top + bottom) / 2 - beside[0]) / height
        if w >= RULED * height:
            marks.append(msg("a line"))
        elif over.max() >= 0.5 * w:
            kept.append(part)
        elif w >= 1.6 * h and 0.25 <= middle <= 0.8:
            marks.append(msg("a minus"))
        elif middle > 0.6 and max(h, w) < 0.35 * height:
            marks.append(msg("a point"))
        else:
            kept.append(part)
    return kept, marks


def _line(ink: Pixels, labels: NDArray[np.int32], parts: Boxes, marks: list[str]) -> Line:
    """Cut a line out of a sheet, make it level, and bring it to its height."""
    own = spread(np.isin(labels, parts)) & (ink > 0)
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    crop = ink[box] * own[box]
    slope, tallest = _slope(crop)
    h, w = (max(1, round(side * HEIGHT / tallest)) for side in crop.shape)
    scale = crop.shape[0] / h, crop.shape[1] / w
    small = np.rint(area_average(crop, h, w)).astype(np.uint8)
    moved = -np.rint(slope * np.arange(w)).astype(np.int64)
    moved -= moved.min()
    level = np.zeros((h + int(moved.max()), w), np.uint8)
    for x, down in enumerate(moved):
        level[down : down + h, x] = small[:, x]
    level = _pen(level)
    level[level < EDGE] = 0
    top = int(np.flatnonzero(level.any(axis=1))[0])
    bottom = int(np.flatnonzero(level.any(axis=1))[-1]) + 1
    level = np.pad(level[top:bottom], MARGIN)
    moved = np.pad(moved, MARGIN, mode="edge") - top
    corner = rows[0] - MARGIN * scale[0], columns[0] - MARGIN * scale[1]
    return Line(level, scale, corner, moved, tuple(marks))


def _slope(crop: Pixels) -> tuple[float, float]:
    """Return how far a line (h, w) falls a pixel, 0 where it is level, and how tall it is then."""
    h, w = crop.shape
    if w < LONG * h:
        return 0.0, float(h)
    inked = crop >= JOINS
    x = np.flatnonzero(inked.any(axis=0))
    top, bottom = inked[:, x].argmax(axis=0), h - inked[::-1, x].argmax(axis=0)
    slopes = np.linspace(-STEEPEST, STEEPEST, 57)[:, None]
    heights = (bottom - slopes * x).max(axis=1) - (top - slopes * x).min(axis=1)
    best = int(np.argmin(heights + 1e-6 * np.abs(slopes[:, 0])))
    if heights[best] > (1 - GAINED) * h:
        return 0.0, float(h)
    return float(slopes[best, 0]), float(heights[best])


def _pen(line: Pixels) -> Pixels:
    """Make strokes far thinner than MNIST's as thick as usual, and full ink full."""
    line = bright(line)
    wide = np.pad(line.astype(np.float32), 1)
    down, right = wide[1:, :-1] - wide[:-1, :-1], wide[:-1, 1:] - wide[:-1, :-1]
    width = 2 * wide.sum() / np.hypot(down, right).sum() * 20 / HEIGHT
    if width < THIN_STROKE:
        line = bright(line, gain=2)
        for _ in range(round((NORMAL_STROKE - width) / 2 * HEIGHT / 20)):
            line = spread(line)
    return line
