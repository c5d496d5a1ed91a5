"""Texts or series that were answered wrong: corrected, taught to a copy of the model, kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dpn import ui
from dpn.errors import ConfigError
from dpn.language import t
from dpn.names import shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import access, menus
from dpn.ui.classify import follow
from dpn.ui.kept import remembered
from dpn.ui.texts.ask import encode, names_of
from dpn.ui.words import THING, THINGS

if TYPE_CHECKING:
    from dpn.teaching.lesson import Pixels

#: Inputs of a lesson, and letters of each that are shown.
MOST, LETTERS = 2_000, 90

#: What a session was taught of a kind: an input by its name -> its right class.
Lesson = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """A kind of lesson.

    Attributes:
        name: "text" or "series": what the session keeps of it is called so.
        inputs: a run and the names of inputs -> those as the run's data sets hold them.
        file: a lesson -> a file that ``teach`` and ``train`` read.
        file_name: its name.
        of: parts lessons of one name that cannot be taught to one model.
    """

    name: str
    inputs: Callable[[Run, list[str]], Pixels]
    file: Callable[[Lesson], bytes]
    file_name: str
    of: str = ""

    @property
    def lesson(self) -> Lesson:
        """The session's inputs with their right classes, which a reload finds again."""
        return remembered(f"{self.name}{self.of}_lesson", dict, lambda one: sum(map(len, one)))

    @property
    def teaching(self) -> str:
        """The name in the session of the lesson that is on its way."""
        return f"{self.name}{self.of}_teaching"


def to_tsv(lesson: Lesson) -> bytes:
    """Return a lesson of texts as a table that ``train --dataset`` and ``teach`` read."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("text", "label"), *lesson.items()])
    return out.getvalue().encode()


TEXTS = Kind("text", encode, to_tsv, "lesson.tsv")


def correct(config: RunConfig, what: str, answer: int, kind: Kind = TEXTS) -> None:
    """Offer the right class of an input; the one that is chosen joins the lesson.

    Args:
        config: of the run that answered.
        what: the text, or what another input is called, each by a name of its own.
        answer: the class that was answered.
        kind: of the lesson.
    """
    lesson = kind.lesson
    new = sorted({*lesson.values()} - {*config.class_names})
    choices, key = [*config.class_names, *new], f"right-{kind.name}-{hash(what)}"
    if key not in st.session_state:  # it was corrected before, and its box is new
        st.session_state[key] = lesson.get(what)
    question = t("Is it something else than {name}? Say what it is.", name=names_of(config)[answer])
    with st.container(key="correct"):
        right = menus.right_class(question, choices, key)
        with (
            st.popover(t("A new class"), icon=":material/add:"),
            st.form(f"new-{kind.name}-{hash(what)}", border=False),
        ):
            name = st.text_input(t("Its name"), max_chars=64, key=f"name-{kind.name}").strip()
            if st.form_submit_button(t("Add")) and name:
                _add(kind, what, name)
                st.session_state.pop(key, None)
                st.rerun()
    if right is None:
        if lesson.pop(what, None) is not None:
            st.rerun()
    elif lesson.get(what) != right:
        _add(kind, what, right)
        st.rerun()


def _add(kind: Kind, what: str, name: str) -> None:
    lesson = kind.lesson
    if len(lesson) >= MOST and what not in lesson:
        raise ConfigError(
            t(
                "A lesson has at most {most:,} {things}. Remove some first.",
                most=MOST,
                things=t(THINGS[kind.name]),
            )
        )
    lesson[what] = name


def panel(run: Run, kind: Kind = TEXTS) -> None:
    """Draw the session's lesson: what is in it, Teach, and what came of it."""
    lesson = kind.lesson
    with st.container(key="lesson"):
        count = len(lesson)
        things = t((THING if count == 1 else THINGS)[kind.name])
        many = t("Your lesson: {count} {things}", count=count, things=things)
        st.subheader(many if count else t("Your lesson"))
        if not lesson:
            st.caption(
                t(
                    "When an answer is wrong, say what it is. A copy of the model is then taught "
                    "your {things}. They are yours alone and stay in this session.",
                    things=t(THINGS[kind.name]),
                )
            )
        for place, (what, name) in enumerate([*lesson.items()][-30:]):
            words = f"{ui.plain(shown(what, most=LETTERS))} → **{ui.plain(name)}** ✕"
            if st.button(words, key=f"drop-{kind.name}-{place}", type="tertiary", help=t("Remove")):
                del lesson[what]
                st.session_state.pop(f"right-{kind.name}-{hash(what)}", None)
                st.rerun()
        if not follow.follow(kind.teaching):
            with ui.guard():
                _teach(kind, run)


def _teach(kind: Kind, run: Run) -> None:
    lesson = kind.lesson
    if not lesson:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        may = access.may_train()
        start = st.button(
            t("Teach"),
            key=f"teach_{kind.name}",
            type="primary",
            icon=":material/school:",
            disabled=not may,
        )
        ending = kind.file_name.rsplit(".", 1)[-1]
        st.download_button(
            t("Take along ({kind})", kind=ending.upper()),
            kind.file(lesson),
            kind.file_name,
            icon=":material/download:",
            key=f"lesson_{ending}",
        )
    st.caption(
        t(
            "`python -m dpn teach RUN {file}` teaches the file, and `train --dataset` takes it.",
            file=kind.file_name,
        )
    )
    if not may:
        st.caption(t(access.SIGN_IN_FIRST))
    elif start:
        inputs = kind.inputs(run, [*lesson])
        follow.begin(kind.teaching, run, inputs, [*lesson.values()], "full", "auto")
