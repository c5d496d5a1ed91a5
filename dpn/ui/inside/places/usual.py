"""How many loops a drawing of each class usually has: one that both have is no reason."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import streamlit as st

from dpn import ui
from dpn.errors import DPNError
from dpn.explain.shapes import loops
from dpn.runs.run import Run
from dpn.sampling.spread import spread
from dpn.ui.inside.case import Case, ink_of

#: Test images of a class whose loops are counted at most.
MOST = 100


def usual_loops(case: Case) -> tuple[float, float]:
    """Return how many loops the case's class usually has, and how many the one it is set against.

    NaN where that is not known; without another class, 0 for it.
    """
    try:
        ui.test_images(case.run)
    except DPNError:
        return math.nan, math.nan
    of = (
        [case.found.target]
        if case.found.contrast is None
        else [case.found.target, case.found.contrast]
    )
    name = case.config.training.dataset
    first, *others = (_usual_loops(str(case.run.path), name, int(one[0])) for one in of)
    return first, next(iter(others), 0.0)


@st.cache_resource(show_spinner=False, max_entries=200)
def _usual_loops(path: str, name: str, label: int) -> float:  # noqa: ARG001 - part of the key
    """Return the median number of loops in the test images of a class, of two the lower."""
    run = Run(Path(path))
    images, labels = ui.test_images(run)
    of_it = np.flatnonzero(labels.numpy() == label)
    chosen = images.numpy()[of_it[spread(len(of_it), MOST)]]
    counts = sorted(loops(ink_of(image, run.config().preparation)) for image in chosen)
    return float(counts[(len(counts) - 1) // 2]) if counts else math.nan
