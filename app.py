"""Home: draw, and see the sum behind the answer. Run with `streamlit run app.py`."""

import streamlit as st

from dpn import ui
from dpn.language import t
from dpn.ui.home import page as home
from dpn.ui.home import play

if __name__ == "__main__":  # somebody opens the page
    entered = ui.start_page("Home")
    name_the_rest = ui.head(t("A classifier that shows its work"))
    with ui.guard():
        play.play(entered=entered)
    left, right = st.columns([1.9, 1], gap="large")
    with left:
        home.idea()
    with right, ui.guard():
        home.ways()
    home.footer()
    name_the_rest()
else:  # the server imports it, and serves this file as the first page
    from dpn.ui.server.service import service

    app = st.App(__file__, **service())
