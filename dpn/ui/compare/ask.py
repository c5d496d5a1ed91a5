"""A sweep asked for: one or two settings, a few values of each, and how many trainings that is."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dpn import settings, ui
from dpn.address.kinds import value_text
from dpn.address.panel import setting_words
from dpn.address.table import MOST_SEEDS
from dpn.language import msg, t
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.models.vary import (
    MOST,
    VARIED,
    checked_values,
    may_vary,
    read_values,
    setting,
    suggested,
)
from dpn.names import listed
from dpn.sweeps.estimate import estimated_seconds
from dpn.sweeps.record import Sweep, plan, words_of
from dpn.ui import access, menus
from dpn.ui.address import state
from dpn.ui.words import duration, how_many

#: What the second menu says for a sweep of one setting.
ALONE = msg("nothing else")


def offer_sweep(model: ModelConfig, training: TrainConfig) -> None:
    """Draw the panel of a sweep over the settings of the panel above. Draw it after all that is
    not: on a cold start it waits for torch.
    """  # noqa: D205
    if model.world != "picture":
        return  # Compare shows no others
    names = may_vary(model, training)
    _arrive(names, model, training)
    with st.expander(
        t("Try several values"),
        icon=":material/stacked_line_chart:",
        key="sweep",
        expanded=bool(st.session_state.get("sweep_asked")),
    ):
        st.caption(t("Trains the settings above once for each value, one after the other."))
        with ui.guard():
            first = _choose(names, t("Vary"), "first")
            second = _choose(_others(names, first), t("and"), "second")
            chosen = [first] if second == ALONE else [first, second]
            values = {name: _values(name, model, training) for name in chosen}
            seeds = st.number_input(
                t("Seeds"),
                1,
                MOST_SEEDS,
                st.session_state.get("sweep-seeds", 1),
                key="sweep-seeds",
                persist_state="session",
                help=t("Trainings of each value. Two seeds show how far chance alone goes."),
            )
            usual = {names[0]: suggested(names[0], model, training)}
            state.put(
                vary=None if values == usual else values, seeds=None if seeds == 1 else int(seeds)
            )
            sweep = plan(model, training, values, int(seeds), access.owner())
            ui.warm_up().wait()
            ui.jobs().sweeps.check(sweep)
            st.markdown(count_words(sweep))
            ready = access.may_train()
            if st.button(t("Start the sweep"), key="sweep_start", disabled=not ready) and ready:
                access.start_sweep(sweep, ui.sets.folder_of(training.dataset))
                st.session_state["sweep_started"] = sweep.id
                st.switch_page("pages/6_Compare.py")


def _arrive(names: list[str], model: ModelConfig, training: TrainConfig) -> None:
    """Set the panel to the sweep that the address asks for, and open it."""
    asked, seeds = state.take("vary"), state.take("seeds")
    if asked and not {*asked} <= {*names}:
        problem = t("settings of this model, such as {names}", names=listed(names, 3))
        state.refuse("vary", ";".join(asked), problem)
        asked = None
    if asked:
        first, *more = asked
        ui.put(_key("first", names), first)
        ui.put(_key("second", _others(names, first)), more[0] if more else ALONE)
        for name, values in asked.items():
            text = ", ".join(map(value_text, values))
            ui.put(_values_key(name, model, training), values if VARIED[name] else text)
    if seeds:
        ui.put("sweep-seeds", seeds)
    if asked or seeds:
        st.session_state["sweep_asked"] = True


def _others(names: list[str], first: str) -> list[str]:
    return [ALONE, *(name for name in names if name != first)]


def _key(place: str, names: list[str]) -> str:
    return f"sweep-{place}-{'-'.join(names)}"


def _values_key(name: str, model: ModelConfig, training: TrainConfig) -> str:
    return f"sweep-values-{name}-{setting(name, model, training)}"


def count_words(sweep: Sweep) -> str:
    """Say how many trainings a sweep is, and about how long they take, where that is known."""
    count = len(sweep.trials)
    words = f"**{how_many(count, 'training')}**"
    planned = [sweep.settings(trial) for trial in sweep.trials]
    seconds = estimated_seconds(planned, settings.runs_dir())
    if seconds is None:
        return words
    return t("{words}, about {time}", words=words, time=duration(seconds))


def _choose(names: list[str], label: str, place: str) -> str:
    return str(
        st.selectbox(
            label,
            names,
            format_func=menus.labels(names, setting_words),
            key=_key(place, names),
            persist_state="session",
        )
    )


def _values(name: str, model: ModelConfig, training: TrainConfig) -> list[Any]:
    """Draw the values of a setting, at first a few around the one that is set.

    Raises:
        ConfigError: what was written is no list of values.
    """
    usual, key = suggested(name, model, training), _values_key(name, model, training)
    label = t("Values of {name}", name=setting_words(name))
    if VARIED[name]:
        options = list(VARIED[name])
        said = menus.labels(options, lambda option: t(words_of(option)))
        picked = st.multiselect(
            label,
            options,
            st.session_state.get(key, usual),
            format_func=said,
            max_selections=MOST,
            key=key,
            persist_state="session",
        )
        return checked_values(name, picked)
    text = st.text_input(
        label,
        st.session_state.get(key, ", ".join(map(words_of, usual))),
        key=key,
        persist_state="session",
        max_chars=120,
        help=t("Two to {most}, with commas between them.", most=MOST),
    )
    return read_values(name, text)
