"""The Compare page: what is ticked, drawn part by part; what one part lacks hides no other."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.language import joined, msg, t
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.compare.address import arrive, asked_runs, asked_sweep, put_runs, put_sweep
from dpn.ui.compare.choose import choose_runs
from dpn.ui.compare.curves import show_curves
from dpn.ui.compare.disagree import choose_pair, show_pair
from dpn.ui.compare.pictures import show_same_picture
from dpn.ui.compare.sides import Side, open_sides, scored
from dpn.ui.compare.sweep import show_sweeps
from dpn.ui.compare.table import show_legend, show_table
from dpn.ui.explainers import explainer

VIEWS = {
    "runs": (":material/compare_arrows:", msg("Runs side by side")),
    "sweeps": (":material/stacked_line_chart:", msg("Sweeps")),
}
#: What stands in the address of runs side by side alone.
SIDE_BY_SIDE = ("curve", "over", "pair", "parted", "picture", "image", "drawing")


def compare(*, entered: bool) -> None:
    """Draw the page: runs side by side, or a sweep."""
    arrive()
    is_new = "sweep_started" in st.session_state
    if is_new or (entered and asked_sweep() and not asked_runs()):
        st.session_state["compare_next"] = "sweeps"
    if following := st.session_state.pop("compare_next", None):
        ui.put("compare_view", following)
    views = {name: f"{icon} {t(words)}" for name, (icon, words) in VIEWS.items()}
    view = menus.switch(views, t("Show"), "compare_view", label_visibility="collapsed")
    with ui.guard():
        if view == "sweeps":
            put_runs([])
            state.put(**dict.fromkeys(SIDE_BY_SIDE))
            show_sweeps(entered=entered)
            return
        put_sweep(None)
        sides, problems = open_sides(choose_runs(entered=entered))
        for problem in problems:
            ui.show_error(problem)
        if len(sides) > 1:
            _compare(sides)
        else:
            gone = (name for name in SIDE_BY_SIDE if not state.asks(name))
            state.put(**dict.fromkeys(gone))
            first = (
                t("Tick one more run.") if sides else t("Tick the runs above that are compared.")
            )
            then = t("Their curves, settings and answers are then side by side.")
            st.info(joined([first, then]))


def _compare(sides: list[Side]) -> None:
    show_legend(sides)
    with ui.guard():
        show_curves(sides)
    with st.spinner(t("Classifying the test images …"), show_time=True):
        scores, problems = scored(sides)
    show_table(sides, scores)
    for problem in problems:
        st.info(ui.plain(problem))
    with ui.guard():
        st.markdown(f"#### {t('Is the difference luck?')}")
        chosen = choose_pair(sides, scores)
        if chosen:
            show_pair(chosen[0], scores, chosen[1])
        explainer("mcnemar")
    with ui.guard():
        st.markdown(f"#### {t('The same picture, answered by each')}")
        show_same_picture(sides)
