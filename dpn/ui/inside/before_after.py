"""One image before and after a lesson: both sums side by side, and where the template changed."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dpn import settings, ui
from dpn.charts.sum import sum_chart
from dpn.errors import RunError
from dpn.explain.account import Term, account, signed
from dpn.explain.explanation import Explanation
from dpn.jobs.questions import Question
from dpn.language import joined, t
from dpn.runs.folder import find_run
from dpn.ui.inside.case import Case
from dpn.ui.inside.sum_words import whose


def before_after(case: Case, terms: list[Term]) -> None:
    """Draw the same question put to the model that was taught and to its parent."""
    assert case.config.lesson
    parent = find_run(case.config.lesson["parent"], settings.runs_dir())
    classes = parent.config().model.classes
    target = int(case.found.target[0])
    contrast = None if case.found.contrast is None else int(case.found.contrast[0])
    if max(target, contrast or 0) >= classes:
        st.info(t("One of the two classes was new in this lesson: there is no score of it before."))
        return
    if parent.config().model.replace(classes=case.config.model.classes) != case.config.model:
        raise RunError(
            t("Run {run!r} is no longer the one this model was taught from.", run=parent.id)
        )
    asked = Question(target, contrast, case.question.operator, case.question.temperature)
    found = ui.model_server().explain(parent, case.subject.image[None], asked)
    before = account(found, case.config.model)
    total = t("score") if contrast is None else t("lead")
    said = {"before": t("Before the lesson"), "after": t("After the lesson")}
    for column, title, shown in zip(
        st.columns(2, gap="large"), ("before", "after"), (before, terms), strict=True
    ):
        with column:
            st.markdown(f"**{said[title]}**")
            data, spec = sum_chart(case.subject.image, shown, total, dark=ui.is_dark())
            alt = said[title]
            st.vega_lite_chart(data, spec, key=f"sum-{title}", width="stretch", alt=alt)
    st.markdown(_words(case, found, before, terms))


def _words(case: Case, found: Explanation, before: list[Term], after: list[Term]) -> str:
    """Return how the sum moved, in which part most, and where the template changed most."""
    old, new = float(found.score[0]), float(case.found.score[0])
    moved = [(b.name, b.value - a.value) for a, b in zip(before, after, strict=True)]
    name, most = max(moved, key=lambda change: abs(change[1]))
    words = t(
        "{what} moved from {old} to **{new}**, most by **{name}** ({most}).",
        what=whose(case),
        old=signed(old),
        new=signed(new),
        name=name,
        most=signed(most),
    )
    assert found.composed_template is not None
    assert case.found.composed_template is not None
    change = np.abs(case.found.composed_template[0] - found.composed_template[0]).sum(axis=0)
    parts = [(term.name, change[slice(*term.box[:2]), slice(*term.box[2:])].mean())
             for term in after if term.box]  # fmt: skip
    part = max(parts, key=lambda p: p[1])[0]
    return joined([words, t("The template changed most in **{part}**.", part=part)])
