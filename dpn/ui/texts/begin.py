"""*Train your own*: one click trains on an embedded set, beside the model that answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dpn import ui
from dpn.data.catalogue import preset_of
from dpn.items import sets as lists
from dpn.language import joined, msg, t
from dpn.texts.sets import EMBEDDED
from dpn.ui import access

if TYPE_CHECKING:
    from dpn.jobs.job import JobView

#: Seconds between two looks at the training.
AGAIN = 0.5
#: Pixels of the button, and of the bar that takes its place.
WIDTH = 240


@dataclass(frozen=True)
class First:
    """The first training of a world: the world, its embedded set, and what is said of that."""

    world: str
    dataset: str
    about: str

    @property
    def begun(self) -> str:
        """Where the session keeps the id of the training that was begun here."""
        return f"{self.dataset}_begun"

    @property
    def shown(self) -> str:
        """Where it keeps the id of the last one that was offered as a model."""
        return f"{self.dataset}_shown"


QUESTIONS = First(
    "text",
    EMBEDDED,
    msg("600 short questions in ten intents, in English and Chinese, are built in."),
)
CLICKS = First(
    "list",
    lists.EMBEDDED,
    msg("3,000 visits to a shop are built in, made by rule: what is clicked next?"),
)
STROKES = First(
    "series",
    "strokes",
    msg("1,500 digits as the way of a pen are built in: what you draw is read as a movement."),
)


def offer(first: First = QUESTIONS) -> None:
    """Offer to train on an embedded set; show how far it is until it is done."""
    view = _under_way(first)
    with st.container(width=WIDTH, key="own"):
        st.fragment(_watch, run_every=AGAIN if view else None)(first, view is not None)


def _under_way(first: First) -> JobView | None:
    """Return this session's training of such inputs: one that was begun here, or on Train."""
    for run_id in filter(None, (st.session_state.get(first.begun), ui.current_run_id())):
        view = ui.jobs().view(run_id)
        if view and view.live and view.world == first.world:
            return view
    return None


def _watch(first: First, was_live: bool) -> None:
    with ui.guard():
        view = _under_way(first)
        if view is None and was_live:
            st.rerun()  # it has its result now, and the button is back
        if view is None:
            _button(first)
            return
        if st.session_state.get(first.shown) != view.id and ui.run_here(view.id) is not None:
            st.session_state[first.shown] = view.id
            st.rerun()  # now it can be chosen
        done = min(view.step / max(view.total_steps, 1), 1.0)
        st.progress(done, text=ui.describe(view).capitalize())


def _button(first: First) -> None:
    may = access.may_train()
    about = joined([t(first.about), t("It takes seconds.")])
    if st.button(
        t("Train your own"),
        type="tertiary",
        icon=":material/play_arrow:",
        key=f"train_{first.dataset}",
        help=about if may else t(access.SIGN_IN_FIRST),
        disabled=not may,
    ):
        _start(first)
    view = ui.jobs().view(st.session_state.get(first.begun, ""))
    if view and view.state == "failed":
        ui.show_error(view.message)


def _start(first: First) -> None:
    chosen = preset_of(ui.loaded.counted(ui.sets.sets()[first.dataset]))
    st.session_state[first.begun] = access.start(chosen, ui.sets.folder_of(first.dataset))
    ui.look_at(st.session_state[first.begun])
    st.rerun()
