"""Which tools a training is shown to: chosen before it, and how to look at them after."""

from __future__ import annotations

import shlex

import streamlit as st

from dpn import settings, ui
from dpn.errors import RunError
from dpn.language import t
from dpn.models.train_config import tracker_names
from dpn.runs.files import read_json
from dpn.runs.run import Run
from dpn.tracking import tools
from dpn.ui import menus
from dpn.ui.shared import is_public


def usable() -> list[str]:
    """Return the trackers that are installed here and that may be used."""
    return [name for name in tools.allowed(public=is_public()) if tools.is_installed(name)]


def tracker_dial(track: str, key: str) -> str:
    """Draw a group with the choice of trackers and return it as the setting ``track``.

    Where none may be used nothing is drawn; of those that are not installed it says what to do.
    """
    may = tools.allowed(public=is_public())
    if not may:
        return ""
    here = usable()
    missing = [tools.to_install(name) + "." for name in may if name not in here]
    with st.expander(t("Other tools"), icon=":material/monitoring:"):
        chosen = st.pills(
            t("Show the training to"),
            here,
            selection_mode="multi",
            default=[name for name in tracker_names(track) if name in here],
            format_func=menus.labels(here, lambda name: tools.TOOLS[name].title),
            key=f"{key}-track",
            help="  \n".join([t("Tools that keep the curves and results of all runs."), *missing]),
            disabled=not here,
            persist_state="session",
        )
        if not here:
            st.caption(
                t("No such tool is installed here. For one of them: `pip install tensorboard`")
            )
    return ",".join(name for name in here if name in chosen)


def where_to_look(run: Run) -> None:
    """Say how to open what was written for each tracker of the run, or why one ended early."""
    if is_public():
        return  # the files are the operator's
    try:
        names = tracker_names(run.config().training.track)
    except RunError:
        return  # the page says so where it shows the run
    places = {
        "runs": shlex.quote(str(settings.runs_dir())),
        "run": shlex.quote(str(run.path)),
    }
    for name in names:
        try:
            stopped = read_json(run.path / "tracking" / f"{name}.json").get("stopped")
        except RunError:
            continue  # nothing is written yet
        if isinstance(stopped, str) and stopped:
            st.warning(ui.plain(stopped))
        else:
            tool = tools.TOOLS[name]
            st.caption(f"{tool.title}: `{tool.look.format(**places)}`")
