"""Walk the recursion step by step: the trellis, and one step in its real numbers."""

from __future__ import annotations

import time

import numpy as np
import streamlit as st

from dpn import ui
from dpn.charts.equations import decision_formulas, value_formula
from dpn.charts.trellis import trellis_chart
from dpn.explain.account import signed
from dpn.explain.explanation import part_boxes, part_names
from dpn.explain.trellis import build_trellis
from dpn.language import joined, t
from dpn.pictures.png import enlarge, to_picture
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.explainers import explainer
from dpn.ui.inside.case import Case
from dpn.ui.words import how_many

#: Seconds a step is shown while it plays.
PACE = 1.4
#: States shown at first, and at most.
STATES, MOST_STATES = 8, 32
#: How bright the parts are that have not arrived yet.
DIM = 0.3
#: Among the states to choose from: the one that has gathered most for the answer by this step.
STRONGEST = -1


def enter() -> None:
    """Forget that it was playing when the page was left."""
    st.session_state["playing"] = False


def steps(case: Case) -> None:
    """Draw the trellis and its controls; a step redraws nothing else."""
    if case.config.model.model == "mlp":
        st.info(
            t("An MLP has no steps: it sees the whole image at once. Choose a DPN or Residual.")
        )
        return
    st.fragment(_step, run_every=PACE if st.session_state.get("playing") else None)(case)
    explainer("trellis")


def _step(case: Case) -> None:
    with ui.guard():
        names = part_names(case.config.model)
        _play(len(names))
        button, left, right = st.columns([0.5, 3, 1.2], vertical_alignment="bottom", gap="medium")
        with button:
            _play_button(len(names))
        now = 0
        if len(names) > 1:
            step = int(st.session_state["step"])
            now = left.slider(t("Step"), 1, len(names), step, key="step", on_change=enter) - 1
        state.put(step=now + 1 if now + 1 < len(names) else None)
        states = most = min(MOST_STATES, case.config.model.states)
        if most > 1:
            states = right.slider(
                t("States shown"), 1, most, min(STATES, most), key=f"states-{most}"
            )
        trellis = build_trellis(case.found, states)
        data, spec = trellis_chart(trellis, now, names, dark=ui.is_dark())
        alt = t(
            "The trellis: {states} down, {steps} across.",
            states=how_many(len(trellis.states), "state"),
            steps=how_many(len(names), "step"),
        )
        st.vega_lite_chart(data, spec, key="trellis", width="stretch", alt=alt)
        part, numbers = st.columns([1, 2.6], gap="large")
        with part:
            alt = t("The image, of which {part} arrive now", part=names[now])
            caption = t("bright: what arrives")
            st.image(_arrived(case, now), caption, width=170, output_format="PNG", alt=alt)
        with numbers:
            _numbers(case, now, [int(state) for state in trellis.states])


def _play_button(last: int) -> None:
    playing = bool(st.session_state.get("playing"))
    label = t("Pause" if playing else "Play")
    icon = ":material/pause:" if playing else ":material/play_arrow:"
    if st.button(label, icon=icon, key="play"):
        st.session_state["playing"] = not playing
        st.session_state["shown_at"] = time.monotonic()
        if not playing and st.session_state["step"] >= last:
            st.session_state["restart"] = True  # it is at its end: from the beginning
        st.rerun()  # whoever draws this begins to redraw it, or no longer does


def _play(last: int) -> None:
    """Go one step on if it plays and it is time to."""
    asked = state.take(
        "step", range(1, last + 1), t("a whole number from {low} to {high}", low=1, high=last)
    )
    step = min(max(int(asked or st.session_state.get("step", last)), 1), last)
    if st.session_state.pop("restart", False):
        step = 1
    if st.session_state.get("playing"):
        if time.monotonic() - st.session_state["shown_at"] > PACE / 2:
            step += 1
            st.session_state["shown_at"] = time.monotonic()
        if step > last:
            enter()
            st.session_state["step"] = last
            st.rerun()
    ui.put("step", step)


def _arrived(case: Case, now: int) -> np.ndarray:
    """Return the image, bright where it has been read: this part fully, those before less so."""
    image = case.subject.image
    light = np.full(image.shape[1:], DIM)
    for index, (top, bottom, left, right) in enumerate(part_boxes(case.config.model)[: now + 1]):
        light[top:bottom, left:right] = 1.0 if index == now else 0.6
    return enlarge(to_picture((image * light).astype(np.uint8)), 320)


def _numbers(case: Case, now: int, states: list[int]) -> None:
    """Say what happens in this step, and write it out in its numbers for one state."""
    found, model = case.found, case.model
    assert found.values is not None
    assert found.flow is not None
    assert found.policy is not None
    name = part_names(model)[now]
    gathered = found.flow[0, now] * found.values[0, now]
    choices = [STRONGEST, *states]
    chosen = st.selectbox(
        t("In the numbers of the state"),
        choices,
        format_func=menus.labels(
            choices, lambda s: t("that gathered most") if s == STRONGEST else str(s + 1)
        ),
        key=f"state-{hash(tuple(states))}",
        width=190,
    )
    s = int(gathered.argmax()) if chosen == STRONGEST else chosen
    decision = int(found.policy[0, now, :, s].argmax())
    last = now + 1 == len(part_boxes(model))
    readout = float(found.readout[0])
    one = t("**Step {number}: {part} arrives.**", number=now + 1, part=name)
    many = t("**Step {number}: {part} arrive.**", number=now + 1, part=name)
    worth = t(
        "In state {state} decision {decision} is worth most. The state has now gathered {own} for "
        "the score, all states together {all}.",
        state=s + 1,
        decision=decision + 1,
        own=signed(gathered[s]),
        all=signed(gathered.sum()),
    )
    total = t("With the read-out, {value}, that is the score.", value=signed(readout))
    st.markdown(joined([many if "s " in name else one, worth, *[total] * last]))
    with st.container(key="formulas"):
        st.latex(decision_formulas(found, now, s))
        st.latex(value_formula(found, now, s, model.operator, model.temperature))
