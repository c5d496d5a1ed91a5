"""Choose data and model, train, and watch it learn."""

import streamlit as st

from dpn import ui
from dpn.ui import train_live
from dpn.ui.train_settings import training_settings

ui.start_page("Train")
st.title("Train")

with st.container(key="result_first"):
    left, right = st.columns([1, 2.4], gap="large")
chosen = None
with left, ui.guard():
    chosen = training_settings()
    size = st.empty()
with right, ui.guard():
    train_live.controls(chosen)
    train_live.panel()
    run = ui.current_run()
    if run and run.status()["state"] == "finished":
        train_live.result(run)
if chosen:
    # Last: on a cold start it waits for torch, and the rest of the page need not.
    from dpn.models import model_size

    parameters, multiply_adds = model_size(chosen[0])
    size.caption(f"**{parameters:,}** parameters · **{multiply_adds:,}** multiply-adds an image")
