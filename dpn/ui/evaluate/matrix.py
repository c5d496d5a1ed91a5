"""The confusion matrix, whose cells are chosen by a click or in two lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dpn import ui
from dpn.charts.confusion import CELL, Cell, confusion_chart, confusion_words
from dpn.language import t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.words import THINGS

if TYPE_CHECKING:
    from dpn.evaluation.evaluate import Evaluation


def choose_cell(run: Run, config: RunConfig, scores: Evaluation) -> Cell:
    """Draw the confusion matrix and two lists that say the same; return the cell that is chosen."""
    names = config.class_names
    things = t(THINGS[config.model.world])
    st.markdown(t("**Confusion matrix**: click a cell to see its {things}", things=things))
    ends = f"{config.training.dataset}-{len(names)}"
    keys = f"cell-truth-{ends}", f"cell-answer-{ends}"
    cells = [None, *range(len(names))]
    for name, key in zip(("truth", "answer"), keys, strict=True):
        asked = state.take(name, cells, t("a class from 0 to {last}", last=len(names) - 1))
        if asked is not None:
            st.session_state[key] = asked
    with st.container(horizontal=True, gap="small"):
        for label, key in zip((t("True class"), t("Answer")), keys, strict=True):
            st.selectbox(
                label,
                cells,
                format_func=menus.labels(
                    cells,
                    lambda i: t("any") if i is None else names[i],
                    lambda i: "" if i is None else t("the class"),
                ),
                key=key,
                persist_state="session",
                width=170,
                on_change=_forget_click,
            )
    truth, answer = (st.session_state[key] for key in keys)
    state.put(truth=truth, answer=answer)
    data, spec = confusion_chart(
        scores.confusion,
        names,
        dark=ui.is_dark(),
        selected=(truth, answer),
        world=config.model.world,
    )
    alt = confusion_words(scores.confusion, names, world=config.model.world)
    # The browser tells no second click on the cell it knows to be chosen; a new chart knows none.
    chart = f"confusion-{run.id}-{st.session_state.get('lists_used', 0)}"
    take = lambda: _take_click(chart, keys)  # noqa: E731
    with ui.matrix_room(len(names)):
        st.vega_lite_chart(data, spec, key=chart, width="stretch", alt=alt, on_select=take)
    return truth, answer


def _forget_click() -> None:
    st.session_state["lists_used"] = st.session_state.get("lists_used", 0) + 1


def _take_click(chart: str, keys: tuple[str, str]) -> None:
    """Set the lists to the cell that was clicked; a click beside the cells is any."""
    (place, *_) = st.session_state[chart]["selection"].get(CELL) or [{}]
    for key, name in zip(keys, ("truth", "answer"), strict=True):
        st.session_state[key] = place.get(name)
