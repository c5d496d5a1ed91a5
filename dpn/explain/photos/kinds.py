"""Which kind of look counts in squares of a photo: they alone are changed, and the model is asked.

share lost = 1 − (lead with the squares changed) / (lead as it is)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations

import numpy as np
import numpy.typing as npt

from dpn.explain.account import Box
from dpn.explain.explanation import Floats
from dpn.explain.what_if import Pixels, evened, without, without_colour

Mask = npt.NDArray[np.bool_]

#: The standard deviation of the blurs, in pixels of an image of ``SIDE``: the first takes the fine
#: detail of a square, the other leaves nothing of it but patches of light and colour.
LITTLE, LOT, SIDE = 1.0, 3.0, 32
#: The share of the lead from which what is lost counts, and up to which it does not.
COUNTS, SPARED = 0.5, 0.25
#: And at least this share of what is lost by the change that takes most: of a lead by a hair each
#: change takes all.
BESIDE = 0.25
#: The quarters of a square, from left to right and down, where none stays in its place: 9 ways.
SWAPPED = [way for way in permutations(range(4)) if all(a != b for a, b in enumerate(way))]
EVEN = ("grey", "hue")
OPPOSITE: dict[str, str] = {"upper": "lower", "lower": "upper", "left": "right", "right": "left"}


@dataclass(frozen=True, eq=False)
class Change:
    """What comes of changing squares of a photo in one way, or in the middle one of several.

    Attributes:
        image: (C, H, W) uint8, with the squares changed.
        lead: of the answer over whichever other class comes next, then.
        ahead: the class that is ahead then.
        lost: the share of the lead as it was that is lost; above 1 another class is ahead.
    """

    image: Pixels
    lead: float
    ahead: int
    lost: float

    @property
    def counts(self) -> bool:
        """Whether what it takes away counts."""
        return self.lost >= COUNTS


@dataclass(frozen=True, eq=False)
class Kinds:
    """What counts in squares of a photo.

    Attributes:
        lead: of the answer over whichever other class comes next, in the image as it is.
        changes: what comes without their fine "detail" (blurred a little), without any "pattern"
            (blurred a lot), with the "order" of their quarters changed, without their "colour".
        even: what comes of giving each square the one "grey" of its mean brightness, or its mean
            "hue".
        halves: what comes of greying out a half of a square that decides alone; else none.
    """

    lead: float
    changes: dict[str, Change]
    even: dict[str, Change]
    halves: dict[str, Change]

    @property
    def counting(self) -> list[str]:
        """What counts, also beside what counts most.

        A pattern that fine detail is needed for goes by that name alone.
        """
        least = BESIDE * max(change.lost for change in self.changes.values())
        names = [name for name, one in self.changes.items() if one.counts and one.lost >= least]
        return [name for name in names if name != "pattern" or "detail" not in names]

    @property
    def spared(self) -> list[str]:
        """What does not count; where no pattern does, fine detail goes without saying."""
        names = [name for name, change in self.changes.items() if change.lost <= SPARED]
        if self.changes["detail"].counts:  # as sharpened edges can
            return [name for name in names if name != "pattern"]
        return [name for name in names if name != "detail" or "pattern" not in names]

    @property
    def needs_all(self) -> bool:
        """Whether all of it counts: what is in it, where that lies, and any colours."""
        left = self.changes.keys() - {*self.counting, "detail", "pattern"}
        return not left and not self.spared and bool({"detail", "pattern"} & {*self.counting})

    @property
    def enough(self) -> str | None:
        """What is enough where nothing counts by itself: one even "grey", or one "hue"."""
        enough = (name for name, change in self.even.items() if not change.counts)
        return None if self.counting else next(enough, None)

    @property
    def half(self) -> str | None:
        """The half that counts where the other one does not."""
        for name, change in self.halves.items():
            if change.counts and self.halves[OPPOSITE[name]].lost <= SPARED:
                return name
        return None


def changed(image: Pixels, squares: Sequence[Mask], ground: Pixels) -> dict[str, list[Pixels]]:
    """Return a photo with squares of it changed, in each of the ways that tell what counts there.

    Args:
        image: (C, H, W) uint8.
        squares: (H, W) rectangles, none over another.
        ground: (C,) the colour of what is greyed out.

    Returns:
        For each kind, both even looks, and each half of one square that is not all of the image,
        the changed images: one, or as many as there are ways to swap quarters. Of a grey image none
        for its colours.
    """
    boxes = [_box(square) for square in squares]
    scale = max(image.shape[1:]) / SIDE
    made: dict[str, list[Pixels]] = {
        "detail": [_with(image, boxes, lambda part: blurred(part, LITTLE * scale))],
        "pattern": [_with(image, boxes, lambda part: blurred(part, LOT * scale))],
        "order": [_with(image, boxes, partial(swapped, way=way)) for way in SWAPPED],
    }
    grey = without_colour(image, np.any(squares, axis=0))
    if len(image) == 3:
        made["colour"] = [grey]
    looks = {"grey": grey, "hue": image} if len(image) == 3 else {"grey": image}
    made |= {name: [_evened(look, squares)] for name, look in looks.items()}
    if len(squares) == 1 and not squares[0].all():
        made |= {name: [without(image, half, ground)] for name, half in _halves(*squares).items()}
    return made


def judged(
    made: dict[str, list[Pixels]], logits: Floats, answer: int, others: Sequence[int]
) -> Kinds:
    """Return what counts, from what a model says of an image and of it when it is changed.

    Args:
        made: the images, see ``changed``.
        logits: (1 + N, K) of the image as it is and of all of them, in their order.
        answer: the class that is ahead of all ``others`` in the image as it is.
        others: the classes that it is set against.
    """
    leads = logits[:, answer] - logits[:, list(others)].max(axis=1)
    ahead = np.array(others)[logits[:, list(others)].argmax(axis=1)]
    before, found, start = max(float(leads[0]), 1e-6), {}, 1
    for name, images in made.items():
        order = start + np.argsort(leads[start : start + len(images)], kind="stable")
        middle = int(order[len(order) // 2])
        lead = float(leads[middle])
        best = answer if lead >= 0 else int(ahead[middle])
        found[name] = Change(images[middle - start], lead, best, 1 - lead / before)
        start += len(images)
    even, halves = (
        {name: found.pop(name) for name in names if name in found} for names in (EVEN, OPPOSITE)
    )
    return Kinds(before, found, even, halves)


def blurred(part: Floats, deviation: float) -> Floats:
    """Return a part (C, h, w) blurred by a normal curve; beyond its edge it goes on as at it."""
    for axis in (1, 2):
        size = part.shape[axis]
        reach = int(4 * deviation + 0.5)
        steps = np.arange(-reach, reach + 1)
        weights = np.exp(-((steps / deviation) ** 2) / 2)
        kernel = np.zeros((size, size))
        for at in range(size):
            np.add.at(kernel[at], np.clip(at + steps, 0, size - 1), weights / weights.sum())
        part = np.moveaxis(np.tensordot(kernel, part, (1, axis)), 0, axis)
    return part


def swapped(part: Floats, way: Sequence[int]) -> Floats:
    """Return a part (C, h, w) with its quarters in another order; an odd middle line stays."""
    height, width = (side // 2 for side in part.shape[1:])
    down, across = (slice(height), slice(-height, None)), (slice(width), slice(-width, None))
    quarters = [(slice(None), row, column) for row in down for column in across]
    new = part.copy()
    for quarter, source in zip(quarters, way, strict=True):
        new[quarter] = part[quarters[source]]
    return new


def _evened(image: Pixels, squares: Sequence[Mask]) -> Pixels:
    for square in squares:
        image = evened(image, square)
    return image


def _with(image: Pixels, boxes: Sequence[Box], change: Callable[[Floats], Floats]) -> Pixels:
    """Return an image with the parts in boxes changed."""
    new = image.copy()
    for top, bottom, left, right in boxes:
        part = change(image[:, top:bottom, left:right].astype(np.float64))
        new[:, top:bottom, left:right] = np.rint(part)
    return new


def _box(mask: Mask) -> Box:
    rows, columns = np.nonzero(mask)
    return int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1


def _halves(mask: Mask) -> dict[str, Mask]:
    """Return the halves of a rectangle; a line in its odd middle is of both."""
    top, bottom, left, right = _box(mask)
    row, column = np.indices(mask.shape)
    return {
        "upper": mask & (row < (top + bottom + 1) // 2),
        "lower": mask & (row >= (top + bottom) // 2),
        "left": mask & (column < (left + right + 1) // 2),
        "right": mask & (column >= (left + right) // 2),
    }
