"""Draw, and see at once what each part of the drawing added to the answer."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dpn import settings, ui
from dpn.charts.sum import sum_chart
from dpn.explain.account import account, signed, terms_of
from dpn.explain.example import SHIPPED_EXAMPLE, Example, load_example
from dpn.explain.explanation import RUNNER_UP
from dpn.jobs.questions import Question
from dpn.language import t
from dpn.models.config import ModelConfig
from dpn.pictures.files import input_spec
from dpn.pictures.ink import BlankDrawing
from dpn.pictures.prepare import prepare
from dpn.runs.folder import find_run
from dpn.ui import answers
from dpn.ui.classify.draw import BRUSH, canvas, pixels
from dpn.ui.classify.sketch import INK, PAPER, put_drawing, sketch, take_drawing
from dpn.ui.model import answering
from dpn.ui.shared import FIRST


def play(*, entered: bool) -> None:
    """Draw the canvas, and beside it the answer and its sum; a stroke redraws nothing else."""
    take_drawing()
    if entered:
        sketch().renew()  # the canvas forgets its strokes when its page is left
    st.fragment(_canvas_and_sum)()


def _canvas_and_sum() -> None:
    with st.container(key="sketch"):
        left, right = st.columns([1, 1.9], gap="large")
    with left:
        canvas(sketch(), "home", BRUSH, stroke_color=INK, background_color=PAPER)
    put_drawing()
    with right, st.container(key="played"), ui.guard():
        pictures = sketch().pictures
        if not pictures:
            _example_sum()
        elif not ui.warm_up().is_set():
            st.info(t("The model is still waking up. It answers your drawing in a moment."))
        else:
            assert pictures[-1] is not None
            _own_sum(pictures[-1])


def _own_sum(picture: bytes) -> None:
    """Draw what the shipped model takes the drawing for, and what each part added."""
    run = find_run(FIRST, settings.runs_dir())
    config = run.config()
    try:
        taken = input_spec(config)
        prepared = prepare(pixels(picture), taken, "drawing", dark_on_light=True)
    except BlankDrawing as blank:
        st.info(ui.plain(str(blank)))
        return
    question = Question(contrast=RUNNER_UP)
    found = ui.model_server().explain(run, prepared.input[None], question)
    assert found.contrast is not None
    known = None if found.known is None else float(found.known[0])
    answers.say_answer(config, found.probabilities[0], prepared.figures, known)
    terms = account(found, config.model)
    data, spec = sum_chart(prepared.input, terms, t("lead"), dark=ui.is_dark())
    alt = t("What each part added to the lead")
    st.vega_lite_chart(data, spec, key="played_sum", width="stretch", alt=alt)
    first, second = (
        ui.plain(config.class_names[int(of[0])]) for of in (found.target, found.contrast)
    )
    _read_the_bars(first, second, float(found.score[0]))
    answering.offer_inside("drawing", run)


def _example_sum() -> None:
    """Draw the sum of a real digit, as the shipped model computed it when it was made."""
    example = _example(SHIPPED_EXAMPLE)
    names = example["class_names"]
    target, contrast = names[example["target"]], names[example["contrast"]]
    until = t("Until you do, here is a real {target}, from top to bottom.", target=target)
    st.markdown(f"## {t('Draw a digit')}\n{until}")
    height, width = example["image"].shape
    model = ModelConfig(
        height=height,
        width=width,
        parts=str(example["parts"]),
        part_size=int(example["part_size"]),
    )
    bias, smoothing = (float(example[name].sum()) for name in ("bias", "smoothing"))
    readout = float(example["readout"])
    terms = terms_of(example["contributions"], bias, smoothing, readout, model)
    data, spec = sum_chart(example["image"][None], terms, t("lead"), dark=ui.is_dark())
    alt = t("What each part added to the lead")
    st.vega_lite_chart(data, spec, key="played_sum", width="stretch", alt=alt)
    _read_the_bars(target, contrast, float(example["score"]))


def _read_the_bars(first: str, second: str, lead: float) -> None:
    st.caption(
        t(
            "Blue speaks for {first}, orange for {second}; together they make the lead of {first}, "
            "**{lead}**. The decision biases and the read-out count whatever is drawn.",
            first=first,
            second=second,
            lead=signed(lead),
        )
    )


@st.cache_resource(show_spinner=False)
def _example(path: Path) -> Example:
    """Read the example, once.

    To read an npz compiles its headers, and in CPython 3.11 (gh-106905) two threads that compile at
    the same time can fail.
    """
    return load_example(path)
