"""A training as it happens: its numbers and its curves."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import replace

import streamlit as st

from dpn import settings, ui
from dpn.errors import RunError
from dpn.evaluation.scores import least_loss
from dpn.jobs.job import JobView
from dpn.language import joined, msg, percent, t
from dpn.runs.history import NOTHING_YET, Curves, FloatArray, smooth
from dpn.runs.run import ACTIVE, Run
from dpn.ui import access
from dpn.ui.maze import learn
from dpn.ui.train.curves import LiveCurves, live_curves, make_moment
from dpn.ui.train.watch import watch
from dpn.ui.words import THINGS

#: What the loss is, where it is met first.
LOSS = msg(
    "How wrong the answers are: 0 is perfect, guessing among ten classes gives 2.3 "
    "(its unit is the nat)."
)


def panel(view: JobView | None) -> None:
    """Draw the training this session looks at, again and again while it is under way.

    When its state is no longer the one the buttons were drawn for, the whole page is redrawn.
    """
    if view and view.live:
        pace = _pace(view.id)
        st.fragment(_live_panel, run_every=pace)(view.state, pace)
        return
    state = "" if view else ui.on_disk(ui.current_run())[0]
    elsewhere = state if state in ACTIVE else None  # in another process that shares the folder
    st.fragment(_live_panel, run_every=1.0 if elsewhere else None)(elsewhere, None)


def _pace(run_id: str) -> float:
    """Return the seconds until the next look; see ``LiveCurves.pace``."""
    viewer = st.session_state.setdefault("viewer", secrets.token_hex(8))
    return _follower(Run(settings.runs_dir() / run_id)).pace(viewer)


def _follower(run: Run) -> LiveCurves:
    return live_curves(str(run.path / "metrics.jsonl"))


def _live_panel(drawn_for: str | None, pace: float | None) -> None:
    with ui.guard():  # of its own: it is redrawn alone
        access.greet()  # who only watches is there: the sidebar does not look again here
        _redraw(drawn_for, pace)


def _redraw(drawn_for: str | None, pace: float | None) -> None:
    view, run = ui.shown_job(), ui.current_run()
    state, message = (view.state, view.message) if view else ui.on_disk(run)
    if drawn_for and state != drawn_for:
        st.rerun()  # the buttons above follow the state
    if view and pace and _pace(view.id) != pace:
        st.rerun()  # more look, or fewer
    if view is None and run is None:
        if ui.current_run_id():
            run_id = ui.current_run_id() or ""
            none = t("There is no run {run!r} in the runs folder. Start a new one.", run=run_id)
            ui.show_error(ui.words_of_no_run(run_id, none))
        else:
            st.info(t("Press **Start**: you see here how it learns."))
        return
    if state == "failed":
        ui.show_error(message)
    elif message:  # interrupted, or stopped by the server
        st.warning(ui.plain(message))
    if view and view.download:
        done, total = view.download
        st.progress(
            min(done / max(total, 1), 1.0),
            text=t(
                "Downloading the data: {done:.1f} of {total:.1f} MB",
                done=done / 1e6,
                total=total / 1e6,
            ),
        )
        return
    total = _total_steps(view, run)
    if run:
        # The last look at a training that pauses or is over may not be followed by another one.
        moment = _follower(run).look(total, fresh=state != "running")
    else:
        moment = make_moment(NOTHING_YET, total)
    world = view.world if view else ui.world_here(run)
    things = t(THINGS[world])
    _numbers(view, state, moment.curves, moment.total, things, _loss_words(run))
    loss, accuracy = t("Loss so far"), t("Accuracy so far")
    if state != "running":  # a chart whose text alternative changes is built anew
        loss, accuracy = curve_words(moment.curves)
    left, right = st.columns(2)
    with left, st.container(key="loss_room"):
        st.vega_lite_chart(*moment.loss, key="loss", width="stretch", alt=loss)
    with right, st.container(key="accuracy_room"):
        st.vega_lite_chart(*moment.accuracy, key="accuracy", width="stretch", alt=accuracy)
    if run is not None and world == "maze":
        learn.plans(run, moment.total)
    watch(view, run, pace)


def _total_steps(view: JobView | None, run: Run | None) -> int:
    if view and view.total_steps:
        return view.total_steps
    return int(run.status()["total_steps"]) if run else 0


def curve_words(curves: Curves) -> tuple[str, str]:
    """Return what the two charts show, to those who do not see it."""
    steps, validation = curves.steps, curves.validation["accuracy"]
    if not len(steps["step"]):
        return t("Loss: nothing yet"), t("Accuracy: nothing yet")
    at, share = int(steps["step"][-1]), _share(steps["accuracy"])
    loss = t("Loss, now {loss:.3f}, after batch {at:,}", loss=smooth(steps["loss"])[-1], at=at)
    if not len(validation):
        return loss, t(
            "Accuracy, now {share} on training images, after batch {at:,}", share=share, at=at
        )
    return loss, t(
        "Accuracy, now {share} on training images and {held} on validation images, after "
        "batch {at:,}",
        share=share,
        held=percent(validation[-1]),
        at=at,
    )


def _share(accuracy: FloatArray) -> str:
    """Return the accuracy on training images of now, as the chart has it, in percent."""
    return percent(round(float(smooth(accuracy)[-1]), 5))  # or it would never be all


def _loss_words(run: Run | None) -> str:
    """Say what the loss of a run is, and how small it can become."""
    with contextlib.suppress(RunError):  # a damaged one is named elsewhere
        config = run.config() if run else None
        if config and config.training.label_smoothing and config.model.world != "maze":
            share = config.training.label_smoothing
            least = least_loss(config.model.classes, share)
            more = t(
                "With label smoothing {share:g} the least is {least:.2f}.", share=share, least=least
            )
            return joined([t(LOSS), more])
    return t(LOSS)


def _numbers(
    view: JobView | None, state: str, curves: Curves, total: int, things: str, loss: str
) -> None:
    """Draw progress and the latest numbers, in places that never move."""
    steps, validation = curves.steps, curves.validation["accuracy"]
    step = int(steps["step"][-1]) if len(steps["step"]) else 0
    if view and view.total_steps and step:  # else a line could contradict itself
        view = replace(view, step=step, seconds=float(steps["seconds"][-1]))
    words = ui.describe(view) if view else t(ui.STATE_WORDS.get(state, state))
    where = words.capitalize()
    if total:
        where = t("Batch {step:,} of {total:,}: {words}", step=step, total=total, words=words)
    st.progress(min(step / max(total, 1), 1.0), text=where)
    speed = steps["examples"][-1] / max(steps["seconds"][-1], 1e-9) if step else 0.0
    with st.container(horizontal=True, gap="small", key="numbers"):
        for label, text in (
            (t("Loss"), f"{smooth(steps['loss'])[-1]:.3f}" if step else "–"),
            (t("Training accuracy"), _share(steps["accuracy"]) if step else "–"),
            (t("Validation accuracy"), percent(validation[-1]) if len(validation) else "–"),
            (t("{things} a second", things=things.capitalize()), f"{speed:,.0f}" if step else "–"),
        ):
            st.metric(label, text, width=126, help=loss if label == t("Loss") else None)
