"""What the panel of settings begins with: those of the run beside it, or those of a preset."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.data.catalogue import DatasetInfo
from dpn.errors import RunError
from dpn.models.config import ModelConfig, TrainConfig
from dpn.models.presets import PRESET_NAMES, preset

Settings = tuple[ModelConfig, TrainConfig]


def take() -> None:
    """Set the panel to the run that this session has just come to look at; call it first.

    One that was started from the panel, or whose data set is not here, leaves it as it is.
    """
    run = ui.current_run()
    if run is None or st.session_state.get("panel_of") == run.id:
        return
    st.session_state["panel_of"] = run.id
    try:
        config = run.config()
    except RunError:
        return  # the page says so where it shows the run
    info = ui.sets.sets().get(config.training.dataset)
    if info is None or info.problem or info.image_shape != config.model.image_shape:
        return
    # The panel has epochs and no number of steps, which a run of the command line can have.
    taken = config.model, config.training.replace(steps=None)
    choice = info.name, config.model.model, _nearest(info, taken)
    st.session_state["panel_from"] = run.id, choice, *taken
    for key, value in zip(("dataset", "model", "preset"), choice, strict=True):
        ui.put(key, value)


def started(run_id: str) -> None:
    """Note that a run was started from the panel."""
    st.session_state["panel_of"] = run_id


def begin(info: DatasetInfo, model: str, name: str) -> tuple[str, ModelConfig, TrainConfig]:
    """Return a name for the dials of a model and a preset of this name, and what they begin with.

    They are the run's that the panel took, until something else is chosen, and then the preset's.
    """
    shape, classes = info.image_shape or (1, 8, 8), info.classes or 2
    usual = preset(info.name, shape, classes, model, name, info.images)
    usual = usual[0], usual[1].replace(balanced=ui.sets.is_balanced(info.name))
    taken = st.session_state.get("panel_from")
    if taken is None or taken[1] != (info.name, model, name):
        st.session_state.pop("panel_from", None)
        return f"{info.name}-{model}-{name}", *usual
    run_id, _, its_model, its_training = taken
    return run_id, its_model.replace(classes=info.classes or its_model.classes), its_training


def note(chosen: Settings) -> None:
    """Say so when the panel does not show the settings of the run beside it."""
    run, (model, _) = ui.current_run(), chosen
    try:
        config = run.config() if run else None
    except RunError:
        return
    if config and (config.model.replace(classes=model.classes), config.training) != chosen:
        st.caption("These settings are for the next training: the run shown here has its own.")


def _nearest(info: DatasetInfo, settings: Settings) -> str:
    """Return the preset of the same model that has most of these settings."""
    shape, classes = settings[0].image_shape, settings[0].classes

    def differences(name: str) -> int:
        usual = preset(info.name, shape, classes, settings[0].model, name, info.images)
        pairs = ((a.to_dict(), b.to_dict()) for a, b in zip(settings, usual, strict=True))
        return sum(ours[key] != theirs[key] for ours, theirs in pairs for key in ours)

    return min(PRESET_NAMES, key=differences)
