"""How an answer is said: the class, how sure it is, and the runner-up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.doubt.known import is_none
from dpn.language import msg, t
from dpn.runs.config import RunConfig

COUNTS = {2: msg("two"), 3: msg("three"), 4: msg("four")}
#: Below this probability an answer is called "not sure".
SURE = 0.6


def say_answer(
    config: RunConfig,
    probabilities: npt.NDArray[np.float32],
    figures: int,
    known: float | None = None,
    instead: str = msg("Draw one alone."),
) -> None:
    """Say the class likeliest of probabilities (K,), how sure it is, and the runner-up.

    Of a drawing of several figures it is said that one was read, and what to do ``instead``; of
    what looks like none of the classes (``known``, 0..1, or None where the model cannot tell) which
    is the nearest. Neither is ever called sure.
    """
    first, second = (int(i) for i in np.argsort(-probabilities, kind="stable")[:2])
    names = [ui.plain(name) for name in config.class_names]
    claimed = probabilities * (1 if known is None else known)
    words, not_sure = st.container(key="answer"), t("Not sure")
    if figures > 1:
        words.markdown(
            f"## {not_sure}\n"
            + t(
                "I see {count} figures, and read one: **{first}**, or **{second}**? {instead}",
                count=t(COUNTS.get(figures, msg("many"))),
                first=names[first],
                second=names[second],
                instead=t(instead),
            )
        )
    elif is_none(known):
        words.markdown(f"## {not_sure}\n{none_words(names[first])}")
    elif claimed[first] < SURE:
        words.markdown(
            f"## {not_sure}\n"
            + t(
                "**{first}** ({share}) or **{second}** ({rest})?",
                first=names[first],
                share=percent(claimed[first]),
                second=names[second],
                rest=percent(claimed[second]),
            )
        )
    else:
        words.markdown(
            f"## {names[first]}\n"
            + t(
                "{share} sure, then **{second}** with {rest}",
                share=percent(claimed[first]),
                second=names[second],
                rest=percent(claimed[second]),
            )
        )


def none_words(nearest: str) -> str:
    """Say that a picture is none of the classes; ``nearest``, as Markdown, is the likeliest."""
    return t("This looks like none of my classes. The nearest is **{nearest}**.", nearest=nearest)


def percent(probability: float) -> str:
    """Return a probability for people; what is not quite none or all never reads as if it were."""
    if probability < 0.001:
        return t("less than 0.1%")
    return t("more than 99.9%") if probability > 0.999 else f"{probability:.1%}"
