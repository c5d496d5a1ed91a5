"""The curves of the runs in one chart, which follows those that are still training."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.address.table import CURVES, OVER
from dpn.charts.comparison import AXES, MEASURES, runs_chart
from dpn.language import joined, t
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.compare.sides import Side, still_open

#: Seconds between two looks at trainings under way.
LOOK = 1.0


def show_curves(sides: list[Side]) -> None:
    """Draw one curve for each run; nothing around is redrawn when they grow."""
    measures = dict(zip(CURVES, MEASURES, strict=True))
    axes = dict(zip(OVER, AXES, strict=True))
    with st.container(horizontal=True, gap="small", key="choices-curves"):
        measure = measures[_choose("curve", t("Curve"), measures)]
        over = axes[_choose("over", t("Over"), axes)]
    live = [side.letter for side in sides if side.live]
    ids = [side.run.id for side in sides]
    st.fragment(_chart, run_every=LOOK if live else None)(ids, live, measure, over)


def _choose(name: str, label: str, words: dict[str, str]) -> str:
    """Draw a row of choices that stands in the address by this name; return the choice."""
    key = f"compare-{name}"
    if asked := state.take(name):
        ui.put(key, asked)
    chosen = menus.switch({n: t(of).capitalize() for n, of in words.items()}, label, key)
    state.put(**{name: None if chosen == next(iter(words)) else chosen})
    return chosen


def _chart(ids: list[str], drawn_for: list[str], measure: str, over: str) -> None:
    with ui.guard():
        sides = still_open(ids)
        if [side.letter for side in sides if side.live] != drawn_for:
            st.rerun()  # one is done: all the rest is about its result
        curves = {
            side.letter: ui.history(str(side.run.path / "metrics.jsonl")).poll() for side in sides
        }
        chart = runs_chart(curves, measure, over)
        if chart is None:
            st.info(t("None of these runs has curves yet."))
            return
        data, spec = chart
        alt = t(
            "The {measure} of {runs} over {axis}.",
            measure=t(measure),
            runs=t(", ").join(sorted(set(data["run"]))),
            axis=t(over),
        )
        st.vega_lite_chart(data, spec, key="compare_curves", width="stretch", alt=alt)
        notes = _notes(sides, {*data["run"]}, measure)
        if notes:
            st.caption(ui.plain(joined(notes)))


def _notes(sides: list[Side], shown: set[str], measure: str) -> list[str]:
    notes = [
        t("{letter} has no such curve.", letter=side.letter)
        for side in sides
        if side.letter not in shown
    ]
    if measure == MEASURES[1] and len({s.config.training.label_smoothing for s in sides}) > 1:
        notes.append(
            t("Label smoothing differs, and with it what the loss is: compare accuracies.")
        )
    if len({side.data for side in sides}) > 1:
        notes.append(t("They learn different data sets: only their shapes can be compared."))
    return notes
