"""Test images under a change that a person turns: the answers, and how many stay right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.strength import strength_chart
from dpn.language import msg, percent, t
from dpn.runs.run import Run
from dpn.sampling.spread import spread
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.inside.tiles import show_picture

#: Test images that are asked about at each strength, those of an attack, and those that are shown.
ASKED, ATTACKED, SHOWN = 500, 60, 12
#: The strength at first.
USUAL = 2
#: Pixels that a picture is wide.
WIDTH = 84


#: What the strengths of an attack are, by its norm.
ATTACKED_WORDS = {
    "linf": msg(
        "Changed along the model's own slope. Most a pixel may change, in grey levels of 255: "
        "{sizes}."
    ),
    "l2": msg(
        "Changed along the model's own slope. Most that all may change, 1 is a pixel from black to "
        "white: {sizes}."
    ),
}


Indices = npt.NDArray[np.int64]


class Answered(NamedTuple):
    """What is answered at one strength.

    Attributes:
        accuracy: share of right answers among all asked, 0..1.
        pictures: (SHOWN, C, H, W) uint8, as the model saw them.
        answers: (SHOWN,) classes.
        sure: (SHOWN,) their probabilities.
    """

    accuracy: float
    pictures: npt.NDArray[np.uint8]
    answers: npt.NDArray[np.int64]
    sure: npt.NDArray[np.float32]


def show_under_change(run: Run, moment: int | None, version: int, names: Sequence[str]) -> None:
    """Draw a dozen test images under a change, and the accuracy over its strength.

    Args:
        run: whose model it is.
        moment: the step of a snapshot, None for the weights as they are.
        version: a number that changes with the weights.
        names: K names of the classes.
    """
    from dpn.robustness.attacks import ATTACKS
    from dpn.robustness.changes import KINDS, STRENGTHS

    st.markdown(t("**Under change**: how right it stays when the pictures get worse"))
    channels = run.config().model.channels
    kinds = [name for name in KINDS if channels == 3 or name != "saturation"]
    words = {name: t(each.words) for name, each in (KINDS | ATTACKS).items()}
    kinds += ATTACKS
    one = t("one of {names}", names=", ".join(kinds))
    if asked := state.take("change", kinds, one):
        ui.put("change", asked)
    if (asked := state.take("strength")) is not None:
        ui.put("change_strength", asked)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        kind = st.selectbox(
            t("Change"),
            kinds,
            format_func=menus.labels(kinds, words.__getitem__),
            key="change",
            persist_state="session",
            width=200,
        )
        strength = st.slider(
            t("Strength"),
            0,
            STRENGTHS,
            st.session_state.get("change_strength", USUAL),
            key="change_strength",
            persist_state="session",
            width=260,
        )
    state.put(
        change=None if kind == kinds[0] else kind,
        strength=None if strength == USUAL else strength,
    )
    with st.spinner(t("Changing and asking …"), show_time=True):
        found = _answered(str(run.path), moment, version, kind)
    left, right = st.columns([1.6, 1], gap="large")
    here = found[strength]
    chosen, shown = _asked(len(ui.test_images(run)[1]), kind)
    indices = chosen[shown].tolist()
    with left, st.container(horizontal=True, gap="xsmall", key="changed"):
        for place, index in enumerate(indices):
            with st.container(width=WIDTH, gap=None):
                label = int(ui.test_images(run)[1][index])
                alt = t("Test image {index}, {name}, changed", index=index, name=names[label])
                show_picture(here.pictures[place], WIDTH, alt)
                answer = int(here.answers[place])
                sign = "✓" if answer == label else "✗"
                st.caption(f"{sign} {ui.plain(names[answer])} · {percent(here.sure[place], 0)}")
    with right:
        accuracy = [each.accuracy for each in found]
        asked = len(chosen)
        data, spec = strength_chart(accuracy, strength)
        alt = t(
            "Answered right, by strength 0 to {most}: {shares}",
            most=STRENGTHS,
            shares=t(", ").join(percent(share, 0) for share in accuracy),
        )
        st.vega_lite_chart(data, spec, key="strengths", width="stretch", alt=alt)
        st.caption(
            t(
                "{share} of {asked:,} test images at this strength, {before} unchanged.",
                share=percent(here.accuracy),
                asked=asked,
                before=percent(accuracy[0]),
            )
        )
        if kind in ATTACKS:
            st.caption(t(ATTACKED_WORDS[ATTACKS[kind].norm], sizes=_radii(kind, channels)))


@st.cache_resource(show_spinner=False, max_entries=64)
def _answered(
    path: str,
    moment: int | None,
    version: int,  # noqa: ARG001 - part of the key
    kind: str,
) -> list[Answered]:
    """Return what is answered at each strength, none at first."""
    import torch

    from dpn.robustness.attacks import ATTACKS, attacking, radii
    from dpn.robustness.changes import STRENGTHS, changed

    run, server = Run(Path(path)), ui.model_server()
    images, labels = ui.test_images(run)
    chosen, shown = _asked(len(labels), kind)
    images, labels = images[chosen], labels[chosen]
    found = []
    for strength in range(STRENGTHS + 1):
        seen = images
        if strength and kind in ATTACKS:
            radius = radii(kind, images.shape[1])[strength - 1]
            work = partial(attacking, images=images, labels=labels, name=kind, radius=radius)
            seen = torch.cat(server.in_steps(work, run, images, moment))
        elif strength:
            seen = changed(images, kind, strength)
        scores = server.evaluate(run, seen, labels, moment)
        p = scores.probabilities[shown]
        pictures = seen[shown].numpy()
        found.append(Answered(scores.accuracy, pictures, p.argmax(1), p.max(1)))
    return found


def _asked(count: int, kind: str) -> tuple[Indices, Indices]:
    """Return which of ``count`` test images are asked about, and which of these are shown.

    The ones shown are the same for each kind of change.
    """
    from dpn.robustness.attacks import ATTACKS

    many = spread(count, ASKED)
    few = spread(len(many), ATTACKED)
    shown = spread(len(few), SHOWN)
    return (many[few], shown) if kind in ATTACKS else (many, few[shown])


def _radii(kind: str, channels: int) -> str:
    """Say the radii of an attack's strengths."""
    from dpn.robustness.attacks import ATTACKS, radii

    scale = 255 if ATTACKS[kind].norm == "linf" else 1
    return ", ".join(f"{radius * scale:.3g}" for radius in radii(kind, channels))
