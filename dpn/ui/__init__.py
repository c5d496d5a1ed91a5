"""What all pages share: their frame, the run they look at, and how things are said."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from dpn import settings
from dpn.errors import DPNError
from dpn.runs.folder import find_run, runs_under_way
from dpn.runs.run import Run
from dpn.ui import access
from dpn.ui.shared import class_means as class_means
from dpn.ui.shared import dataset as dataset
from dpn.ui.shared import evaluation as evaluation
from dpn.ui.shared import history as history
from dpn.ui.shared import jobs as jobs
from dpn.ui.shared import server as server
from dpn.ui.shared import summaries as summaries
from dpn.ui.shared import test_images as test_images
from dpn.ui.shared import warm_up as warm_up
from dpn.ui.words import STATE_WORDS as STATE_WORDS
from dpn.ui.words import describe as describe
from dpn.ui.words import duration as duration
from dpn.ui.words import plain as plain

if TYPE_CHECKING:
    from dpn.jobs.manager import JobView

log = logging.getLogger(__name__)

PAGES = (
    ("app.py", "Home", ":material/home:"),
    ("pages/1_Train.py", "Train", ":material/play_circle:"),
    ("pages/2_Classify.py", "Classify", ":material/draw:"),
    ("pages/3_Inside.py", "Inside", ":material/account_tree:"),
    ("pages/4_Evaluate.py", "Evaluate", ":material/fact_check:"),
    ("pages/5_Data.py", "Data", ":material/grid_view:"),
)

#: A file and not the name of a symbol, which the browser would fetch from the internet.
ICON = Path(__file__).parent / "icon.png"

#: Seconds between two looks of the sidebar at the training that is followed. They are rare, and on
#: Train, which shows it anyway, there are none: on a busy server Streamlit 1.67 loses what a page
#: has just drawn if a look begins before it was sent; a cleared drawing stays until the next click.
FOLLOWED = 4.0

#: Characters of a folder's name, and so of a run's id.
LONGEST_ID = 255


STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 2.6rem; padding-bottom: 3rem;
  max-width: 1240px; }
h1 { font-size: 2rem !important; padding-top: 0 !important; }
.st-key-numbers [data-testid="stMetricValue"] { font-size: 1.6rem; }
/* The stages of a picture are one element, which is made as wide as its images without gaps. */
[data-testid="stImage"]:has(> :nth-child(2)) { column-gap: 0.5rem; }
@media (min-width: 1351px) {
  [data-testid="stImage"]:has(> :nth-child(2)) { width: max-content; }
}
[data-testid="stImage"] img { image-rendering: pixelated; border-radius: 4px; }
[data-testid="stVegaLiteChart"] image { image-rendering: pixelated; }
/* The canvas and the choices above it keep their size; what is beside takes what is left. */
:is(.st-key-sketch, .st-key-choices) [data-testid="stColumn"]:first-child { min-width: 292px; }
:is(.st-key-sketch, .st-key-choices) [data-testid="stHorizontalBlock"] { row-gap: 1rem; }
/* The canvas' own toolbar shows on hover and covers what is above; ours is below. The keyboard
   gets to it, so then it is seen. */
[class*="st-key-paper-"]:not(:focus-within) { overflow: clip; }
@media (max-width: 1350px) {
  [data-testid="stMainBlockContainer"] { padding-left: 2.5rem; padding-right: 2.5rem; }
}
.st-key-formulas .katex-display, .st-key-formulas .katex-display > .katex {
  text-align: left !important; }
/* Formulas are as wide as their numbers. */
@media (max-width: 640px) { .st-key-formulas .katex { font-size: 0.82em; } }
/* On a phone what is happening comes before the settings that made it. */
@media (max-width: 640px) {
  .st-key-result_first > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"],
  .st-key-result_first > [data-testid="stHorizontalBlock"] { flex-direction: column-reverse; }
  [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem; }
}
</style>
"""


