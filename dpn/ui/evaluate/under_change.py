"""Test images under a change that a person turns: the answers, and how many stay right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.strength import strength_chart
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.inside.tiles import show_picture

#: Test images that are asked about at each strength, and those of them that are shown.
ASKED, SHOWN = 500, 12
#: Pixels that a picture is wide.
WIDTH = 84


class Answered(NamedTuple):
    """What is answered at one strength.

    Attributes:
        accuracy: share of right answers among all asked, 0..1.
        pictures: (SHOWN, C, H, W) uint8, as the model saw them.
        answers: (SHOWN,) classes.
        sure: (SHOWN,) their probabilities.
    """

    accuracy: float
    pictures: npt.NDArray[np.uint8]
    answers: npt.NDArray[np.int64]
    sure: npt.NDArray[np.float32]


@st.fragment
def show_under_change(run: Run, moment: int | None, version: int, names: Sequence[str]) -> None:
    """Draw a dozen test images under a change, and the accuracy over its strength.

    Args:
        run: whose model it is.
        moment: the step of a snapshot, None for the weights as they are.
        version: a number that changes with the weights.
        names: K names of the classes.
    """
    from dpn.robustness.changes import KINDS, STRENGTHS

    st.markdown("**Under change**: how right it stays when the pictures get worse")
    channels = run.config().model.channels
    kinds = [name for name in KINDS if channels == 3 or name != "saturation"]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        kind = st.selectbox(
            "Change",
            kinds,
            format_func=menus.labels(kinds, lambda name: KINDS[name].words),
            key="change",
            persist_state="session",
            width=200,
        )
        strength = st.slider(
            "Strength", 0, STRENGTHS, 2, key="change_strength", persist_state="session", width=260
        )
    with st.spinner("Changing and asking …", show_time=True):
        found = _answered(str(run.path), moment, version, kind)
    left, right = st.columns([1.6, 1], gap="large")
    here = found[strength]
    labels = ui.test_images(run)[1][:SHOWN].tolist()
    with left, st.container(horizontal=True, gap="xsmall", key="changed"):
        for index, label in enumerate(labels):
            with st.container(width=WIDTH, gap=None):
                words = f"Test image {index}, {names[label]}, changed"
                show_picture(here.pictures[index], WIDTH, words)
                answer = int(here.answers[index])
                sign = "✓" if answer == label else "✗"
                st.caption(f"{sign} {ui.plain(names[answer])} · {here.sure[index]:.0%}")
    with right:
        accuracy = [each.accuracy for each in found]
        asked = min(ASKED, len(ui.test_images(run)[1]))
        data, spec = strength_chart(accuracy, strength)
        alt = f"Answered right, by strength 0 to {STRENGTHS}: " + ", ".join(
            f"{share:.0%}" for share in accuracy
        )
        st.vega_lite_chart(data, spec, key="strengths", width="stretch", alt=alt)
        st.caption(
            f"{here.accuracy:.1%} of {asked:,} test images at this strength, "
            f"{accuracy[0]:.1%} unchanged."
        )


@st.cache_resource(show_spinner=False, max_entries=64)
def _answered(
    path: str,
    moment: int | None,
    version: int,  # noqa: ARG001 - part of the key
    kind: str,
) -> list[Answered]:
    """Return what is answered at each strength, none at first."""
    from dpn.robustness.changes import STRENGTHS, changed

    run = Run(Path(path))
    images, labels = (part[:ASKED] for part in ui.test_images(run))
    found = []
    for strength in range(STRENGTHS + 1):
        seen = changed(images, kind, strength) if strength else images
        scores = ui.model_server().evaluate(run, seen, labels, moment)
        shown = scores.probabilities[:SHOWN]
        pictures = seen[:SHOWN].numpy()
        found.append(Answered(scores.accuracy, pictures, shown.argmax(1), shown.max(1)))
    return found
