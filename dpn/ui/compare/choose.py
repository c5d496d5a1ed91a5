"""Which runs are compared: a list to tick, and the address."""

from __future__ import annotations

import contextlib

import streamlit as st

from dpn import settings, ui
from dpn.address.table import MOST_RUNS as MOST
from dpn.errors import DPNError
from dpn.language import t
from dpn.runs.folder import list_runs, world_of
from dpn.ui import menus
from dpn.ui.compare.address import asked_runs, put_runs
from dpn.ui.words import PICTURES

#: Runs offered in the list, newest first, beside those that are ticked.
OFFERED = 30
#: Pixels of the list: more of it is scrolled to.
HEIGHT = 232


def choose_runs(*, entered: bool) -> list[str]:
    """Draw the list of runs with their ticks; return the ids of those that are ticked, in order.

    Whoever comes with runs in the address sees those; they may be gone, and are returned all the
    same. ``entered`` is whether the session has just come to the page.
    """
    asked = asked_runs()
    if (entered and asked) or "compared" not in st.session_state:
        tick(asked[:MOST])
        if len(asked) > MOST:
            words = t(
                "The address names {count} runs: the first {most} are compared.",
                count=len(asked),
                most=MOST,
            )
            st.info(words)
    ticked: list[str] = st.session_state["compared"]
    runs = _offered(ticked)
    said = menus.labels(runs, runs.__getitem__, lambda run_id: run_id[-4:])
    st.markdown(t("**Tick two to six runs**"))
    with st.container(height=HEIGHT, key="ticks"):
        for run_id in runs:
            key = f"tick-{run_id}"
            ui.put(key, run_id in ticked)
            st.checkbox(
                ui.plain(said(run_id)),
                value=run_id in ticked,
                key=key,
                disabled=len(ticked) >= MOST and run_id not in ticked,
                on_change=_turn,
                args=(run_id, key),
            )
    if ticked and st.button(t("Untick all"), icon=":material/close:", key="untick"):
        tick([])
        st.rerun()
    put_runs(ticked)
    return ticked


def tick(ids: list[str]) -> None:
    """Make these the runs that are compared."""
    st.session_state["compared"] = ids


def _turn(run_id: str, key: str) -> None:
    others = [other for other in st.session_state["compared"] if other != run_id]
    tick([*others, run_id][:MOST] if st.session_state[key] else others)


def _offered(ticked: list[str]) -> dict[str, str]:
    """Return what the runs to choose from are called, by their ids: the newest, the shipped, and
    the ticked ones.

    One that is damaged or gone is offered only while it is ticked, to be unticked.
    """  # noqa: D205
    found: dict[str, str] = {}
    for run in list_runs(settings.runs_dir(), OFFERED):
        with contextlib.suppress(DPNError):
            if world_of(run) in PICTURES:
                found[run.id] = ui.title_of(run)
    kept = {run_id: ui.run_here(run_id, PICTURES) for run_id in ticked if run_id not in found}
    return {run_id: ui.title_of(run) if run else run_id for run_id, run in kept.items()} | found
