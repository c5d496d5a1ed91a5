"""No model reads such inputs yet: one click trains one on an embedded set."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dpn import ui
from dpn.items import sets as lists
from dpn.language import msg, t
from dpn.models.config import WORLDS
from dpn.models.presets import preset
from dpn.texts.sets import EMBEDDED
from dpn.ui import access
from dpn.ui.words import THINGS

#: Seconds between two looks at the training.
AGAIN = 0.5


@dataclass(frozen=True)
class First:
    """The first training of a world: its data set, what is said of it, and an id for the page."""

    dataset: str
    button: str
    about: str

    @property
    def begun(self) -> str:
        """Where the session keeps the id of the training that was begun here."""
        return f"{self.dataset}_begun"


QUESTIONS = First(
    EMBEDDED,
    msg("Train on questions"),
    msg("600 short questions in ten intents, in English and Chinese, are built in."),
)
CLICKS = First(
    lists.EMBEDDED,
    msg("Train on clicks"),
    msg("3,000 visits to a shop are built in, made by rule: what is clicked next?"),
)
STROKES = First(
    "strokes",
    msg("Train on pen strokes"),
    msg("1,500 digits as the way of a pen are built in: what you draw is read as a movement."),
)


def offer(first: First = QUESTIONS) -> None:
    """Offer to train on an embedded set; show how far it is until it can answer."""
    run_id = st.session_state.get(first.begun)  # not the current one, which may read pictures
    view = ui.jobs().view(run_id) if run_id else None
    if view and view.live:
        st.fragment(_wait, run_every=AGAIN)(view.id)
        return
    things = t(THINGS[ui.sets.sets()[first.dataset].world])
    st.info(t("No model here reads {things} yet. Train one: it takes seconds.", things=things))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        may = access.may_train()
        if (
            st.button(
                t(first.button),
                type="primary",
                icon=":material/play_arrow:",
                key=f"train_{first.dataset}",
                disabled=not may,
            )
            and may
        ):
            _start(first)
        st.page_link("pages/1_Train.py", label=t("Choose the settings"), icon=":material/tune:")
    st.caption(t(first.about))
    if not may:
        st.caption(t(access.SIGN_IN_FIRST))


def _start(first: First) -> None:
    info = ui.loaded.counted(ui.sets.sets()[first.dataset])
    model = WORLDS[info.world][0]
    chosen = preset(info.name, None, info.classes or 2, model, images=info.images, world=info.world)
    st.session_state[first.begun] = access.start(chosen, ui.sets.folder_of(info.name))
    ui.look_at(st.session_state[first.begun])
    st.rerun()


def _wait(run_id: str) -> None:
    view = ui.jobs().view(run_id)
    if view is None or not view.live or ui.run_here(run_id) is not None:
        st.rerun()
    st.progress(0.0, text=f"{ui.describe(view).capitalize()} …")
