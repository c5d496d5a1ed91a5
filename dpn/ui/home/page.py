"""The words of Home: the idea in one line, the ways in, and what the server runs on."""

from __future__ import annotations

import functools
import importlib.metadata
import sys

import streamlit as st

from dpn import __version__, settings, ui
from dpn.language import t
from dpn.models.presets import preset
from dpn.ui import access

FORMULA = r"""
D_i \;=\; \max_{C \in \mathcal{C}} \Big(
\underbrace{\textstyle\sum_j I_{ij}\, C_j}_{\text{THIS}} \;+\;
\underbrace{\textstyle\sum_j D_{i-1,j}\, C_j}_{\text{BEFORE}} \Big)
"""
#: Seconds between two looks whether the model is awake.
LOOK = 0.2


def idea() -> None:
    """Say what a DPN is, in one line and one formula."""
    st.markdown(
        t(
            "A **Dynamic Programming Network** reads a picture part by part. Each part speaks for "
            "an answer or against it, and the score is **exactly** their sum. "
            "At each part it takes the best way on:"
        )
    )
    st.latex(FORMULA.replace("THIS", t("this part")).replace("BEFORE", t("the parts before")))


def ways() -> None:
    """Offer to train at once, and the other ways on."""
    if st.button(
        t("Train on digits"), type="primary", icon=":material/play_arrow:", key="train_digits"
    ):
        chosen = preset("digits", (1, 8, 8), 10)
        ui.look_at(access.start(chosen, settings.data_dir()))
        st.switch_page("pages/1_Train.py")
    st.caption(t("1,797 handwritten digits are built in: it takes seconds, on any computer."))
    draw, apart = t("Draw for any model, or upload"), t("Take any answer apart")
    st.page_link("pages/2_Classify.py", label=draw, icon=":material/draw:")
    st.page_link("pages/3_Inside.py", label=apart, icon=":material/account_tree:")


def footer() -> None:
    """Name the versions and, as soon as it is known, the device."""
    st.divider()
    is_awake = ui.warm_up().is_set()
    st.fragment(_footer, run_every=None if is_awake else LOOK)(is_awake)


def _footer(was_awake: bool) -> None:
    device = ui.device_words()
    st.caption(" · ".join([*_versions(), device or t("device: still waking up")]))
    if device and not was_awake:
        st.rerun()  # the drawing that waits for its answer gets it, too


@functools.cache
def _versions() -> tuple[str, ...]:
    return (
        f"DPN Lab {__version__}",
        f"Python {sys.version_info.major}.{sys.version_info.minor}",
        *(f"{name} {importlib.metadata.version(name)}" for name in ("streamlit", "torch")),
    )
