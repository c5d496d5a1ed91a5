"""The evaluation explorer: what a model gets right and wrong on the test images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.confusion import Cell, confusion_chart, confusion_words
from dpn.charts.evaluation import calibration_chart, class_chart
from dpn.errors import DataError, DPNError
from dpn.evaluation.scores import Calibration, accuracy_words, calibration, ranked_cell
from dpn.language import msg, percent, t
from dpn.runs.config import RunConfig
from dpn.runs.result import confusion_of
from dpn.runs.run import Run
from dpn.ui.evaluate import smallest, templates, under_change
from dpn.ui.evaluate.cells import cell_words
from dpn.ui.evaluate.matrix import choose_cell
from dpn.ui.explainers import explainer
from dpn.ui.inside.tiles import Tile, as_claimed, show_tiles
from dpn.ui.model import answering, travel
from dpn.ui.moves import lists as series_lists
from dpn.ui.texts import item_rows, lists
from dpn.ui.words import THINGS

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dpn.evaluation.evaluate import Evaluation

#: What the numbers are; the loss, as it differs from the one that Train shows.
LOSS = msg(
    "How wrong the answers are: 0 is perfect, guessing among ten classes gives 2.3 (its unit is "
    "the nat). Train shows it for training {things}, with label smoothing where there is some."
)
CALIBRATION = msg("How far it is from being right as often as it is sure.")
EACH_CLASS = msg("**Each class**: the share that was answered right")
#: Tiles shown at a time.
SHOWN = 18
Images = npt.NDArray[np.uint8]


def evaluate(run: Run, config: RunConfig, place: DeltaGenerator) -> None:
    """Draw the page for a run; the slider over its training goes to ``place``."""
    names, things = config.class_names, t(THINGS[config.model.world])
    try:
        with st.spinner(t("Reading the test {things} …", things=things), show_time=True):
            pixels = ui.test_images(run)[0].numpy()
    except DPNError as error:
        _without_images(run, config, error)
        return
    with place:
        moment = travel.choose_moment(run)
    scores, version = _scores(run, moment)
    if config.model.world == "list":
        item_rows.evaluate(run, config, scores)
        return
    calibrated = calibration(scores.probabilities, scores.labels)
    _numbers(scores.accuracy, scores.loss, len(scores.labels), calibrated, things)
    left, right = st.columns([1, 1.15], gap="large")
    with left:
        cell = choose_cell(run, config, scores)
    with right:
        _images_of(run, config, moment, scores, cell, pixels)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(t(EACH_CLASS))
        _classes(scores.confusion, names)
    with right:
        gap = percent(calibrated.error, 2)
        st.markdown(t("**Calibration**: the error is {error}", error=gap))
        alt = t("How often answers are right that are so sure. The error is {error}.", error=gap)
        data, spec = calibration_chart(calibrated, config.model.world)
        st.vega_lite_chart(data, spec, key="calibration", width="stretch", alt=alt)
        explainer("calibration")
    if config.model.world == "picture":
        for part in (under_change.show_under_change, smallest.show_smallest):
            _alone(part, run, moment, version, names)
        templates.show_averages(run, moment, version, scores, pixels, names)


@st.fragment
def _alone(
    draw: Callable[[Run, int | None, int, Sequence[str]], None],
    run: Run,
    moment: int | None,
    version: int,
    names: Sequence[str],
) -> None:
    """Draw a part that is redrawn alone; where its run was deleted, the page anew."""
    with ui.guard():
        draw(answering.still_here(run.id), moment, version, names)


def _without_images(run: Run, config: RunConfig, error: DPNError) -> None:
    """Say that there are no test images, and show what the training kept of its own scores."""
    names, world = config.class_names, config.model.world
    things = t(THINGS[world])
    none = t("There are no test {things} to look at here.", things=things)
    st.info(f"{none}  \n{ui.plain(str(error))}")
    if isinstance(error, DataError):
        st.page_link("pages/5_Data.py", label=t("Data"), icon=":material/grid_view:")
    kept = run.result()
    if kept is None:
        return
    if item_rows.is_measured(kept):
        item_rows.quality(kept)
        return
    confusion = confusion_of(kept)
    _numbers(kept["test_accuracy"], kept["test_loss"], int(confusion.sum()), None, things)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(t("**Confusion matrix**, as it was after the training"))
        data, spec = confusion_chart(confusion, names, dark=ui.is_dark(), world=world)
        alt = confusion_words(confusion, names, world=world)
        with ui.matrix_room(len(names)):
            st.vega_lite_chart(data, spec, key="confusion", width="stretch", alt=alt)
    with right:
        st.markdown(t(EACH_CLASS))
        _classes(confusion, names)


def _classes(confusion: npt.NDArray[np.int64], names: Sequence[str]) -> None:
    alt = t("Answered right, of each class")
    data, spec = class_chart(confusion, names, dark=ui.is_dark())
    st.vega_lite_chart(data, spec, key="classes", width="stretch", alt=alt)


def _scores(run: Run, moment: int | None) -> tuple[Evaluation, int]:
    """Return the scores, and a number that changes with the weights they are of.

    A model that is training is scored when it is asked for: all else on the page stands still.
    """
    waiting = st.spinner(t("Classifying the test images …"), show_time=True)
    view = ui.jobs().view(run.id)
    if moment is not None or not (view and view.live):
        with waiting:
            return ui.evaluation(run, moment), ui.stamp(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        words = st.empty()
        again = st.button(t("Score again"), icon=":material/refresh:", key="again")
    kept = st.session_state.get("scored")
    if again or kept is None or kept[0] != run.id:
        with waiting:
            scores = ui.model_server().evaluate(run, *ui.test_images(run))
        kept = st.session_state["scored"] = (run.id, view.step, scores)
    words.caption(t("Still training: scored at about batch {step:,}.", step=kept[1]))
    return kept[2], kept[1]


def _is_live(run: Run) -> bool:
    view = ui.jobs().view(run.id)
    return view is not None and view.live


def _numbers(
    accuracy: float, loss: float, count: int, calibrated: Calibration | None, things: str
) -> None:
    numbers = {
        t("Test accuracy"): (accuracy_words(accuracy, count, digits=2), None),
        t("Cross-entropy"): (f"{loss:.3f}", t(LOSS, things=things)),
        t("Calibration error"): (
            percent(calibrated.error, 2) if calibrated else None,
            t(CALIBRATION),
        ),
        t("Test {things}", things=things): (f"{count:,}", None),
    }
    with st.container(horizontal=True, gap="small", key="numbers"):
        for label, (text, about) in numbers.items():
            if text is not None:
                st.metric(
                    label, text, width=190 if label == t("Test accuracy") else 150, help=about
                )


def _images_of(
    run: Run,
    config: RunConfig,
    moment: int | None,
    scores: Evaluation,
    cell: Cell,
    pixels: Images,
) -> None:
    """Draw the images of a cell, some at a time, worst first; all mistakes while none is chosen."""
    what = run.id, moment, cell
    names, things = config.class_names, t(THINGS[config.model.world])
    said = scores.probabilities.argmax(axis=1)
    ranked = ranked_cell(scores.probabilities, scores.labels, *cell)
    if cell == (None, None):
        ranked = ranked[said[ranked] != scores.labels[ranked]]
    wrong = int((said[ranked] != scores.labels[ranked]).sum())
    words = cell_words(len(ranked), wrong, cell, [ui.plain(name) for name in names], things)
    if not len(ranked):
        (st.success if cell == (None, None) else st.info)(words)
        return
    st.markdown(f"**{words}**")
    kept, count = st.session_state.get("shown", (what, SHOWN))
    count = count if kept == what else SHOWN
    tiles = [
        Tile(int(i), int(scores.labels[i]), int(said[i]), float(scores.probabilities[i, said[i]]))
        for i in ranked[:count]
    ]
    if config.model.world == "text":
        lists.show_texts(run, config, tiles)
    elif config.model.world == "series":
        series_lists.show_series(run, config, tiles)
    else:
        if moment is not None or not _is_live(run):  # else its weights are others than the scored
            tiles = as_claimed(run, tiles, moment)
        show_tiles(run, pixels, tiles, names)
        st.caption(t("True class → answer, and its probability. Press one to look inside."))
    if count < len(ranked) and st.button(t("More"), icon=":material/expand_more:", key="more"):
        st.session_state["shown"] = (what, count + SHOWN)
        st.rerun()
