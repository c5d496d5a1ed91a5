"""Choose data and model, train, and watch it learn."""

import streamlit as st

from dpn import ui
from dpn.language import t
from dpn.ui.compare import ask
from dpn.ui.data import bring
from dpn.ui.train import before, buttons
from dpn.ui.train import heading as train_heading
from dpn.ui.train import live as train_live
from dpn.ui.train import result as train_result
from dpn.ui.train import settings as train_settings
from dpn.ui.train import trackers as train_trackers

ui.start_page("Train")
ui.get_ready_to_train()
name_the_rest = ui.head(t("Train"))

with st.container(key="result_first"):
    left, right = st.columns([1, 2.4], gap="large")
chosen = None
with left:
    with ui.guard():
        chosen = train_settings.training_settings(bring.offer)
    size = st.container()
with right, ui.guard():
    view = buttons.buttons(chosen)
    train_heading.heading(view)
    train_live.panel(view)
    run = ui.current_run()
    if run:
        train_result.result(run)
        train_trackers.where_to_look(run)
with right, ui.guard():
    if chosen and not ui.current_run_id():
        before.what_it_will_learn(*chosen)
name_the_rest(is_all=False)
with size, ui.guard():  # last: it waits for torch
    if chosen:
        train_settings.size_words(chosen[0])
        ask.offer_sweep(*chosen)
name_the_rest()
