"""Take one decision apart: what each part of the image added, and how."""

import streamlit as st

from dpn import ui
from dpn.ui.inside import page as inside

entered = ui.start_page("Inside")
st.title("Inside")

inside.inside(entered=entered)
