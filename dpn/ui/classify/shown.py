"""One answer as Classify shows it: in words, as bars, and what the model saw."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.bars import probability_chart
from dpn.doubt.known import claims
from dpn.jobs.questions import Answer
from dpn.language import msg, t
from dpn.numbers.read import reads_digits
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import Prepared
from dpn.runs.config import RunConfig
from dpn.ui import answers

#: What to do with several figures where *Number* can be chosen.
READ_ALL = msg("**Number**, above, reads them all; or show one alone.")


def show_answer(config: RunConfig, prepared: Prepared, answer: Answer) -> None:
    """Draw one answer: the class, the runner-up, all probabilities, and what the model sees."""
    known = None if answer.known is None else float(answer.known[0])
    all_of_them = reads_digits(config.class_names, input_spec(config))
    instead = READ_ALL if all_of_them else msg("Show one alone.")
    answers.say_answer(config, answer.probabilities[0], prepared.figures, known, instead)
    probabilities = claims(answer.probabilities, answer.known)[0]
    data, spec = probability_chart(
        config.class_names, probabilities, doubts=known is not None, dark=ui.is_dark()
    )
    alt = t("How likely each class is")
    st.vega_lite_chart(data, spec, key="probabilities", width="stretch", alt=alt)
    if answer.step is not None:
        st.caption(t("Still training: answered after batch {step:,}.", step=answer.step))
    elif answer.known is None:
        st.caption(t("This model cannot tell when a picture is none of its classes."))
    _show_stages(prepared)


def _show_stages(prepared: Prepared) -> None:
    """Draw what happens to the picture before the model sees it, stage by stage."""
    st.caption(t("What the model sees, stage by stage"))
    titles = [t(stage.title) for stage in prepared.stages]
    # One element for all: each that is sent is work for the server and the browser. JPEG,
    # the default, would blur what are single pixels.
    st.image(
        [_square(stage.image) for stage in prepared.stages],
        caption=titles,
        width=76,
        output_format="PNG",
        alt=[t("What the model sees: {stage}", stage=title) for title in titles],
    )


def _square(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the image in the middle of a square, so that the stages stand in one line."""
    height, width = image.shape[:2]
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    borders = [(top, side - height - top), (left, side - width - left), (0, 0)]
    return np.pad(image, borders[: image.ndim])
