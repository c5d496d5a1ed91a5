"""What a drawing of each class usually has: how many loops, and which stroke at a place.

What both have is no reason for one of them.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.errors import DPNError
from dpn.explain.explanation import Floats
from dpn.explain.shapes import loops, strokes
from dpn.runs.run import Run
from dpn.sampling.spread import spread
from dpn.ui.inside.case import Case, ink_of

#: Test images of a class that are looked at, at most.
MOST = 100


def usual_loops(case: Case) -> tuple[float, float]:
    """Return how many loops the case's class usually has, and how many the one it is set against.

    NaN where that is not known; without another class, 0 for it.
    """
    first, *others = (math.nan if one is None else _usual_loops(*one) for one in _asked(case))
    return first, next(iter(others), 0.0)


def share_with(case: Case, shape: str, mask: npt.NDArray[np.bool_]) -> tuple[float, float] | None:
    """Return the shares of drawings, 0..1, that have a stroke of a direction at a place (H, W).

    Those of the case's class, and those of the one it is set against; None where either is not
    known.

    Args:
        case: the image explained.
        shape: as ``stroke`` names it.
        mask: where.
    """
    inks = [one and _inks(*one) for one in _asked(case)]
    if len(inks) < 2 or not all(inks):
        return None
    one, other = (
        float(np.mean([one == shape for one in strokes(np.array(each), mask)]))
        for each in inks
        if each
    )
    return one, other


def _asked(case: Case) -> list[tuple[str, int, int] | None]:
    """Return the class and the one it is set against as ``_inks`` takes them; None of unknown."""
    found = case.found
    of = [one for one in (found.target, found.contrast) if one is not None]
    try:
        ui.test_images(case.run)
    except DPNError:
        return [None] * len(of)
    return [(str(case.run.path), ui.stamp(case.run), int(one[0])) for one in of]


@st.cache_resource(show_spinner=False, max_entries=200)
def _usual_loops(path: str, stamp: int, label: int) -> float:
    """Return the median number of loops in the test images of a class, of two the lower."""
    counts = sorted(loops(ink) for ink in _inks(path, stamp, label))
    return float(counts[(len(counts) - 1) // 2]) if counts else math.nan


@st.cache_resource(show_spinner=False, max_entries=50)
def _inks(path: str, stamp: int, label: int) -> list[Floats]:  # noqa: ARG001 - part of the key
    """Return the ink of some test images of a class."""
    run = Run(Path(path))
    images, labels = ui.test_images(run)
    of_it = np.flatnonzero(labels.numpy() == label)
    chosen = images.numpy()[of_it[spread(len(of_it), MOST)]]
    return [ink_of(image, run.config().preparation) for image in chosen]
