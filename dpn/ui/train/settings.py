"""The settings of a new training, as widgets."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dpn import ui
from dpn.data.catalogue import DatasetInfo
from dpn.data.known import DATASETS
from dpn.language import again, joined, msg, t
from dpn.models.config import WORLDS, ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.names import listed
from dpn.runs.title import MODEL_WORDS
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.explainers import explainer
from dpn.ui.train import taken
from dpn.ui.train.dial import Dials
from dpn.ui.train.dials import dial_groups
from dpn.ui.words import THINGS, passes

MODEL_HELP = msg(
    "**DPN**: the recursion on raw pixels, the one that explains itself best.  \n"
    "**Residual DPN**: a small residual network reads the image first; most accurate.  \n"
    "**MLP**: three plain layers, to compare with."
)


def training_settings(
    beside: Callable[[], None] = lambda: None,
) -> tuple[ModelConfig, TrainConfig] | None:
    """Draw the widgets; return what they say, or None while no data set can be used.

    ``beside`` draws what belongs to the list of data sets.
    """
    taken.take()
    info = choose_dataset()
    beside()
    if info is None or (info.world == "picture" and info.image_shape is None):
        return None
    info = ui.loaded.counted(info)
    if notes := ui.data_notes(info):
        st.caption(ui.plain(joined(map(again, notes))))
    able = {name: t(MODEL_WORDS[name]) for name in WORLDS[info.world]}
    model_name = next(iter(able))
    if len(able) > 1:
        model_name = menus.switch(able, t("Model"), "model", help=t(MODEL_HELP))
    things = t(THINGS[info.world])
    about = t("**Quick**: seconds. **Best**: minutes, and more accurate.")
    preset_name = menus.switch(
        {"quick": t("Quick"), "best": t("Best")}, t("Preset"), "preset", help=about
    )
    # Each choice above has dials of its own, which begin at that preset's values or the run's.
    name, model, training = taken.begin(info, model_name, preset_name or "quick")
    dials = Dials(name)
    with st.container(key="dials", gap="small"):
        epochs = dials.number(
            msg("Epochs"),
            "epochs",
            training.epochs,
            t("Passes over the {things}.", things=things),
            0.5,
        )
        st.caption(t("That is {passes}.", passes=passes(epochs, info.world)))
        rate = dials.number(
            msg("Learning rate"),
            "learning_rate",
            training.learning_rate,
            t("Its highest value."),
        )
    training = training.replace(epochs=epochs, learning_rate=rate)
    model, training = dial_groups(model, training, dials)
    if model.model == "mlp":
        explainer("double_softmax")
    taken.note((model, training))
    taken.put(info, preset_name or "quick", (model, training))
    return model, training


def size_words(model: ModelConfig) -> None:
    """Say how large the model is. Draw it last: on a cold start it waits for torch.

    How large one of texts is depends on how many words the training finds in them.
    """
    if model.world != "picture":
        return
    ui.warm_up().wait()
    from dpn.models.build import model_size

    parameters, multiply_adds = model_size(model)
    size = t(
        "**{parameters:,}** parameters · **{adds:,}** multiply-adds an image",
        parameters=parameters,
        adds=multiply_adds,
    )
    st.caption(size)


def choose_dataset() -> DatasetInfo | None:
    """Draw the list of data sets; return the chosen one, or None if it cannot be used."""
    infos = ui.sets.sets()
    names = list(infos)
    if asked := state.take("data", names, t("one of {names}", names=listed(names))):
        ui.put("dataset", asked)
    name = menus.choose(
        t("Data set"),
        "dataset",
        names,
        lambda name: _dataset_words(infos[name]),
        lambda name: _file_words(infos[name]),
        names[0],
    )
    state.put(data=None if name == names[0] else name)
    info = infos[name]
    if info.problem:
        ui.show_error(info.problem)
        return None
    return info


def _file_words(info: DatasetInfo) -> str:
    return "" if info.name in DATASETS or info.path is None else info.path.name


def _dataset_words(info: DatasetInfo) -> str:
    if info.source == "download":
        return t("{title} (download, {size} MB)", title=info.title, size=info.download_mb)
    return info.title
