"""How sharply the recursion decides: which maximum, and its temperature."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.language import msg, number_text, t
from dpn.models.config import OPERATOR_NAMES, ModelConfig
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.explainers import EXPLAINERS

OPERATORS = {"hard": msg("Hard"), "soft": msg("Soft"), "sparse": msg("Sparse")}
TEMPERATURES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def choose_smoothing(run: Run, model: ModelConfig) -> tuple[str | None, float | None]:
    """Draw the maximum and its temperature, and return them; None of a model that has neither.

    Those that differ from the training's are kept in the address.
    """
    if model.model == "mlp":
        state.put(operator=None, temperature=None)
        return None, None
    title, text = EXPLAINERS["smoothing"]
    with st.expander(t("How sharply it decides"), icon=":material/tune:"):
        operator = _operator(run, model)
        choices = sorted({*TEMPERATURES, model.temperature})
        words = t("one of {names}", names=", ".join(map(number_text, choices)))
        if asked := state.take("temperature", choices, words):
            ui.put(f"temperature-{run.id}", asked)
        temperature = st.select_slider(
            t("Temperature τ"),
            choices,
            value=st.session_state.get(f"temperature-{run.id}", model.temperature),
            format_func=menus.labels(choices, lambda value: f"{value:g}"),
            key=f"temperature-{run.id}",
            persist_state="session",
            disabled=operator == "hard",
            help=t("How much the maximum mixes decisions. The hard one mixes none."),
        )
        st.markdown(f"**{t(title)}**\n{t(text)}")
    state.put(
        operator=None if operator == model.operator else operator,
        temperature=None if temperature == model.temperature else temperature,
    )
    return operator, temperature


def _operator(run: Run, model: ModelConfig) -> str | None:
    if asked := state.take("operator"):
        ui.put(f"operator-{run.id}", asked)
    chosen: str | None = st.segmented_control(
        t("Maximum"),
        list(OPERATOR_NAMES),
        format_func=lambda name: t(OPERATORS[name]),
        default=st.session_state.get(f"operator-{run.id}", model.operator),
        required=True,
        key=f"operator-{run.id}",
        persist_state="session",
        help=t("It was trained with the {kind} one.", kind=t(OPERATORS[model.operator]).lower()),
    )
    return chosen
