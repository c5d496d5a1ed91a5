"""What the panel of settings begins with: the address, the run beside it, or a preset."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import streamlit as st

from dpn import ui
from dpn.address import panel
from dpn.data.catalogue import DatasetInfo, preset_of
from dpn.errors import ConfigError, RunError
from dpn.language import t
from dpn.models.config import WORLDS, ModelConfig
from dpn.models.presets import PRESET_NAMES, with_settings
from dpn.models.train_config import TrainConfig, tracker_names
from dpn.models.vary import decided_by_data, setting
from dpn.names import listed
from dpn.runs.title import MODEL_WORDS
from dpn.ui.address import state
from dpn.ui.train.trackers import usable

Settings = tuple[ModelConfig, TrainConfig]
#: What the address says of the panel.
_NAMES = ("data", "model", "preset", *panel.SETTINGS)


def take() -> None:
    """Set the panel to the run that this session has just come to look at; call it first.

    One that was started from the panel, or whose data set is not here, leaves it as it is. Where
    the address speaks of settings, those are taken: a run's link that does not leads to its own.
    """
    run = ui.current_run()
    if any(state.asks(name) for name in _NAMES):
        if run is not None:
            started(run.id)
        _take_address()
        return
    if run is None or st.session_state.get("panel_of") == run.id:
        return
    st.session_state["panel_of"] = run.id
    try:
        config = run.config()
    except RunError:
        return  # the page says so where it shows the run
    info = ui.sets.sets().get(config.training.dataset)
    if info is None or info.problem or not _is_for(info, config.model):
        return
    info = ui.loaded.counted(info)
    # The panel has epochs and no number of steps, which a run of the command line can have.
    taken = config.model, config.training.replace(steps=None)
    choice = info.name, config.model.model, _nearest(info, taken)
    st.session_state["panel_from"] = run.id, choice, *taken
    for key, value in zip(("dataset", "model", "preset"), choice, strict=True):
        ui.put(key, value)


def _is_for(info: DatasetInfo, model: ModelConfig) -> bool:
    is_alike = info.world != "picture" or info.image_shape == model.image_shape
    return info.world == model.world and is_alike


def _take_address() -> None:
    """Set the panel to what the address says; what it does not say is as it usually is."""
    infos = ui.sets.sets()
    data = state.take("data", infos, t("one of {names}", names=listed(list(infos)))) or next(
        iter(infos)
    )
    info, asked = infos[data], state.take("model")
    choice = data, _model_for(info, asked), state.take("preset") or "quick"
    for key, value in zip(("dataset", "model", "preset"), choice, strict=True):
        ui.put(key, value)
    on_panel = panel.on_panel(choice[1])
    for name in panel.SETTINGS:
        if name not in on_panel and state.asks(name):
            model = t(MODEL_WORDS[choice[1]])
            words = t("{name} is left out: {model} has no such setting.", name=name, model=model)
            state.complain(words)
            state.take(name)
    found = {name: state.take(name) for name in on_panel if state.asks(name)}
    if "track" in found and not set(tracker_names(found["track"])) <= {*usable()}:
        state.refuse(
            "track", found.pop("track"), t("tools that are here: {tools}", tools=listed(usable()))
        )
    if info.problem or not (info.image_shape or info.world != "picture") or not found:
        return
    info = ui.loaded.counted(info)
    usual = _usual(info, *choice[1:])
    try:
        taken = with_settings(*usual, found)
    except ConfigError as error:
        state.complain(str(error))
        return
    name = f"link-{zlib.crc32(repr((choice, found)).encode())}"  # dials of its own
    st.session_state["panel_from"] = name, choice, *taken


def _model_for(info: DatasetInfo, asked: str | None = None) -> str:
    """Return the model that is asked for, if it reads such data, else the usual one of those."""
    able = WORLDS[info.world]
    return asked if asked in able else able[0]


def put(info: DatasetInfo, name: str, chosen: Settings) -> None:
    """Write into the address what differs from the preset of this name.

    The settings of the run beside it may be those of a preset while the panel's are too, of another
    one: then the preset is named, so that its link does not lead to the run's.
    """
    model, usual = chosen[0].model, _usual(info, chosen[0].model, name)
    on_panel = panel.on_panel(model)
    said: dict[str, Any] = {
        name: setting(name, *chosen) if name in on_panel else None for name in panel.SETTINGS
    }
    said = {n: None if value == setting(n, *usual) else value for n, value in said.items()}
    said |= {
        "model": None if model == _model_for(info) else model,
        "preset": None if name == "quick" else name,
    }
    is_plain = all(value is None for value in said.values()) and "data" not in st.query_params
    if is_plain and _is_of_run(chosen) is False:
        said["preset"] = name
    state.put(**said)


def _usual(info: DatasetInfo, model: str, name: str) -> Settings:
    if info.world == "picture" and info.image_shape is None:  # it cannot be read
        info = replace(info, image_shape=(1, 8, 8))
    return preset_of(info, model, name)


def started(run_id: str) -> None:
    """Note that a run was started from the panel."""
    st.session_state["panel_of"] = run_id


def begin(info: DatasetInfo, model: str, name: str) -> tuple[str, ModelConfig, TrainConfig]:
    """Return a name for the dials of a model and a preset of this name, and what they begin with.

    They are the run's that the panel took, until something else is chosen, and then the preset's.
    """
    usual = _usual(info, model, name)
    usual = usual[0], usual[1].replace(balanced=ui.sets.is_balanced(info.name))
    taken = st.session_state.get("panel_from")
    if taken is None or taken[1] != (info.name, model, name):
        st.session_state.pop("panel_from", None)
        return f"{info.name}-{model}-{name}", *usual
    run_id, _, its_model, its_training = taken
    return run_id, its_model.replace(classes=info.classes or its_model.classes), its_training


def note(chosen: Settings) -> None:
    """Say so when the panel does not show the settings of the run beside it."""
    if _is_of_run(chosen) is False:
        st.caption(t("These settings are for the next training: the run shown here has its own."))


def _is_of_run(chosen: Settings) -> bool | None:
    """Return whether these are the settings of the run beside the panel; None if there is none."""
    run, (model, _) = ui.current_run(), chosen
    try:
        config = run.config() if run else None
    except RunError:
        return None
    if config is None:
        return None
    if config.model.model != model.model:
        return False
    decided = {name: getattr(model, name) for name in decided_by_data(model.world)}
    its = config.model.replace(**decided)
    return (its, config.training) == chosen


def _nearest(info: DatasetInfo, settings: Settings) -> str:
    """Return the preset of the same model that has most of these settings."""
    its = replace(info, classes=settings[0].classes)

    def differences(name: str) -> int:
        usual = _usual(its, settings[0].model, name)
        pairs = ((a.to_dict(), b.to_dict()) for a, b in zip(settings, usual, strict=True))
        return sum(ours[key] != theirs[key] for ours, theirs in pairs for key in ours)

    return min(PRESET_NAMES, key=differences)
