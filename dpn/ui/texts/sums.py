"""A score as a sum that stands below what it is of: which class it is of, its terms, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.texts.steps import steps_chart
from dpn.explain.account import Term, signed
from dpn.explain.explanation import RUNNER_UP, Explanation
from dpn.runs.config import RunConfig
from dpn.ui import answers

#: What a class is set against, for no one class.
SECOND, NOTHING, ANSWER = "the runner-up", "nothing: its own score", "the answer"


def choose(config: RunConfig, things: str) -> tuple[int | None, int | str | None]:
    """Draw which class is explained, and against which; return both as ``explain`` takes them."""
    ends = f"{things}-{config.training.dataset}-{len(config.class_names)}"
    with st.container(horizontal=True, gap="small", key="choices_why"):
        target = answers.choose_class("Why", (ANSWER,), config.class_names, f"target-{ends}", 230)
        contrast = answers.choose_class(
            "and not", (SECOND, NOTHING), config.class_names, f"contrast-{ends}", 230
        )
    return (
        None if isinstance(target, str) else target,
        {SECOND: RUNNER_UP, NOTHING: None}.get(str(contrast), contrast),
    )


def terms_of(things: str, added: npt.NDArray[np.float64], found: Explanation) -> list[Term]:
    """Return the terms of one score: what ``things`` added (n,) together, and all else."""
    terms = [
        Term(f"{things} for it", float(added[added > 0].sum())),
        Term(f"{things} against it", float(added[added < 0].sum())),
        Term("decision biases", float(found.bias[0].sum())),
        Term("smoothing", float(found.smoothing[0].sum())),
        Term("read-out", float(found.readout[0])),
    ]
    return [term for term in terms if term.value or term.name != "smoothing"]


def what_words(names: Sequence[str], target: int, contrast: int | None) -> str:
    """Say of which score an account is; ``names`` as Markdown."""
    if contrast is None:
        return f"the score of **{names[target]}**"
    return f"the lead of **{names[target]}** over **{names[contrast]}**"


def show_sum(terms: list[Term], found: Explanation) -> None:
    """Draw the sum of one account, a row each, and say it in words."""
    total = "score (logit)" if found.contrast is None else "lead (logits)"
    data, spec = steps_chart(terms, total, dark=ui.is_dark())
    alt = ui.spoken("The sum, a row each", data)
    st.vega_lite_chart(data, spec, key="sum", width="stretch", alt=alt)
    st.caption(_sum_words(terms, float(found.score[0]), total))


def _sum_words(terms: list[Term], score: float, total: str) -> str:
    parts = " ".join(f"{ui.plain(signed(term.value))} ({term.name})" for term in terms)
    words = f"{parts} = **{ui.plain(signed(score))}**, the {total}. "
    words += "Decision biases are what the decisions earn whatever is read; "
    if any(term.name == "smoothing" for term in terms):
        words += "smoothing is what a maximum that mixes decisions adds or takes; "
    return words + "the read-out is a head start."
