"""Home: the idea in one screen, and the way to every page. Run with `streamlit run app.py`."""

import streamlit as st

from dpn import ui
from dpn.ui.home import page as home

if __name__ == "__main__":  # somebody opens the page
    ui.start_page("Home")
    left, right = st.columns([1, 1.1], gap="medium")
    with left, ui.guard():
        home.idea()
        home.ways()
    with right, ui.guard():
        home.picture()
    home.footer()
else:  # the server imports it, and serves this file as the first page
    from dpn.ui.server.service import service

    app = st.App(__file__, **service())
