"""Teach a copy of a model your lesson: before and after, then keep it or throw it away."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dpn import settings, ui
from dpn.language import msg, percent, t
from dpn.names import harmless
from dpn.runs.chain import lessons_of
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import access
from dpn.ui.classify import follow
from dpn.ui.classify.corrections import Lesson, inputs_of, save_or_load, show_pictures, your_lesson

REHEARSALS = {"auto": msg("what the model knows"), "none": msg("nothing")}
METHODS = {
    "full": msg("all weights"),
    "lora": msg("small additions (LoRA)"),
    "readout": msg("the last layer"),
}
#: The lesson on its way: its name in the session.
LESSON = "teaching"


def panel(run: Run, config: RunConfig) -> None:
    """Draw the session's lesson: its pictures, Teach, and what came of it."""
    lesson = your_lesson()
    with st.container(key="lesson"):
        count = len(lesson.pictures)
        many = t("Your lesson: {count} pictures", count=count)
        one = t("Your lesson: 1 picture") if count else t("Your lesson")
        st.subheader(many if count > 1 else one)
        if not count:
            st.caption(
                t(
                    "When an answer is wrong, say what it is. A few drawings are enough to teach "
                    "the model your hand. They are yours alone and stay in this session."
                )
            )
        with ui.guard():
            show_pictures(lesson)
            save_or_load(lesson, config)
        if not follow.follow(LESSON):
            with ui.guard():
                _teach(lesson, run, config)
        with ui.guard():
            _chain(run)


def _teach(lesson: Lesson, run: Run, config: RunConfig) -> None:
    if not lesson.pictures:
        return
    if not access.may_train():
        st.caption(t(access.SIGN_IN_FIRST))
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        start = st.button(t("Teach"), key="teach", type="primary", icon=":material/school:")
        with st.popover(t("Options"), icon=":material/tune:"):
            method = st.radio(
                t("What may change"),
                list(METHODS),
                format_func=lambda name: t(METHODS[name]),
                key="teach_method",
                persist_state="session",
            )
            rehearse = st.radio(
                t("What is rehearsed, so that nothing is forgotten"),
                list(REHEARSALS),
                format_func=lambda name: t(REHEARSALS[name]),
                key="teach_rehearse",
                persist_state="session",
            )
    if start:
        images, names, _ = inputs_of(lesson, config)
        follow.begin(LESSON, run, images, names, str(method), str(rehearse))


def _chain(run: Run) -> None:
    """Draw the lessons that a model comes from, and what each cost on the test images."""
    rows: list[dict[str, Any]] = []
    for step in lessons_of(run, settings.runs_dir()):
        held = step.lesson
        parent = ui.title_of(step.parent) if step.parent else step.taught_from
        rows.append(
            {
                t("pictures"): held.get("images"),
                t("method"): t(METHODS.get(held["method"], held["method"])),
                t("test before"): _percent(held["accuracy_before"]),
                t("after"): _percent(held["accuracy_after"]),
                t("taught from"): harmless(parent),
            }
        )
    if rows:
        many = t("This model was taught {count} lessons", count=len(rows))
        with st.expander(many if len(rows) > 1 else t("This model was taught 1 lesson")):
            st.dataframe(rows, hide_index=True)


def _percent(value: float | None) -> str:
    return "–" if value is None else percent(value, 2)
