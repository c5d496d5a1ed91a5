"""Why a series was answered so: its moments in colours, their sum, and all numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dpn import ui
from dpn.charts.series.added import (
    MOST_CHANNELS,
    curves_chart,
    frames_chart,
    steps_words,
)
from dpn.charts.series.thumbs import is_way
from dpn.charts.series.way import way_chart
from dpn.language import joined, t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui.moves.ask import Asked, ask
from dpn.ui.texts import sums


def show_why(
    run: Run,
    shown: Asked,
    channels: Sequence[str],
    config: RunConfig,
    blank: tuple[int, int] | None,
    names: list[str],
) -> None:
    """Draw the series in the colours of what its moments added, the sum, and all numbers."""
    target = int(shown.found.target[0])
    contrast = None if shown.found.contrast is None else int(shown.found.contrast[0])
    if target == contrast:
        st.info(t("A class set against itself: everything is 0. Choose another one."))
        return
    what = sums.what_words(names, target, contrast)
    st.markdown(t("What each moment added to {what}.", what=what))
    dark, steps = ui.is_dark(), len(shown.values)
    best = int(np.argmax(np.abs(shown.added)))
    told = t(
        "Most is added at {steps}: {value:+.2f}.",
        steps=steps_words(best, shown.size, steps),
        value=shown.added[best],
    )
    if is_way(channels):
        left, right = st.columns([1, 1.6], gap="large", vertical_alignment="center")
        with left:
            data, spec = way_chart(shown.values, shown.added, shown.size, dark=dark)
            alt = joined([t("The way in the plane, coloured by what each step added."), told])
            st.vega_lite_chart(data, spec, key="way", width="content", alt=alt)
    else:
        right = st.container()
    with right:
        data, spec = curves_chart(shown.values, channels, shown.added, shown.size, blank, dark=dark)
        alt = joined([t("The curves of the series, coloured by what each step added."), told])
        st.vega_lite_chart(data, spec, key="curves", width="stretch", alt=alt)
        data, spec = frames_chart(shown.added, steps, shown.size, dark=dark)
        alt = joined([t("What each frame added."), told])
        st.vega_lite_chart(data, spec, key="frames", width="stretch", alt=alt)
    other = t("the others") if contrast is None else names[contrast]
    blue = t(
        "Blue speaks for {name}, orange for {other}; a bar is what a frame added.",
        name=names[target],
        other=other,
    )
    words = [blue]
    if shown.size > 1:
        words.append(
            t("A frame is {count} steps; it is seen with its neighbours.", count=shown.size)
        )
    if len(channels) > MOST_CHANNELS:
        drawn = t(
            "Of {count} channels {most} are drawn; all are read.",
            count=len(channels),
            most=MOST_CHANNELS,
        )
        words.append(drawn)
    st.caption(joined(words))
    sums.show_sum(shown.terms, shown.found)
    with st.expander(t("All frames and their numbers"), icon=":material/table_rows:"):
        _table(run, shown, config, target, contrast)


def _table(run: Run, shown: Asked, config: RunConfig, target: int, contrast: int | None) -> None:
    """Draw what each frame added to the score of the class, of the other one, and to the lead."""
    score = shown if contrast is None else ask(run, shown.values, None, target, None)
    steps = len(shown.values)
    columns: dict[str, object] = {
        t("steps"): [steps_words(i, shown.size, steps) for i in range(len(shown.added))],
        t("for {name}", name=config.class_names[target]): score.added.round(3),
    }
    if contrast is not None:
        columns[t("for {name}", name=config.class_names[contrast]) + " "] = (
            score.added - shown.added
        ).round(3)
        columns[t("lead")] = shown.added.round(3)
    st.dataframe(pd.DataFrame(columns), hide_index=True, width="stretch")
