"""See what a model gets right and wrong, image by image."""

import streamlit as st

from dpn import ui
from dpn.language import t
from dpn.ui.evaluate import page as evaluate
from dpn.ui.model import answering
from dpn.ui.words import ANSWERED

ui.start_page("Evaluate")
name_the_rest = ui.head(t("Evaluate"))

with ui.guard():
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    with left:
        chosen = answering.choose_run(worlds=ANSWERED)
    if chosen:
        evaluate.evaluate(*chosen, right)
name_the_rest()
