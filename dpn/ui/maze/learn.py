"""A planner of one's own: begun here, and watched while it learns and the map is planned again."""

from __future__ import annotations

import secrets

import streamlit as st

from dpn import settings, ui
from dpn.charts.curves import loss_chart
from dpn.charts.maze.learning import plans_chart
from dpn.errors import RunError
from dpn.evaluation.plans import WATCHED_MAPS
from dpn.language import joined, percent, t
from dpn.mazes.sets import NAME, OUTCOMES
from dpn.models.presets import preset
from dpn.runs.history import plans_over_time
from dpn.runs.run import Run
from dpn.ui import access
from dpn.ui.model import answering

#: Where the session keeps the id of the training that was begun here.
BEGUN = "maze_begun"
#: Seconds between two looks at a training.
AGAIN = 1.0
#: Seeds of trainings are below it.
SEEDS = 10_000


def panel(run: Run) -> None:
    """Offer to train a planner; draw how the chosen one learns, or has learned."""
    st.subheader(t("How it learns"))
    view = ui.jobs().view(_followed())
    if view is None or not view.live:
        _offer()
    is_live = view is not None and view.live
    st.fragment(_watch, run_every=AGAIN if is_live else None)(run)


def _followed() -> str:
    """Return the id of this session's training: one that was begun here or on Train, or ""."""
    mine = ui.current_run_id()
    if mine and answering.is_live(Run(settings.runs_dir() / mine)) and ui.run_here(mine, ("maze",)):
        return mine
    return str(st.session_state.get(BEGUN, ""))


def _offer() -> None:
    may = access.may_train()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        moves = st.selectbox(t("Ways to move"), [4, 8], key="maze_moves", width=100)
        if st.button(
            t("Train a planner"),
            icon=":material/play_arrow:",
            key="maze_train",
            disabled=not may,
            help=t("It learns from shortest ways on maps of up to 15 cells a side."),
        ):
            _start(int(moves))
    if not may:
        st.caption(t(access.SIGN_IN_FIRST))


def _start(moves: int) -> None:
    model, training = preset(NAME, None, len(OUTCOMES), "planner", world="maze")
    chosen = model.replace(decisions=moves), training.replace(seed=secrets.randbelow(SEEDS))
    st.session_state[BEGUN] = access.start(chosen, settings.data_dir())
    ui.look_at(st.session_state[BEGUN])
    st.rerun()


def _watch(run: Run) -> None:
    with ui.guard():
        _draw(run)


def _draw(run: Run) -> None:
    begun = _followed()
    view = ui.jobs().view(begun) if begun else None
    if begun and view and view.live:
        st.session_state["maze_was_live"] = begun
        is_new = run.id != begun and st.session_state.get("maze_chosen_once") != begun
        if is_new and view.step and ui.run_here(begun, ("maze",)) is not None:
            st.session_state["maze_chosen_once"] = begun
            st.rerun()  # now it can be chosen
        done = min(view.step / max(view.total_steps, 1), 1.0)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.progress(done, text=f"{ui.describe(view).capitalize()}", width=320)
            if access.owns(view.owner):
                st.button(
                    t("Stop"),
                    icon=":material/stop:",
                    key="maze_stop",
                    on_click=ui.jobs().stop,
                    args=(begun,),
                )
        if is_new:
            return  # the curves would be another one's
    elif begun and st.session_state.pop("maze_was_live", None) == begun:
        st.rerun()  # its buttons and its pace are other ones now
    if view and view.state == "failed":
        ui.show_error(view.message)
    try:
        total = int(run.status()["total_steps"])
    except RunError:
        total = 0
    metrics = run.path / "metrics.jsonl"
    curves = ui.history(str(metrics)).poll()
    if not len(curves.steps["step"]):
        return
    total = total or int(curves.steps["step"].max())
    left, right = st.columns(2)
    with left:
        st.vega_lite_chart(
            *loss_chart(curves, total),
            key="maze_loss",
            width="stretch",
            alt=t("Loss of each batch"),
        )
    with right:
        plans(run, total)


def plans(run: Run, total: int) -> None:
    """Draw how good the plans of a run are on unseen maps, over ``total`` steps of its training."""
    found = plans_over_time(run.path / "metrics.jsonl")
    if not len(found):
        return
    last = found[found[:, 0] == found[-1, 0]]
    words = t(", ").join(f"{row[1]:.0f}×{row[1]:.0f} {percent(row[3], 0)}" for row in last)
    st.vega_lite_chart(
        *plans_chart(found, total),
        key="maze_plans",
        width="stretch",
        alt=t("Plans as short as any on unseen maps: {words}", words=words),
    )
    unseen = t("{count} unseen maps of each size, half of them mazes.", count=WATCHED_MAPS)
    rises = t(
        "Half way the loss rises: from then on a plan must also be right where each step costs up "
        "to 1,000 times as much."
    )
    st.caption(joined([unseen, rises]))
