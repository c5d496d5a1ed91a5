"""Look at a data set: samples of each class, and how many there are; and bring your own."""

import streamlit as st

from dpn import ui
from dpn.language import t
from dpn.ui.data import bring, explore
from dpn.ui.train.settings import choose_dataset

ui.start_page("Data")
name_the_rest = ui.head(t("Data"))

with ui.guard():
    with st.container(horizontal=True, vertical_alignment="bottom", key="data_choice"):
        info = choose_dataset()
        bring.offer()
    if info and info.source == "download":
        explore.offer_download(info)
    elif info:
        explore.explore(info)
name_the_rest()
