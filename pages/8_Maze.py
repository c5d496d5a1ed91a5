"""Draw a map and see a network plan on it, sweep by sweep."""

import streamlit as st

from dpn import ui
from dpn.language import t
from dpn.ui.maze import learn, page
from dpn.ui.model import answering

ui.start_page("Maze")
name_the_rest = ui.head(t("Maze"))

with ui.guard():
    st.markdown(t("Draw walls. A network plans the way, by the same recursion of maxima."))
    chosen = answering.choose_run(worlds=("maze",))
    if chosen:
        page.show(*chosen)
        learn.panel(chosen[0])
name_the_rest()
