"""The frame of every page: its title, its sidebar, and the state of the training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dpn import settings
from dpn.language import CODE, msg, t
from dpn.language import language as spoken
from dpn.runs.folder import runs_under_way
from dpn.runs.run import Run
from dpn.runs.title import STATE_WORDS, title_of
from dpn.ui import access
from dpn.ui.address import language, share, state
from dpn.ui.current import (
    current_job,
    current_run_id,
    follow_url,
    is_followed,
    look_at,
    look_away,
    run_here,
)
from dpn.ui.shared import hurry, jobs, warm_up
from dpn.ui.widgets import is_dark
from dpn.ui.words import NEW, describe, plain

#: On a dark page the colour of what is chosen is light: words on it are dark (WCAG 2.2, 1.4.3).
DARK = """
<style>
[data-testid="stBaseButton-primary"]:enabled { color: #10161d; }
html[data-copied] body .st-key-copy_link button::after { color: #e8edf2; }
</style>
"""

#: What the style of the page says in English, in the language of the page; and room for words
#: below a formula, whose signs are taller.
SAID = """
<style>
body .katex-display {{ padding-bottom: 0.5em; }}
html[data-copied] body .st-key-copy_link button::after {{ content: "{copied}"; }}
@media (max-width: 768px) {{
  body [data-testid="stExpandSidebarButton"]::after {{ content: "{menu}"; }}
}}
[data-testid="stFileUploaderDropzone"] [data-testid="stMarkdownContainer"] p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] [data-testid="stMarkdownContainer"] p::after {{
  content: "{upload}"; font-size: 1rem; }}
</style>
"""

PAGES = (
    ("app.py", msg("Home"), ":material/home:"),
    ("pages/1_Train.py", msg("Train"), ":material/play_circle:"),
    ("pages/2_Classify.py", msg("Classify"), ":material/draw:"),
    ("pages/7_Words.py", msg("Words"), ":material/notes:"),
    ("pages/9_Moves.py", msg("Moves"), ":material/gesture:"),
    ("pages/8_Maze.py", msg("Maze"), ":material/route:"),
    ("pages/3_Inside.py", msg("Inside"), ":material/account_tree:"),
    ("pages/4_Evaluate.py", msg("Evaluate"), ":material/fact_check:"),
    ("pages/5_Data.py", msg("Data"), ":material/grid_view:"),
    ("pages/6_Compare.py", msg("Compare"), ":material/compare_arrows:"),
)


#: A file and not the name of a symbol, which the browser would fetch from the internet.
ICON = Path(__file__).parent / "icon.png"


#: Seconds between two looks of the sidebar at the training that is followed. They are rare, and on
#: Train, which shows it anyway, there are none, and nothing that would grow old: on a busy server
#: Streamlit 1.67 loses what a page has just drawn if a look begins before it was sent; a cleared
#: drawing stays until the next click.
FOLLOWED = 4.0


def start_page(title: str) -> bool:
    """Begin a page: its frame, its sidebar, and the state of the training. Call it first.

    Returns whether this session has just come to the page, from another one or for the first time.
    """
    entered = st.session_state.get("page") != title
    language.settle(entered=entered)
    st.set_page_config(page_title=f"{t(title)} · DPN Lab", page_icon=ICON, layout="wide")
    if is_dark():
        st.html(DARK)
    if spoken() != CODE:
        st.html(SAID.format(copied=t("Copied"), menu=t("Menu"), upload=t("Upload")))
    warm_up()
    hurry()
    st.session_state["page"] = title
    state.open_page(title, entered=entered)
    language.keep()
    follow_url()
    if (run_id := state.take("run")) and title != "Train" and not _is_run(run_id):  # Train says so
        state.refuse("run", run_id, t("a run that is here"))
        look_away()
    access.greet()
    with st.sidebar:
        st.markdown("#### DPN Lab")
        for page, label, symbol in PAGES:
            st.page_link(page, label=t(label), icon=symbol, width="stretch")
        language.switch()
        st.divider()
        access.sign_in()
        view = current_job()
        tells_all = title != "Train"
        follows = tells_all and view is not None and view.live and is_followed(view)
        follows = follows or (tells_all and jobs().sweeps.any_live())  # what trains changes
        st.fragment(_sidebar_state, run_every=FOLLOWED if follows else None)(tells_all)
    return entered


def head(words: str) -> Callable[..., None]:
    """Draw the page's title, and *Copy link* beside it.

    Returns what says, at the end of the page, which parts of its address could not be used; before
    that, with ``is_all`` false, it says those that are known by then.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="head"):
        st.title(words)
        share.copy_link()
    place = st.empty()

    def name(*, is_all: bool = True) -> None:
        if sentences := [*state.complaints(), *(state.leftovers() if is_all else ())]:
            place.warning("  \n".join(map(plain, sentences)), icon=":material/link_off:")

    return name


def _is_run(run_id: str) -> bool:
    return bool(jobs().view(run_id)) or run_here(run_id) is not None


def _sidebar_state(tells_all: bool) -> None:
    """Draw how the training stands; how far it is only where that is looked at again."""
    access.greet()
    view = current_job()
    if view is None:
        _elsewhere(runs_under_way(settings.runs_dir()))
        return
    tells_all = tells_all and is_followed(view)
    run = run_here(view.id)
    title = title_of(run, with_state=False) if run else t(NEW)
    words = describe(view) if tells_all else t(STATE_WORDS[view.state])
    st.caption(f"**{plain(title)}**  \n{words}")
    if view.live and view.total_steps and tells_all:
        st.progress(min(view.step / view.total_steps, 1.0))


def _elsewhere(runs: list[Run]) -> None:
    """Draw trainings of other processes that share the runs folder, such as the command line's."""
    if not runs:
        st.caption(t("Nothing is training."))
    for run in runs:
        title = title_of(run, with_state=False)
        st.caption(f"**{plain(title)}**  \n" + t("training in another process"))
        if run.id == current_run_id() or run_here(run.id) is None:
            continue
        if st.button(t("Watch"), key=f"watch-{run.id}"):
            look_at(run.id)
            st.switch_page("pages/1_Train.py")
