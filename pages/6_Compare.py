"""Set runs side by side: curves, settings, answers, and what a sweep over settings found."""

import streamlit as st

from dpn import ui
from dpn.ui.compare import page as compare

entered = ui.start_page("Compare")
st.title("Compare")

compare.compare(entered=entered)
