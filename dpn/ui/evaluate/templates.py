"""The average template of each class: what the model looks for in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.style import against_for
from dpn.explain.averages import MOST, Average, Floats, average_templates, largest
from dpn.language import t
from dpn.pictures.png import diverging, enlarge
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.words import ink_word

if TYPE_CHECKING:
    from dpn.evaluation.evaluate import Evaluation

#: Classes whose template is shown without being chosen.
CLASSES = 20
#: Pixels that a template and its name take, about: it is enlarged by a whole number.
WIDTH = 84
Images = npt.NDArray[np.uint8]


def show_averages(
    run: Run,
    moment: int | None,
    version: int,
    scores: Evaluation,
    pixels: Images,
    names: Sequence[str],
) -> None:
    """Draw the average template of each class, on one scale.

    Args:
        run: whose model it is.
        moment: the step of a snapshot, None for the weights as they are.
        version: a number that changes with the weights.
        scores: the model's answers on the test images.
        pixels: the test images (N, C, H, W), uint8.
        names: K names of the classes.
    """
    bright = t(ink_word(run.config()))
    words = t(
        "**Average templates**: where {bright} speaks for a class, and where against it",
        bright=bright,
    )
    st.markdown(words)
    classes = list(range(len(names)))
    if len(names) > CLASSES:
        classes = st.multiselect(
            t("Classes"),
            classes,
            classes[:CLASSES],
            format_func=menus.labels(classes, names.__getitem__),
            key="averaged",
        )
    with st.spinner(t("Averaging …"), show_time=True):
        averages = _averages(str(run.path), moment, version, tuple(classes), scores, pixels)
    most, scale = largest(averages), against_for(ui.is_dark())
    tested = {*scores.labels.tolist()}  # a class that was taught, or is in no test part, is not
    with st.container(horizontal=True, gap="xsmall", key="templates"):
        for each in averages:
            picture = enlarge(diverging(each.template, most, scale), WIDTH)
            with st.container(width=WIDTH, gap=None):
                alt = t("The average template of {name}", name=names[each.target])
                st.image(picture, output_format="PNG", alt=alt)
                name = ui.plain(names[each.target])
                if each.target not in tested:
                    name = t("{name}: no test image", name=name)
                elif not each.count:
                    name = t("{name}: none right", name=name)
                st.caption(name)
    st.caption(
        t(
            "Blue: {bright} there speaks for the class; orange: against it. One scale for all. "
            "(Means of up to {most} right answers, each against its runner-up.)",
            bright=bright,
            most=MOST,
        )
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _averages(
    path: str,
    moment: int | None,
    version: int,  # noqa: ARG001 - part of the key
    classes: tuple[int, ...],
    _scores: Evaluation,
    _pixels: Images,
) -> list[Average]:
    from dpn.jobs.questions import Question

    def templates(images: Images, target: int) -> Floats:
        question = Question(target, "runner_up")
        found = ui.model_server().explain(Run(Path(path)), images, question, moment)
        assert found.composed_template is not None
        return found.composed_template

    said = _scores.probabilities.argmax(axis=1)
    return average_templates(templates, _pixels, _scores.labels, said, classes)
