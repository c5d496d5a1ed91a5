"""What a drawing of each class usually has: loops and where, ink at a place, and in what direction.

All is looked for in test images of the run's data, and None where these are not here.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dpn import ui
from dpn.explain.averages import Ints
from dpn.explain.drawings.shapes import INK, STRAIGHT, Mask, height_of, loops, strokes
from dpn.explain.drawings.traits import NEAR, Trait, placed, strokes_across, traits
from dpn.explain.explanation import Floats
from dpn.pictures.png import Pixels
from dpn.runs.run import Run
from dpn.sampling.spread import spread
from dpn.ui.inside.case import Case, ink_of

#: Test images of a class that are looked at, at most.
MOST = 100
#: What is so near to ink, as a share of an image's side (1 of 28 pixels), is beside it.
BESIDE = 1 / 28
#: At how many heights of a place, as a share, strokes are so many side by side that are so there.
MOST_HEIGHTS = 0.75


class Loops(NamedTuple):
    """Which loops the drawings of a class have: shares of them, 0..1.

    Attributes:
        any: that have one.
        both: that have two or more.
        at: that have one at the "top", "middle" and "bottom".
    """

    any: float
    both: float
    at: dict[str, float]


def typical(case: Case, label: int) -> tuple[Pixels, Floats] | None:
    """Return drawings of a class, (N, C, H, W) and their ink (N, H, W), the most typical first.

    That is the one nearest to the mean of them all.
    """
    asked = _asked(case, label)
    return None if asked is None else _typical(*asked)


def usual_loops(case: Case, label: int) -> Loops | None:
    """Return which loops the drawings of a class have."""
    asked = _asked(case, label)
    return None if asked is None else _loops(*asked)


def usual_ring(case: Case, label: int, where: str) -> tuple[float, float, float, float] | None:
    """Return where a loop of a class usually is that is at the "top", "middle" or "bottom".

    Its middle down and across, from the middle of what the ink spans, and its height and width, all
    in longer sides of that: the medians of its drawings that have such a loop.
    """
    asked = _asked(case, label)
    return None if asked is None else _rings(*asked).get(where)


def share_with_ink(case: Case, label: int, where: Mask, least: float) -> float | None:
    """Return the share of a class's drawings with ink at a place (H, W).

    Those with ink at, or beside, at least so much of its pixels, 0..1.
    """
    asked = _asked(case, label)
    return None if asked is None else float((_drawn(*asked)[:, where].mean(axis=1) >= least).mean())


def share_with_stroke(case: Case, label: int, where: Mask, shape: str) -> float | None:
    """Return the share of a class's drawings with such a stroke, as ``stroke`` names it, there."""
    asked = _asked(case, label)
    if asked is None:
        return None
    return float(np.mean([one == shape for one in strokes(_inks(*asked), where)]))


def share_straight(case: Case, label: int) -> float | None:
    """Return the share of a class's drawings that are one straight stroke as a whole."""
    asked = _asked(case, label)
    return None if asked is None else _straight(*asked)


def share_with_trait(case: Case, label: int, trait: Trait) -> float | None:
    """Return the share of a class's drawings whose strokes do the same, and about there."""
    asked = _asked(case, label)
    if asked is None:
        return None
    drawings, at = _traits(*asked).get(trait.kind, (np.zeros(0, int), np.zeros((0, 2))))
    there = (abs(at - trait.at) <= NEAR).all(axis=1)
    return len(np.unique(drawings[there])) / len(_inks(*asked))


def share_with_strokes(case: Case, label: int, heights: slice, count: int) -> float | None:
    """Return the share of a class's drawings with so many strokes side by side.

    At ``MOST_HEIGHTS`` of these heights of ``strokes_across``.
    """
    asked = _asked(case, label)
    if asked is None:
        return None
    found = _across(*asked)[:, heights] == count
    return float((found.mean(axis=1) >= MOST_HEIGHTS).mean())


def _asked(case: Case, label: int) -> tuple[str, int, int] | None:
    """Return a class of the case's run as ``_inks`` takes it; None if it has no test image."""
    if case.tested is None or label not in case.tested[1]:
        return None
    return str(case.run.path), case.tested[0], label


@lru_cache(maxsize=200)
def _loops(path: str, stamp: int, label: int) -> Loops:
    inks = _inks(path, stamp, label)
    found = [[height_of(loop, ink) for loop in loops(ink)] for ink in inks]
    at = {where: np.mean([where in one for one in found]) for where in ("top", "middle", "bottom")}
    counts = np.array([len(one) for one in found])
    shares = {where: float(share) for where, share in at.items()}
    return Loops(float((counts > 0).mean()), float((counts > 1).mean()), shares)


@lru_cache(maxsize=200)
def _rings(path: str, stamp: int, label: int) -> dict[str, tuple[float, float, float, float]]:
    found: dict[str, list[Floats]] = {}
    for ink in _inks(path, stamp, label):
        for loop in loops(ink):
            found.setdefault(height_of(loop, ink), []).append(placed(loop, ink))
    return {where: tuple(np.median(each, axis=0).tolist()) for where, each in found.items()}


@lru_cache(maxsize=200)
def _straight(path: str, stamp: int, label: int) -> float:
    inks = _inks(path, stamp, label)
    every = strokes(inks, np.ones(inks.shape[1:], bool))
    return float(np.mean([one in STRAIGHT for one in every]))


@lru_cache(maxsize=200)
def _traits(path: str, stamp: int, label: int) -> dict[str, tuple[Ints, Floats]]:
    """Return of each kind of trait in whose drawings (M,) it is, and where (M, 2)."""
    found: dict[str, list[tuple[int, tuple[float, float]]]] = {}
    for drawing, each in enumerate(traits(_inks(path, stamp, label))):
        for one in each:
            found.setdefault(one.kind, []).append((drawing, one.at))
    return {
        kind: (np.array([drawing for drawing, _ in each]), np.array([at for _, at in each]))
        for kind, each in found.items()
    }


@lru_cache(maxsize=200)
def _across(path: str, stamp: int, label: int) -> Ints:
    return strokes_across(_inks(path, stamp, label))


@lru_cache(maxsize=50)
def _drawn(path: str, stamp: int, label: int) -> Mask:
    """Return where drawings of a class have ink, or beside it (N, H, W)."""
    from scipy import ndimage

    drawn = _inks(path, stamp, label) >= INK
    beside = round(BESIDE * max(drawn.shape[1:]))
    return ndimage.binary_dilation(drawn, np.ones((1, 3, 3)), beside) if beside else drawn


@lru_cache(maxsize=50)
def _typical(path: str, stamp: int, label: int) -> tuple[Pixels, Floats]:
    inks = _inks(path, stamp, label)
    order = ((inks - inks.mean(axis=0)) ** 2).sum(axis=(1, 2)).argsort(kind="stable")
    return _images(path, label)[order], inks[order]


@lru_cache(maxsize=50)
def _inks(path: str, stamp: int, label: int) -> Floats:  # noqa: ARG001 - part of the key
    """Return the ink (N, H, W) of some test images of a class."""
    preparation = Run(Path(path)).config().preparation
    return np.stack([ink_of(image, preparation) for image in _images(path, label)])


def _images(path: str, label: int) -> Pixels:
    """Return some test images (N, C, H, W) of a class."""
    images, labels = ui.test_images(Run(Path(path)))
    of_it = np.flatnonzero(labels.numpy() == label)
    return images.numpy()[of_it[spread(len(of_it), MOST)]]