def start_page(title: str) -> bool:
    """Begin a page: its frame, its sidebar, and the state of the training. Call it first.

    Returns whether this session has just come to the page, from another one or for the first time.
    """
    st.set_page_config(page_title=f"{title} · DPN Lab", page_icon=ICON, layout="wide")
    st.html(STYLE)
    warm_up()
    _follow_url()
    access.greet()
    with st.sidebar:
        st.markdown("#### DPN Lab")
        for page, label, symbol in PAGES:
            st.page_link(page, label=label, icon=symbol, width="stretch")
        st.divider()
        access.sign_in()
        view = current_job()
        follows = view is not None and view.live and _is_followed(view) and title != "Train"
        st.fragment(_sidebar_state, run_every=FOLLOWED if follows else None)()
    entered = st.session_state.get("page") != title
    st.session_state["page"] = title
    return entered


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


def _follow_url() -> None:
    """Take the run from the address after a reload; put it there on every page."""
    if "run_id" not in st.session_state and "run" in st.query_params:
        st.session_state["run_id"] = st.query_params["run"][:LONGEST_ID]
    run_id = current_run_id()
    if run_id and st.query_params.get("run") != run_id:
        st.query_params["run"] = run_id


def current_run() -> Run | None:
    """Return the run this session looks at, or None if it has no folder (yet, or any more)."""
    run_id = current_run_id()
    if not run_id:
        return None
    try:
        run = find_run(run_id, settings.runs_dir())
    except DPNError:
        return None
    return run if run.id == run_id else None  # the address opens no folder elsewhere


def current_job() -> JobView | None:
    """Return this session's training, or another one that is under way here, or None."""
    manager = jobs()
    run_id = current_run_id()
    mine = manager.view(run_id) if run_id else None
    if mine:
        return mine
    return next((view for view in manager.views() if view.live), None)


@contextmanager
def guard() -> Iterator[None]:
    """Show what goes wrong inside as one red box; the rest of the page stays usable."""
    try:
        yield
    except DPNError as error:
        show_error(str(error))
    except Exception:
        log.exception("a page failed")
        show_error("Something unexpected went wrong here. The details are in the server's log.")


def put(key: str, value: Any) -> None:
    """Set a widget's value if it is another one; call it before the widget is drawn.

    To set it in every run would pull a slider back while somebody moves it. Give the widget the
    same value as its default, too: the browser falls back on that when it draws it anew.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def show_error(message: str) -> None:
    """Show a message in a red box, as plain text whatever it contains."""
    st.error(plain(message), icon=":material/error:")


def figure(chart: Any, key: str) -> None:
    """Draw a Plotly figure; its tool bar, which covers it on a phone, is left out."""
    st.plotly_chart(chart, key=key, config={"displayModeBar": False})


def is_dark() -> bool:
    """Return whether the page is dark in this browser."""
    return bool(st.context.theme.type == "dark")


def device_words() -> str | None:
    """Name the device, or return None while torch is still being imported."""
    if not warm_up().is_set():
        return None
    from dpn.models.devices import describe_device, pick_device

    return describe_device(pick_device())


def _sidebar_state() -> None:
    access.greet()
    view = current_job()
    if view is None:
        _elsewhere(runs_under_way(settings.runs_dir()))
        return
    words = describe(view) if _is_followed(view) else STATE_WORDS[view.state]
    st.caption(f"**{plain(view.id)}**  \n{words}")
    if view.live and view.total_steps and _is_followed(view):
        st.progress(min(view.step / view.total_steps, 1.0))


def _is_followed(view: JobView) -> bool:
    """Return whether it is the training this session looks at; of others it sees no progress."""
    return view.id == current_run_id()


def _elsewhere(runs: list[Run]) -> None:
    """Draw trainings of other processes that share the runs folder, such as the command line's."""
    if not runs:
        st.caption("Nothing is training.")
    for run in runs:
        st.caption(f"**{plain(run.id)}**  \ntraining in another process")
        if run.id != current_run_id() and st.button("Watch", key=f"watch-{run.id}"):
            look_at(run.id)
            st.switch_page("pages/1_Train.py")
