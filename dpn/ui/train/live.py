"""A training as it happens: its buttons and its curves."""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st

from dpn import settings, ui
from dpn.errors import RunError
from dpn.jobs.manager import JobView
from dpn.models.config import ModelConfig, TrainConfig
from dpn.runs.history import NOTHING_YET, Curves, smooth
from dpn.runs.run import ACTIVE, OVER, Run
from dpn.ui import access
from dpn.ui.train import taken
from dpn.ui.train.curves import LiveCurves, live_curves, make_moment
from dpn.ui.train.watch import watch


def controls(chosen: tuple[ModelConfig, TrainConfig] | None) -> JobView | None:
    """Draw Start, Pause, Step, Resume, Stop and Delete; what makes no sense now is greyed out.

    Returns the training they are drawn for.
    """
    view, run = _shown_job(), ui.current_run()
    state = view.state if view else _on_disk(run)[0]
    live = bool(view and view.live)
    if state in ACTIVE and not live:
        state = ""  # under way in another process, which does not hear the buttons
    mine = _is_mine(view, run)
    ready = chosen is not None and access.may_train() and not (live and mine)
    is_over = state in ("stopped", "interrupted", "failed") and run is not None
    resumable = mine and is_over and access.may_train()
    paused = mine and state == "paused"
    with st.container(horizontal=True, gap="small"):
        if _button("Start", "play_arrow", ready, type="primary") and chosen:
            _start(chosen, paused=False)
        if _button("Pause", "pause", mine and state in ("running", "queued")):
            _tell("pause")
        if _button("Step", "skip_next", paused or ready, help="One batch"):
            if paused:
                _tell("step")
            elif chosen:
                _start(chosen, paused=True)
        if _button("Resume", "resume", paused or resumable):
            if paused:
                _tell("resume")
            elif run is not None:
                _resume(run)
        if _button("Stop", "stop", mine and live):
            _tell("stop")
        if run is not None and mine and state in (*OVER, "interrupted") and run.origin != "shipped":
            _offer_to_delete(run)
    if not mine:
        st.caption(access.NOT_YOURS)
    if not access.may_train():
        st.caption(access.SIGN_IN_FIRST)
    return view


def _button(label: str, symbol: str, enabled: bool, **how: Any) -> bool:
    key, icon = f"job_{label.lower()}", f":material/{symbol}:"
    pressed = st.button(label, key=key, icon=icon, disabled=not enabled, **how)
    return pressed and enabled  # whoever speaks the protocol can press what is greyed out


def _is_mine(view: JobView | None, run: Run | None) -> bool:
    if view:
        return access.owns(view.owner)
    try:
        return run is None or access.owns_run(run)
    except RunError:
        return access.owns(None)  # nobody can tell any more: it is the server's


def _offer_to_delete(run: Run) -> None:
    with st.popover("Delete", icon=":material/delete:", key="job_delete"):
        st.markdown("The run, its weights and its curves are deleted for good.")
        if st.button("Delete this run", key="job_delete_sure", type="primary"):
            with ui.guard():
                run.delete()
                ui.jobs().forget(run.id)
                ui.look_away()
                st.rerun()


def panel(view: JobView | None) -> None:
    """Draw the training this session looks at, again and again while it is under way.

    When its state is no longer the one the buttons were drawn for, the whole page is redrawn.
    """
    if view and view.live:
        pace = _pace(view.id)
        st.fragment(_live_panel, run_every=pace)(view.state, pace)
        return
    state = "" if view else _on_disk(ui.current_run())[0]
    elsewhere = state if state in ACTIVE else None  # in another process that shares the folder
    st.fragment(_live_panel, run_every=1.0 if elsewhere else None)(elsewhere, None)


def _shown_job() -> JobView | None:
    run_id = ui.current_run_id()
    return ui.jobs().view(run_id) if run_id else None


def _on_disk(run: Run | None) -> tuple[str, str]:
    """Return the state and the message in the run's folder; "" and "" if there is none."""
    if run is None:
        return "", ""
    try:
        status = run.status()
    except RunError:
        return "", ""  # the page says what is wrong where it reads the rest of the run
    return status["state"], str(status.get("message", ""))


