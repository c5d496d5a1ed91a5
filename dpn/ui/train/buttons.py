"""The buttons of a training: only those that can be pressed now."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dpn import ui
from dpn.jobs.manager import JobView
from dpn.models.config import ModelConfig, TrainConfig
from dpn.runs.run import ACTIVE, OVER, Run
from dpn.ui import access
from dpn.ui.train import taken
from dpn.ui.train.shown import on_disk, shown_job


def buttons(chosen: tuple[ModelConfig, TrainConfig] | None) -> JobView | None:
    """Draw Start, Pause, Resume, Step, Stop and Delete, each where it can be pressed.

    Where none can, Start is there, greyed out. Returns the training they are drawn for.
    """
    view, run = shown_job(), ui.current_run()
    state = view.state if view else on_disk(run)[0]
    live = bool(view and view.live)
    if state in ACTIVE and not live:
        state = ""  # under way in another process, which does not hear the buttons
    mine = access.owns(view.owner) if view else run is None or access.owns_run(run)
    ready = chosen is not None and access.may_train() and not (live and mine)
    is_over = state in ("stopped", "interrupted", "failed") and run is not None
    resumable = mine and is_over and access.may_train()
    paused = mine and state == "paused"
    with st.container(horizontal=True, gap="small", key="job_buttons"):
        if not (live and mine):
            start = _button("Start", "play_arrow", type="primary", disabled=not ready)
            if start and chosen and ready:  # who speaks the protocol can press what is greyed out
                _start(chosen, paused=False)
        if mine and state in ("running", "queued") and _button("Pause", "pause"):
            _tell("pause")
        if (paused or resumable) and _button("Resume", "resume"):
            if paused:
                _tell("resume")
            elif run is not None:
                _resume(run)
        if (paused or ready) and _button("Step", "skip_next", help="One batch"):
            if paused:
                _tell("step")
            elif chosen:
                _start(chosen, paused=True)
        if mine and live and _button("Stop", "stop"):
            _tell("stop")
        if run is not None and mine and state in (*OVER, "interrupted") and run.origin != "shipped":
            _offer_to_delete(run)
    if not mine:
        st.caption(access.NOT_YOURS)
    if not access.may_train():
        st.caption(access.SIGN_IN_FIRST)
    return view


def _button(label: str, symbol: str, **how: Any) -> bool:
    return st.button(label, key=f"job_{label.lower()}", icon=f":material/{symbol}:", **how)


def _offer_to_delete(run: Run) -> None:
    with st.popover("Delete", icon=":material/delete:", key="job_delete"):
        st.markdown("The run, its weights and its curves are deleted for good.")
        if st.button("Delete this run", key="job_delete_sure", type="primary"):
            with ui.guard():
                run.delete()
                ui.jobs().forget(run.id)
                ui.look_away()
                st.rerun()


def _start(chosen: tuple[ModelConfig, TrainConfig], *, paused: bool) -> None:
    with ui.guard():
        run_id = access.start(chosen, ui.sets.folder_of(chosen[1].dataset))
        if paused:
            ui.jobs().step(run_id)
        taken.started(run_id)
        ui.look_at(run_id)
        st.rerun()


def _resume(run: Run) -> None:
    with ui.guard():
        access.resume(run, ui.sets.folder_of(run.config().training.dataset))
        st.rerun()


def _tell(what: str) -> None:
    view = shown_job()
    if view:
        getattr(ui.jobs(), what)(view.id)
    st.rerun()
