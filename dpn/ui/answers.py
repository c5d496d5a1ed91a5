"""Which model answers, and how its answer is shown."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import settings, ui
from dpn.charts.bars import probability_chart
from dpn.data.catalogue import DATASETS, list_datasets
from dpn.errors import DPNError
from dpn.jobs.questions import Answer
from dpn.pictures.prepare import InputSpec, Prepared
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_run, list_runs
from dpn.runs.run import Run
from dpn.ui.words import MODEL_WORDS

#: Below this probability an answer is called "not sure".
SURE = 0.6
#: Runs offered in the list of models, newest first.
OFFERED = 30


def choose_run(*, with_data: bool = False) -> tuple[Run, RunConfig] | None:
    """Draw the list of models that can answer; return the chosen run, or None if there is none.

    ``with_data`` prefers, until somebody chooses, a model whose data set is on this machine.
    """
    words, finished = {}, []
    here = {info.name for info in list_datasets(settings.data_dir()) if info.source != "download"}
    runs = list_runs(settings.runs_dir(), OFFERED)
    # MNIST's first: most people draw a digit, and their hands are nearest to it.
    shipped = [run for run in runs if run.origin == "shipped"]
    shipped.sort(key=lambda run: ("mnist" not in run.id, run.id))
    for run in [*(run for run in runs if run not in shipped), *shipped]:
        try:
            if _can_answer(run):
                words[run.id] = run_words(run)
                is_usual = not with_data or run.config().training.dataset in here
                finished += [run.id] if run.result() and is_usual else []
        except (DPNError, ValueError):  # the latter: a date that is none
            continue  # a damaged run hides no other; the command line says what is wrong with it
    if not words:
        st.info("There is no model yet. Train one first: it takes seconds.")
        st.page_link("pages/1_Train.py", label="Train a model", icon=":material/play_circle:")
        return None
    _tell_apart(words)
    ids = list(words)
    usual = finished[0] if finished else ids[0]
    mine = ui.current_run_id()
    is_new = mine in ids and mine != st.session_state.get("offered")  # it is chosen once
    if is_new:
        st.session_state["offered"] = mine
        ui.put("answering", mine)
    elif st.session_state.get("answering") not in ids:
        st.session_state.pop("answering", None)
    chosen = st.selectbox(
        "Model",
        ids,
        index=ids.index(mine if mine in ids else usual),
        format_func=words.__getitem__,
        key="answering",
        persist_state="session",
    )
    run = find_run(chosen, settings.runs_dir())
    return run, run.config()


def _tell_apart(words: dict[str, str]) -> None:
    """Add the end of its id to a run whose words another one has, too.

    A list knows its entries by what they say: of two that say the same it would take the first.
    """
    often = Counter(words.values())
    for run_id, said in words.items():
        if often[said] > 1:
            words[run_id] = f"{said} · {run_id.rsplit('-', 1)[-1]}"


def run_words(run: Run) -> str:
    """Return what a run is in a few words: data, model, accuracy, when."""
    config, result = run.config(), run.result()
    name = config.training.dataset
    title = DATASETS[name].title if name in DATASETS else name
    words = [title, MODEL_WORDS[config.model.model]]
    if result:
        words.append(f"{result['test_accuracy']:.1%}")
    else:
        words.append(ui.STATE_WORDS[run.status()["state"]])
    if config.lesson:
        words.append("taught")
    if run.origin == "shipped":
        words.append("shipped")
    else:
        words.append(f"{datetime.fromisoformat(config.created):%d %b %H:%M}")
    return " · ".join(words)


def is_live(run: Run) -> bool:
    """Return whether the run is being trained in this process."""
    view = ui.jobs().view(run.id)
    return bool(view and view.live)


def input_spec(config: RunConfig) -> InputSpec:
    """Return what images the model takes."""
    return InputSpec(*config.model.image_shape, config.preparation)


def show_answer(config: RunConfig, prepared: Prepared, answer: Answer) -> None:
    """Draw one answer: the class, the runner-up, all probabilities, and what the model sees."""
    probabilities = answer.probabilities[0]
    say_answer(config, probabilities)
    data, spec = probability_chart(config.class_names, probabilities, dark=ui.is_dark())
    st.vega_lite_chart(data, spec, key="probabilities", width="stretch")
    if answer.step is not None:
        st.caption(f"Still training: answered after batch {answer.step:,}.")
    show_stages(prepared)


def say_answer(config: RunConfig, probabilities: npt.NDArray[np.float32]) -> None:
    """Say the class that is likeliest of probabilities (K,), how sure it is, and the runner-up."""
    first, second = (int(i) for i in np.argsort(-probabilities, kind="stable")[:2])
    names = [ui.plain(name) for name in config.class_names]
    words = st.container(key="answer")
    if probabilities[first] < SURE:
        words.markdown(
            f"## Not sure\n**{names[first]}** ({percent(probabilities[first])}) "
            f"or **{names[second]}** ({percent(probabilities[second])})?"
        )
    else:
        words.markdown(
            f"## {names[first]}\n{percent(probabilities[first])} sure, "
            f"then **{names[second]}** with {percent(probabilities[second])}"
        )


def choose_class(
    label: str, others: tuple[str, ...], names: tuple[str, ...], key: str, width: int
) -> int | str:
    """Draw a list of ``others``, words for no one class, and then the K classes; return one."""
    chosen: int | str = st.selectbox(
        label,
        [*others, *range(len(names))],
        format_func=lambda i: i if isinstance(i, str) else names[i],
        key=key,
        persist_state="session",
        width=width,
    )
    return chosen


def offer_inside(kind: str, run: Run) -> None:
    """Offer to take what ``run`` answered apart: the picture is a "drawing" or an "upload"."""
    if st.button(
        "Look inside",
        icon=":material/account_tree:",
        key="look_inside",
        on_click=take_along,
        args=(run, kind),
    ):
        st.switch_page("pages/3_Inside.py")


def take_along(run: Run, kind: str) -> None:
    """Make a run and a kind of picture the ones that Inside shows: "drawing", "upload" or "test".

    Call it before the widgets of a page are drawn, as a button's ``on_click``.
    """
    if st.session_state.get("answering") != run.id:  # where it is equal, its list is drawn already
        st.session_state["answering"] = run.id
    st.session_state["offered"] = ui.current_run_id()  # the run in the address does not come first
    st.session_state["picture"] = kind


def percent(probability: float) -> str:
    """Return a probability for people; what is not quite none or all never reads as if it were."""
    if probability < 0.001:
        return "less than 0.1%"
    return "more than 99.9%" if probability > 0.999 else f"{probability:.1%}"


def show_stages(prepared: Prepared) -> None:
    """Draw what happens to the picture before the model sees it, stage by stage."""
    st.caption("What the model sees, stage by stage")
    # One element for all: each that is sent is work for the server and the browser. JPEG,
    # the default, would blur what are single pixels.
    st.image(
        [_square(stage.image) for stage in prepared.stages],
        caption=[stage.title for stage in prepared.stages],
        alt=[stage.title for stage in prepared.stages],
        width=76,
        output_format="PNG",
    )


def _square(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the image in the middle of a square, so that the stages stand in one line."""
    height, width = image.shape[:2]
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    borders = [(top, side - height - top), (left, side - width - left), (0, 0)]
    return np.pad(image, borders[: image.ndim])


def _can_answer(run: Run) -> bool:
    return bool(run.weights_stamp()) or is_live(run)
