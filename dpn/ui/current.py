"""The run a session looks at: in the session, in the address, and while it trains."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dpn import settings
from dpn.address.kinds import LONGEST_ID
from dpn.errors import DPNError, RunError
from dpn.language import t
from dpn.runs.folder import find_run, world_of
from dpn.runs.run import ACTIVE, Run
from dpn.ui.shared import jobs
from dpn.ui.words import SHOWN, THING

if TYPE_CHECKING:
    from dpn.jobs.job import JobView


def current_run_id() -> str | None:
    """Return the id of the run this session looks at."""
    return st.session_state.get("run_id")


def look_at(run_id: str) -> None:
    """Make a run the one this session looks at, and put it in the address."""
    st.session_state["run_id"] = run_id
    st.query_params["run"] = run_id


def look_away() -> None:
    """Look at no run any more, after it is gone."""
    st.session_state.pop("run_id", None)
    st.query_params.pop("run", None)


def follow_url() -> None:
    """Take the run from the address after a reload; put it there on every page."""
    if "run_id" not in st.session_state and "run" in st.query_params:
        st.session_state["run_id"] = st.query_params["run"][:LONGEST_ID]
    run_id = current_run_id()
    if run_id and st.query_params.get("run") != run_id:
        st.query_params["run"] = run_id


def current_run() -> Run | None:
    """Return the run this session looks at, or None if it has no folder (yet, or any more)."""
    run_id = current_run_id()
    return run_here(run_id) if run_id else None


def run_here(run_id: str, worlds: Sequence[str] = SHOWN) -> Run | None:
    """Return the run of this id; None if there is none in the runs folder or shipped.

    One that reads none of ``worlds`` is none that the page could show.
    """
    try:
        run = find_run(run_id, settings.runs_dir())
    except DPNError:
        return None
    with contextlib.suppress(RunError):  # a damaged one is shown, with what is wrong
        if world_of(run) not in worlds:
            return None
    return run if run.id == run_id else None  # no folder elsewhere is opened


def world_here(run: Run | None) -> str:
    """Return what a run's model reads; "picture" where there is none, or it is damaged."""
    with contextlib.suppress(RunError):
        if run is not None:
            return world_of(run)
    return "picture"


def words_of_no_run(run_id: str, otherwise: str, worlds: Sequence[str] = SHOWN) -> str:
    """Say why ``run_here`` has no run of this id: ``otherwise``, if it reads no other world."""
    with contextlib.suppress(DPNError):
        if (world := world_of(find_run(run_id, settings.runs_dir()))) not in worlds:
            return t(
                "Run {run!r} reads no picture but a {world}, which this page does not show. "
                "The command line compares it: python -m dpn compare.",
                run=run_id,
                world=t(THING[world]),
            )
    return otherwise


def current_job() -> JobView | None:
    """Return this session's training, or another one that is under way here, or None."""
    if mine := shown_job():
        return mine
    live = [view for view in jobs().views() if view.live]
    return min(live, key=lambda view: view.state == "queued", default=None)  # what trains, first


def is_followed(view: JobView) -> bool:
    """Return whether it is the training this session looks at; of others it sees no progress."""
    return view.id == current_run_id()


def shown_job() -> JobView | None:
    """Return the training that this session looks at, if it was started in this process.

    Where it is over here and another process has gone on with it, such as the command line's, None:
    its folder tells how it stands.
    """
    run_id = current_run_id()
    view = jobs().view(run_id) if run_id else None
    if view is None or view.live:
        return view
    state, _ = on_disk(run_here(view.id))
    is_gone_on = state in ACTIVE or (state == "finished" and view.state != "finished")
    return None if is_gone_on else view


def on_disk(run: Run | None) -> tuple[str, str]:
    """Return the state and the message in the run's folder; "" and "" if there is none."""
    if run is None:
        return "", ""
    try:
        status = run.status()
    except RunError:
        return "", ""  # the page says what is wrong where it reads the rest of the run
    return status["state"], str(status.get("message", ""))
