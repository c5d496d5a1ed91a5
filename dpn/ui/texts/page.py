"""The Words page: a text is answered as it is typed, and each word shows what it added."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from dpn import ui
from dpn.address.kinds import LONGEST_TEXT
from dpn.language import language, t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.texts.vocabulary import tokens_of
from dpn.ui import answers, menus
from dpn.ui.address import state
from dpn.ui.kept import kept
from dpn.ui.model import answering
from dpn.ui.texts import lesson, sums
from dpn.ui.texts.ask import Asked, ask, names_of
from dpn.ui.texts.sentence import sentence
from dpn.ui.texts.struck import say_moved

#: Seconds between two answers of a model that is still training.
AGAIN = 1.0
#: A character of Chinese.
HAN = re.compile("[\u3400-\u9fff]")
#: Letters that a box takes.
LONGEST = 5_000


def choose_what() -> str:
    """Draw whether a "text" is asked or a "list" of items; return which."""
    key = "words_what"
    if asked := state.take("world"):
        ui.put(key, asked)
    elif key not in st.session_state and ui.world_here(ui.current_run()) == "list":
        st.session_state[key] = "list"
    what = menus.switch({"text": t("A text"), "list": t("Next in a list")}, t("What is asked"), key)
    others = {"text": None} if what == "list" else {"items": None}
    state.put(world=what if what == "list" else None, **others)
    return what


def read(run: Run, config: RunConfig) -> None:
    """Draw the box for a text, its answer, and what each word added."""
    if (asked := state.take("text")) is not None:
        ui.put("text", asked)
    elif "text" not in st.session_state:
        st.session_state["text"] = kept().get("text") or _example(config) or ""
    live = answering.is_live(run)
    st.fragment(_read, run_every=AGAIN if live else None)(run.id, live)


def _example(config: RunConfig) -> str | None:
    """Return a test text of the run's data set, in the page's language if it has some.

    None where it is not here.
    """
    try:
        test = ui.loaded.texts(config.training.dataset).test
    except Exception:
        return None
    in_chinese = language() == "zh"
    test = [text for text in test if bool(HAN.search(text)) == in_chinese] or test
    return test[int(np.random.default_rng().integers(len(test)))] if test else None


def _another(run_id: str) -> None:
    with ui.guard():
        run = ui.run_here(run_id)  # a run that was deleted is missed by what is drawn next
        if run and (example := _example(run.config())):
            st.session_state["text"] = example


def _read(run_id: str, was_live: bool) -> None:
    with ui.guard():
        run, config = answering.followed(run_id, was_live)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="asked"):
            text = st.text_input(
                t("Text"),
                key="text",
                max_chars=LONGEST,
                persist_state="session",
                placeholder=t("Type or paste a text: it is answered while you type."),
                live=True,
            )
            st.button(
                t("A test text"),
                icon=":material/shuffle:",
                on_click=_another,
                args=(run_id,),
                key="other",
            )
        text = (text or "").strip()
        is_long = len(text) > LONGEST_TEXT
        line = " ".join(text.split())
        state.put(text=line if line and not is_long else None)
        st.session_state[state.TEXT_STAYS] = is_long
        kept()["text"] = text if is_long else ""  # a reload finds the others in the address
        if not tokens_of(text):
            st.info(t("Type or paste a text: each pause is answered here."))
            return
        _answer(run, config, text)


def _answer(run: Run, config: RunConfig, text: str) -> None:
    key = "struck"
    if st.session_state.get("struck_of") != text:
        st.session_state["struck_of"], st.session_state[key] = text, set()
    struck = st.session_state[key]
    whole = ask(run, text, contrast=None)
    if len(struck) >= len(whole.tokens):
        st.info(t("All is struck out. Click a word to take it back."))
        sentence(replace(whole, struck=frozenset(struck), added=0 * whole.added), key)
        return
    now = ask(run, text, struck, contrast=None) if struck else whole
    answers.say_answer(config, now.found.probabilities[0], figures=1)
    if struck:
        before, after = (int(asked.found.target[0]) for asked in (whole, now))
        was, now_is = (float(asked.found.probabilities[0, before]) for asked in (whole, now))
        gone = [f"“{ui.plain(whole.tokens[i])}”" for i in sorted(now.struck)]
        names = names_of(config)
        say_moved(gone, names[before], (was, now_is), names[after], key)
    shown = ask(run, text, struck, *sums.choose(config, "text"))
    _why(run, text, shown, config)
    lesson.correct(config, text, int(whole.found.target[0]))


def _why(run: Run, text: str, shown: Asked, config: RunConfig) -> None:
    """Draw the coloured sentence, the sum below it, and all numbers."""
    names = names_of(config)
    target = int(shown.found.target[0])
    contrast = None if shown.found.contrast is None else int(shown.found.contrast[0])
    if target == contrast:
        st.info(t("A class set against itself: everything is 0. Choose another one."))
        return
    what = sums.what_words(names, target, contrast)
    st.markdown(t("What each word added to {what}. Click a word to strike it out.", what=what))
    sentence(shown, "struck")
    other = t("the others") if contrast is None else config.class_names[contrast]
    st.caption(
        t(
            "Blue speaks for {name}, orange for {other}; the strongest have their number, all show "
            "it when pointed at.",
            name=names[target],
            other=ui.plain(other),
        )
    )
    if shown.unread:
        read = len(shown.tokens)
        st.caption(
            t(
                "Of {count:,} words and signs the first {read:,} are read.",
                count=read + shown.unread,
                read=read,
            )
        )
    sums.show_sum(shown.terms, shown.found)
    with st.expander(t("All words and their numbers"), icon=":material/table_rows:"):
        _table(run, text, shown, target, contrast, config)


def _table(
    run: Run, text: str, shown: Asked, target: int, contrast: int | None, config: RunConfig
) -> None:
    """Draw what each word added to the score of the class, of the other one, and to the lead."""
    score = shown
    if contrast is not None:
        score = ask(run, text, shown.struck, target, None)
    columns: dict[str, object] = {
        t("word"): [
            word if i not in shown.struck else t("{word} (left out)", word=word)
            for i, word in enumerate(shown.tokens)
        ],
        t("for {name}", name=config.class_names[target]): score.added.round(3),
    }
    if contrast is not None:
        other = t("for {name}", name=config.class_names[contrast])
        columns[f"{other} "] = score.added.round(3) - shown.added.round(3)
        columns[t("lead")] = shown.added.round(3)
    st.dataframe(pd.DataFrame(columns), hide_index=True, width="stretch")
