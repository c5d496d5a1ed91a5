"""Texts that were answered wrong: corrected, taught to a copy of the model, or taken along."""

from __future__ import annotations

import csv
import io

import streamlit as st

from dpn import ui
from dpn.errors import ConfigError
from dpn.language import t
from dpn.names import shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import access, menus
from dpn.ui.classify import follow
from dpn.ui.texts.ask import encode, names_of

#: With more classes than this the right one is chosen from a list.
BUTTONS = 20
#: Texts of a lesson, and letters of each that are shown.
MOST, LETTERS = 2_000, 90
#: The lesson on its way: its name in the session.
LESSON = "text_teaching"


def your_lesson() -> dict[str, str]:
    """Return this session's texts with their right classes; no other session ever sees them."""
    lesson: dict[str, str] = st.session_state.setdefault("text_lesson", {})
    return lesson


def correct(config: RunConfig, text: str, answer: int) -> None:
    """Offer the right class of a text; the one that is chosen joins the lesson."""
    lesson = your_lesson()
    new = sorted({*lesson.values()} - {*config.class_names})
    choices, key = [*config.class_names, *new], f"right-text-{hash(text)}"
    if key not in st.session_state:  # it was corrected before, and its box is new
        st.session_state[key] = lesson.get(text)
    question = f"Is it something else than {names_of(config)[answer]}? Say what it is."
    with st.container(key="correct"):
        if len(choices) <= BUTTONS:
            right = st.pills(
                question, choices, format_func=menus.labels(choices, ui.plain), key=key
            )
        else:
            said = menus.labels(choices)
            right = st.selectbox(question, choices, index=None, format_func=said, key=key)
        with (
            st.popover("A new class", icon=":material/add:"),
            st.form(f"new-text-{hash(text)}", border=False),
        ):
            name = st.text_input("Its name", max_chars=64, key="name-text").strip()
            if st.form_submit_button("Add") and name:
                _add(text, name)
                st.session_state.pop(key, None)
                st.rerun()
    if right is None:
        if lesson.pop(text, None) is not None:
            st.rerun()
    elif lesson.get(text) != right:
        _add(text, right)
        st.rerun()


def _add(text: str, name: str) -> None:
    lesson = your_lesson()
    if len(lesson) >= MOST and text not in lesson:
        raise ConfigError(f"A lesson has at most {MOST:,} texts. Remove some first.")
    lesson[text] = name


def panel(run: Run) -> None:
    """Draw the session's lesson: its texts, Teach, and what came of it."""
    lesson = your_lesson()
    with st.container(key="lesson"):
        count = len(lesson)
        st.subheader(f"Your lesson: {count} text{'s' * (count != 1)}" if count else "Your lesson")
        if not lesson:
            st.caption(
                "When an answer is wrong, say what it is. A copy of the model is then taught your "
                "texts. They are yours alone and stay in this session."
            )
        for place, (text, name) in enumerate([*lesson.items()][-30:]):
            words = f"{ui.plain(shown(text, most=LETTERS))} → **{ui.plain(name)}** ✕"
            if st.button(words, key=f"drop-text-{place}", type="tertiary", help="Remove"):
                del lesson[text]
                st.session_state.pop(f"right-text-{hash(text)}", None)
                st.rerun()
        if not follow.follow(LESSON):
            with ui.guard():
                _teach(lesson, run)


def _teach(lesson: dict[str, str], run: Run) -> None:
    if not lesson:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        may = access.may_train()
        start = st.button(
            "Teach", key="teach_texts", type="primary", icon=":material/school:", disabled=not may
        )
        st.download_button(
            "Take along (TSV)",
            to_tsv(lesson),
            "lesson.tsv",
            icon=":material/download:",
            key="lesson_tsv",
        )
    st.caption(
        "`python -m dpn teach RUN lesson.tsv` teaches the file, and `train --dataset` takes it."
    )
    if not may:
        st.caption(t(access.SIGN_IN_FIRST))
    elif start:
        follow.begin(LESSON, run, encode(run, [*lesson]), [*lesson.values()], "full", "auto")


def to_tsv(lesson: dict[str, str]) -> bytes:
    """Return a lesson as a table that ``train --dataset`` and ``teach`` read."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("text", "label"), *lesson.items()])
    return out.getvalue().encode()
