"""The buttons of a training: only those that can be pressed now."""

from __future__ import annotations

import math
import time
from typing import Any

import streamlit as st

from dpn import ui
from dpn.jobs.job import JobView
from dpn.language import msg, t
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.run import ACTIVE, Run
from dpn.ui import access
from dpn.ui.train import taken

#: Seconds after Start or Resume in which a click on Pause, which takes their place, is the second
#: one of a double click.
DOUBLE_CLICK = 0.6


def buttons(chosen: tuple[ModelConfig, TrainConfig] | None) -> JobView | None:
    """Draw Start, Pause, Resume, Step and Stop, each where it can be pressed.

    Where none can, Start is there, greyed out. Returns the training they are drawn for.
    """
    view, run = ui.shown_job(), ui.current_run()
    state = view.state if view else ui.on_disk(run)[0]
    live = bool(view and view.live)
    if state in ACTIVE and not live:
        state = ""  # under way in another process, which does not hear the buttons
    mine = access.owns(view.owner) if view else run is None or access.owns_run(run)
    ready = chosen is not None and access.may_train() and not (live and mine)
    is_over = state in ("stopped", "interrupted", "failed") and run is not None
    spent = is_over and run is not None and access.is_spent(run)
    resumable = mine and is_over and not spent and access.may_train()
    paused = mine and state == "paused"
    with st.container(horizontal=True, gap="small", key="job_buttons"):
        if not (live and mine):
            start = _button(msg("Start"), "play_arrow", type="primary", disabled=not ready)
            if start and chosen and ready:  # who speaks the protocol can press what is greyed out
                _start(chosen, paused=False)
        can_pause = mine and state in ("loading", "queued", "running")
        if can_pause and _button(msg("Pause"), "pause") and not _is_second_click():
            _tell("pause")
        if (paused or resumable) and _button(msg("Resume"), "resume"):
            if paused:
                st.session_state["went_on"] = time.monotonic()
                _tell("resume")
            elif run is not None:
                _resume(run)
        if (paused or ready) and _button(msg("Step"), "skip_next", help=t("One batch")):
            if paused:
                _tell("step")
            elif chosen:
                _start(chosen, paused=True)
        if mine and live and _button(msg("Stop"), "stop"):
            _tell("stop")
    if spent and not (view and view.message):  # which says so
        st.caption(t("It has trained for as long as a training may on this server."))
    if not mine:
        st.caption(t(access.NOT_YOURS))
    if not access.may_train():
        st.caption(t(access.SIGN_IN_FIRST))
    return view


def _is_second_click() -> bool:
    went_on = float(st.session_state.get("went_on", -math.inf))
    return time.monotonic() - went_on <= DOUBLE_CLICK


def _button(label: str, symbol: str, **how: Any) -> bool:
    return st.button(t(label), key=f"job_{label.lower()}", icon=f":material/{symbol}:", **how)


def _start(chosen: tuple[ModelConfig, TrainConfig], *, paused: bool) -> None:
    with ui.guard():
        st.session_state["went_on"] = time.monotonic()
        run_id = access.start(chosen, ui.sets.folder_of(chosen[1].dataset))
        if paused:
            ui.jobs().step(run_id)
        taken.started(run_id)
        ui.look_at(run_id)
        st.rerun()


def _resume(run: Run) -> None:
    with ui.guard():
        st.session_state["went_on"] = time.monotonic()
        access.resume(run, ui.sets.folder_of(run.config().training.dataset))
        st.rerun()


def _tell(what: str) -> None:
    view = ui.shown_job()
    if view:
        getattr(ui.jobs(), what)(view.id)
    st.rerun()
