"""A session's lesson on its way: how far it is, and then what came of it."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dpn import ui
from dpn.language import t
from dpn.runs.run import Run
from dpn.ui.classify.outcome import decide
from dpn.ui.classify.teachers import Teaching, teachers
from dpn.ui.kept import kept

if TYPE_CHECKING:
    from dpn.teaching.lesson import Pixels

#: Seconds between two looks at a lesson being taught.
AGAIN = 0.3


def begin(
    name: str, run: Run, inputs: Pixels, names: Sequence[str], method: str, rehearse: str
) -> None:
    """Teach a copy of a run's model, and draw the page anew.

    Args:
        name: of the kind of lesson: a session has one of each on its way.
        run: the run.
        inputs: as its data sets hold them.
        names: their right classes.
        method: what may change, as ``hold_lesson`` takes it.
        rehearse: likewise.

    Raises:
        TrainingError: too many lessons wait already.
    """
    teaching = teachers().begin(run, inputs, list(names), method, rehearse)
    st.session_state[name], kept()[_left(name)] = teaching, weakref.ref(teaching)
    st.rerun()


def follow(name: str) -> bool:
    """Draw the lesson of this kind that is on its way or not decided on; False without one."""
    teaching = _teaching(name)
    if teaching is None:
        return False
    done = teaching.future.done()
    st.fragment(_progress, run_every=None if done else AGAIN)(name)
    return True


def _teaching(name: str) -> Teaching | None:
    found = st.session_state.get(name)
    if found is None and (left := kept().get(_left(name))):  # after a reload
        found = st.session_state[name] = left()
    return found if type(found) is Teaching else None


def _left(name: str) -> str:
    return f"{name} on its way"


def _forget(name: str) -> None:
    st.session_state.pop(name, None)
    kept().pop(_left(name), None)
    st.session_state.pop(f"{name}_told", None)


def _progress(name: str) -> None:
    teaching = _teaching(name)
    if teaching is None:
        return
    if not teaching.future.done():
        before = teachers().before(teaching)
        waiting = t("{count} other lessons first", count=before) if before > 1 else ""
        waiting = t("1 other lesson first") if before == 1 else waiting
        done = min(teaching.done / max(teaching.total, 1), 1.0)
        st.progress(done, text=f"{waiting or t(teaching.phase)} …")
        return
    if not st.session_state.get(f"{name}_told"):
        st.session_state[f"{name}_told"] = True
        st.rerun()  # so that it is looked at no more
    with ui.guard():
        try:
            outcome = teaching.future.result()
        except Exception:
            _forget(name)
            raise
        if decide(outcome):
            _forget(name)
            st.rerun()
