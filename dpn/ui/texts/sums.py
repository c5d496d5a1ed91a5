"""A score as a sum that stands below what it is of: which class it is of, its terms, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.texts.steps import steps_chart
from dpn.explain.account import Term, adding_up, signed
from dpn.explain.explanation import RUNNER_UP, Explanation
from dpn.language import joined, msg, t
from dpn.runs.config import RunConfig
from dpn.ui import menus

#: What a class is set against, for no one class.
SECOND, NOTHING = msg("the runner-up"), msg("nothing: its own score")
ANSWER = msg("the answer")


def choose(config: RunConfig, things: str) -> tuple[int | None, int | str | None]:
    """Draw which class is explained, and against which; return both as ``explain`` takes them."""
    ends = f"{things}-{config.training.dataset}-{len(config.class_names)}"
    with st.container(horizontal=True, gap="small", key="choices_why"):
        target = menus.choose_class(t("Why"), (ANSWER,), config.class_names, f"target-{ends}", 230)
        contrast = menus.choose_class(
            t("and not"), (SECOND, NOTHING), config.class_names, f"contrast-{ends}", 230
        )
    return (
        None if isinstance(target, str) else target,
        {SECOND: RUNNER_UP, NOTHING: None}.get(str(contrast), contrast),
    )


def terms_of(things: str, added: npt.NDArray[np.float64], found: Explanation) -> list[Term]:
    """Return the terms of one score: what ``things`` added (n,) together, and all else."""
    smoothing = float(found.smoothing[0].sum())
    return [
        Term(t("{things} for it", things=things), float(added[added > 0].sum())),
        Term(t("{things} against it", things=things), float(added[added < 0].sum())),
        Term(t("decision biases"), float(found.bias[0].sum())),
        *([Term(t("smoothing"), smoothing)] if smoothing else []),
        Term(t("read-out"), float(found.readout[0])),
    ]


def what_words(names: Sequence[str], target: int, contrast: int | None) -> str:
    """Say of which score an account is; ``names`` as Markdown."""
    if contrast is None:
        return t("the score of **{name}**", name=names[target])
    return t("the lead of **{name}** over **{other}**", name=names[target], other=names[contrast])


def show_sum(terms: list[Term], found: Explanation) -> None:
    """Draw the sum of one account, a row each, and say it in words."""
    total = t("score (logit)") if found.contrast is None else t("lead (logits)")
    data, spec = steps_chart(terms, total, dark=ui.is_dark())
    alt = t("The sum, a row each")
    with st.container(key="summed"):
        st.vega_lite_chart(data, spec, key="sum", width="stretch", alt=alt)
    st.caption(_sum_words(terms, total))


def _sum_words(terms: list[Term], total: str) -> str:
    numbers = adding_up([term.value for term in terms])
    parts = " ".join(
        f"{ui.plain(signed(number))} ({term.name})"
        for term, number in zip(terms, numbers, strict=True)
    )
    words = [
        t(
            "{parts} = **{score}**, the {total}.",
            parts=parts,
            score=ui.plain(signed(sum(numbers))),
            total=total,
        )
    ]
    words.append(t("Decision biases are what the decisions earn whatever is read."))
    if any(term.name == t("smoothing") for term in terms):
        words.append(t("Smoothing is what a maximum that mixes decisions adds or takes."))
    return joined([*words, t("The read-out counts before anything is read.")])
