"""The home page. Nothing here waits for torch: the picture was computed when it was made."""

from __future__ import annotations

import functools
import importlib.metadata
import sys
from pathlib import Path

import streamlit as st

from dpn import __version__, ui
from dpn.charts.sum import sum_chart
from dpn.explain.account import signed, terms_of
from dpn.explain.example import SHIPPED_EXAMPLE, Example, load_example
from dpn.models.config import ModelConfig
from dpn.models.presets import preset
from dpn.ui import access

FORMULA = r"""
D_i \;=\; \max_{C \in \mathcal{C}} \Big(
\underbrace{\textstyle\sum_j I_{ij}\, C_j}_{\text{this part}} \;+\;
\underbrace{\textstyle\sum_j D_{i-1,j}\, C_j}_{\text{the parts before}} \Big)
"""


def idea() -> None:
    """Say what a DPN is, in one breath and one formula."""
    st.title("A classifier that shows its work")
    st.markdown(
        "A **Dynamic Programming Network** reads an image part by part. At each step it takes the "
        "decision worth most, given this part and all before it:"
    )
    st.latex(FORMULA)
    st.markdown(
        "It is Bellman's recursion with rewards and transitions learned from examples. A sum of "
        "maxima can be taken apart again, so every score is **exactly** the sum of what each part "
        "of the image added."
    )


def ways() -> None:
    """Offer the two ways in: train, or draw."""
    with st.container(horizontal=True, gap="small"):
        train = st.button(
            "Train on digits", type="primary", icon=":material/play_arrow:", key="train_digits"
        )
        draw = st.button("Draw a digit", icon=":material/draw:", key="draw_digit")
    st.caption("1,797 handwritten digits are built in: training takes seconds, on any computer.")
    if train:
        chosen = preset("digits", (1, 8, 8), 10)
        ui.look_at(access.start(chosen))
        st.switch_page("pages/1_Train.py")
    if draw:
        st.switch_page("pages/2_Classify.py")


def picture() -> None:
    """Draw the recursion at work on a real digit, as the shipped model computed it."""
    example = _example(SHIPPED_EXAMPLE)
    names = example["class_names"]
    target, contrast = names[example["target"]], names[example["contrast"]]
    st.markdown(f"**Why a {target}, and not a {contrast}?** A real digit, read from top to bottom")
    height, width = example["image"].shape
    model = ModelConfig(
        height=height,
        width=width,
        parts=str(example["parts"]),
        part_size=int(example["part_size"]),
    )
    parts = (example[name] for name in ("contributions", "bias", "smoothing"))
    contributions, bias, smoothing = parts
    readout = float(example["readout"])
    terms = terms_of(contributions, float(bias.sum()), float(smoothing.sum()), readout, model)
    data, spec = sum_chart(example["image"][None], terms, "lead", dark=ui.is_dark())
    st.vega_lite_chart(data, spec, key="example", width="stretch")
    st.caption(
        f"Blue speaks for {target}, orange for {contrast}. Each bar begins where the one before it "
        f"ended: together they are the lead of {target}, {signed(float(example['score']))}."
    )
    st.page_link(
        "pages/3_Inside.py", label="Take any decision apart", icon=":material/account_tree:"
    )


@st.cache_resource(show_spinner=False)
def _example(path: Path) -> Example:
    """Read the example, once.

    To read an npz compiles its headers, and in CPython 3.11 (gh-106905) two threads that compile at
    the same time can fail.
    """
    return load_example(path)


def footer() -> None:
    """Name the device and the versions."""
    st.divider()
    device = ui.device_words()
    st.caption(" · ".join([*_versions(), device or "device: still waking up"]))


@functools.cache
def _versions() -> tuple[str, ...]:
    return (
        f"DPN Lab {__version__}",
        f"Python {sys.version_info.major}.{sys.version_info.minor}",
        *(f"{name} {importlib.metadata.version(name)}" for name in ("streamlit", "torch")),
    )
