"""Which model answers: chosen from a menu, kept, and gone when its run is deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dpn import settings, ui
from dpn.errors import DPNError
from dpn.language import t
from dpn.runs.config import RunConfig
from dpn.runs.folder import list_runs, world_of
from dpn.runs.run import Run
from dpn.ui import access, menus
from dpn.ui.address import state
from dpn.ui.shared import Once
from dpn.ui.words import PICTURES

#: Runs offered in the list of models, newest first.
OFFERED = 30
#: Where a session keeps which run answers in place of a deleted one, until another is chosen.
GONE = "answering-gone"
#: Visitors whose last choice is known.
VISITORS = 10_000


def choose_run(
    *,
    with_data: bool = False,
    worlds: Sequence[str] = PICTURES,
    beside: Callable[[], None] | None = None,
) -> tuple[Run, RunConfig] | None:
    """Draw the list of models that can answer; return the chosen run, or None if there is none.

    They are those that read one of ``worlds``; ``beside`` draws what stands beside the list.

    What was chosen last answers, after a reload too: the address holds it. The training of this
    session is chosen when it can first answer. ``with_data`` prefers, until somebody chooses, a
    model whose data set is on this machine.
    """
    runs = _can_answer(worlds)
    if not runs:
        st.info(t("There is no model yet. Train one first: it takes seconds."))
        if beside:
            beside()
            return None
        st.page_link("pages/1_Train.py", label=t("Train a model"), icon=":material/play_circle:")
        return None
    ids, mine = list(runs), ui.current_run_id()
    if asked := state.take("model", runs, t("the id of a model that is here")):
        st.session_state["offered"] = mine  # the one in the address was chosen in spite of it
        ui.put("answering", asked)
    elif mine in runs and mine != st.session_state.get("offered"):
        st.session_state["offered"] = mine
        ui.put("answering", mine)
        _remember()
    before = st.session_state.get("answering-held", (None,))[0]
    row: dict[str, Any] = {"horizontal": True, "vertical_alignment": "bottom", "gap": "small"}
    with st.container(**(row | {"key": "chosen"} if beside else {})):
        chosen = menus.choose(
            t("Model"),
            "answering",
            ids,
            lambda run_id: ui.title_of(runs[run_id]),
            _end_of_id,
            _usual(runs, with_data),
            on_change=_remember,
        )
        if beside:
            beside()
    if before and before not in runs and ui.run_here(before) is None:
        st.session_state[GONE] = chosen
    state.put(model=chosen)
    if st.session_state.get(GONE) == chosen:
        st.caption(t("The run chosen before was deleted. This one answers now: choose another."))
    return runs[chosen], runs[chosen].config()


def _can_answer(worlds: Sequence[str]) -> dict[str, Run]:
    """Return the runs to choose from, by their ids: the newest first, then the shipped ones.

    A damaged run hides no other; the command line says what is wrong with it.
    """
    found = {}
    runs = list_runs(settings.runs_dir(), OFFERED)
    # MNIST's first: most people draw a digit, and their hands are nearest to it.
    shipped = [run for run in runs if run.origin == "shipped"]
    shipped.sort(key=lambda run: ("mnist" not in run.id, run.id))
    for run in [*(run for run in runs if run not in shipped), *shipped]:
        with contextlib.suppress(DPNError):
            if run.weights_stamp() or is_live(run):
                if world_of(run) not in worlds:
                    continue
                if not run.result():
                    run.status()
                found[run.id] = run
    return found


def _usual(runs: dict[str, Run], with_data: bool) -> str:
    """Return which of the runs answers while nobody has chosen in this session."""
    last = _chosen_last().get(access.owner())
    if last in runs:
        return last
    here = {info.name for info in ui.sets.sets().values() if info.source != "download"}
    finished = (
        run.id
        for run in runs.values()
        if run.result() and (not with_data or run.config().training.dataset in here)
    )
    return next(finished, next(iter(runs)))


@Once
def _chosen_last() -> dict[str | None, str]:
    """Return which run each visitor chose last, for a new window of theirs; None: on one's own."""
    return {}


def _remember() -> None:
    """Note what was chosen; of many visitors those who chose long ago are forgotten."""
    st.session_state.pop(GONE, None)
    last, who = _chosen_last(), access.owner()
    last.pop(who, None)
    last[who] = st.session_state["answering"]
    for other in list(last)[:-VISITORS]:
        last.pop(other, None)


def _end_of_id(run_id: str) -> str:
    return run_id.rsplit("-", 1)[-1]


def is_live(run: Run) -> bool:
    """Return whether the run is being trained in this process."""
    view = ui.jobs().view(run.id)
    return bool(view and view.live)


def still_here(run_id: str) -> Run:
    """Return the run that a fragment answers by; of one that was deleted the page is drawn anew."""
    run = ui.run_here(run_id)
    if run is None:
        st.rerun()
    return run


def followed(run_id: str, was_live: bool) -> tuple[Run, RunConfig]:
    """Return the run that a fragment answers by, and its settings.

    One that has ended since the fragment was drawn is answered by no more by itself: the page is
    drawn anew, as it is where the run was deleted.

    Raises:
        RunError: its settings cannot be read.
    """
    run = still_here(run_id)
    if was_live and not is_live(run):
        st.rerun()
    return run, run.config()


def offer_inside(kind: str, run: Run) -> None:
    """Offer to take what ``run`` answered apart: the picture is a "drawing" or an "upload"."""
    if st.button(
        t("Look inside"),
        icon=":material/account_tree:",
        key="look_inside",
        on_click=take_along,
        args=(run, kind),
    ):
        st.switch_page("pages/3_Inside.py")


def take_along(run: Run, kind: str) -> None:
    """Make a run and a kind of picture the ones that Inside shows: "drawing", "upload" or "test".

    Call it before the widgets of a page are drawn, as a button's ``on_click``.
    """
    let_answer(run)
    st.session_state["picture"] = kind


def let_answer(run: Run) -> None:
    """Make a run the one that answers on the next page; call it as ``take_along``."""
    if st.session_state.get("answering") != run.id:  # where it is equal, its list is drawn already
        st.session_state["answering"] = run.id
    st.session_state["offered"] = ui.current_run_id()  # the run in the address does not come first
