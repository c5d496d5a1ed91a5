"""Home: the idea in one screen, and the way to every page. Run with `streamlit run app.py`."""

import streamlit as st

from dpn import ui

ui.start_page("Home")
st.title("DPN Lab")
