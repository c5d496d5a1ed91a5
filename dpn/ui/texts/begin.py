"""No model reads texts yet: one click trains one on the embedded questions."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.models.presets import preset
from dpn.texts.sets import EMBEDDED
from dpn.ui import access

#: Seconds between two looks at the training.
AGAIN = 0.5
#: Where the session keeps the id of the training that was begun here.
BEGUN = "words_begun"


def offer() -> None:
    """Offer to train on the embedded questions; show how far it is until it can answer."""
    run_id = st.session_state.get(BEGUN)  # not the current one, which may read pictures
    view = ui.jobs().view(run_id) if run_id else None
    if view and view.live:
        st.fragment(_wait, run_every=AGAIN)(view.id)
        return
    st.info("No model here reads texts yet. Train one: it takes seconds.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        may = access.may_train()
        if (
            st.button(
                "Train on questions",
                type="primary",
                icon=":material/play_arrow:",
                key="train_questions",
                disabled=not may,
            )
            and may
        ):
            _start()
        st.page_link("pages/1_Train.py", label="Choose the settings", icon=":material/tune:")
    st.caption("600 short questions in ten intents, in English and Chinese, are built in.")
    if not may:
        st.caption(access.SIGN_IN_FIRST)


def _start() -> None:
    info = ui.loaded.counted(ui.sets.sets()[EMBEDDED])
    chosen = preset(
        info.name, None, info.classes or 2, "words", images=info.images, world=info.world
    )
    st.session_state[BEGUN] = access.start(chosen, ui.sets.folder_of(info.name))
    ui.look_at(st.session_state[BEGUN])
    st.rerun()


def _wait(run_id: str) -> None:
    view = ui.jobs().view(run_id)
    if view is None or not view.live or ui.run_here(run_id) is not None:
        st.rerun()
    st.progress(0.0, text=f"{ui.describe(view).capitalize()} …")
