"""Look at a data set: samples of each class, and how many there are."""

import streamlit as st

from dpn import ui
from dpn.ui import data as explore
from dpn.ui.train.settings import choose_dataset

ui.start_page("Data")
st.title("Data")

with ui.guard():
    info = choose_dataset()
    if info and info.source == "download":
        explore.offer_download(info)
    elif info:
        explore.explore(info)