def _start(chosen: tuple[ModelConfig, TrainConfig], *, paused: bool) -> None:
    with ui.guard():
        run_id = access.start(chosen)
        if paused:
            ui.jobs().step(run_id)
        taken.started(run_id)
        ui.look_at(run_id)
        st.rerun()


def _resume(run: Run) -> None:
    with ui.guard():
        access.resume(run)
        st.rerun()


def _tell(what: str) -> None:
    view = _shown_job()
    if view:
        getattr(ui.jobs(), what)(view.id)
    st.rerun()


def _pace(run_id: str) -> float:
    """Return the seconds until the next look; see ``LiveCurves.pace``."""
    viewer = st.session_state.setdefault("viewer", secrets.token_hex(8))
    return _follower(Run(settings.runs_dir() / run_id)).pace(viewer)


def _follower(run: Run) -> LiveCurves:
    return live_curves(str(run.path / "metrics.jsonl"))


def _live_panel(drawn_for: str | None, pace: float | None) -> None:
    with ui.guard():  # of its own: it is redrawn alone
        _redraw(drawn_for, pace)


def _redraw(drawn_for: str | None, pace: float | None) -> None:
    view, run = _shown_job(), ui.current_run()
    state, message = (view.state, view.message) if view else _on_disk(run)
    if drawn_for and state != drawn_for:
        st.rerun()  # the buttons above follow the state
    if view and pace and _pace(view.id) != pace:
        st.rerun()  # more look, or fewer
    if view is None and run is None:
        if ui.current_run_id():
            ui.show_error(
                f"There is no run {ui.current_run_id()!r} in the runs folder. Start a new one."
            )
        else:
            st.info("Press **Start**: you see here how it learns.")
        return
    if state == "failed":
        ui.show_error(message)
    elif message:  # interrupted, or stopped by the server
        st.warning(ui.plain(message))
    if view and view.download:
        done, total = view.download
        st.progress(
            min(done / max(total, 1), 1.0),
            text=f"Downloading the data: {done / 1e6:.1f} of {total / 1e6:.1f} MB",
        )
        return
    total = _total_steps(view, run)
    if run:
        # The last look at a training that pauses or is over may not be followed by another one.
        moment = _follower(run).look(total, fresh=state != "running")
    else:
        moment = make_moment(NOTHING_YET, total)
    _numbers(view, state, moment.curves, moment.total)
    left, right = st.columns(2)
    with left:
        st.vega_lite_chart(*moment.loss, key="loss", width="stretch")
    with right:
        st.vega_lite_chart(*moment.accuracy, key="accuracy", width="stretch")
    watch(view, run, pace)


def _total_steps(view: JobView | None, run: Run | None) -> int:
    if view and view.total_steps:
        return view.total_steps
    return int(run.status()["total_steps"]) if run else 0


def _numbers(view: JobView | None, state: str, curves: Curves, total: int) -> None:
    """Draw progress and the latest numbers, in places that never move."""
    steps, validation = curves.steps, curves.validation["accuracy"]
    step = int(steps["step"][-1]) if len(steps["step"]) else 0
    words = ui.describe(view) if view else ui.STATE_WORDS.get(state, state)
    where = f"Batch {step:,} of {total:,}: {words}" if total else words.capitalize()
    st.progress(min(step / max(total, 1), 1.0), text=where)
    recent = steps["accuracy"][-50:]
    speed = steps["examples"][-1] / max(steps["seconds"][-1], 1e-9) if step else 0.0
    with st.container(horizontal=True, gap="small", key="numbers"):
        for label, text in (
            ("Loss", f"{smooth(steps['loss'])[-1]:.3f}" if step else "–"),
            ("Training accuracy", f"{recent.mean():.1%}" if step else "–"),
            ("Validation accuracy", f"{validation[-1]:.1%}" if len(validation) else "–"),
            ("Images a second", f"{speed:,.0f}" if step else "–"),
        ):
            st.metric(label, text, width=126)
