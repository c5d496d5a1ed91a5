"""The settings of a new training, as widgets."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dpn import settings, ui
from dpn.data.catalogue import DATASETS, DatasetInfo, list_datasets
from dpn.models.config import (
    AUGMENTATION_NAMES,
    DEVICE_NAMES,
    ENCODER_NAMES,
    OPERATOR_NAMES,
    OPTIMIZER_NAMES,
    PART_NAMES,
    PREPARATION_NAMES,
    REWARD_NAMES,
    SCHEDULE_NAMES,
    TRANSITION_NAMES,
    ModelConfig,
    TrainConfig,
)
from dpn.runs.title import MODEL_WORDS
from dpn.ui import menus
from dpn.ui.explainers import explainer
from dpn.ui.train import taken

MODEL_HELP = (
    "**DPN**: the recursion on raw pixels, the one that explains itself best.  \n"
    "**Residual DPN**: a small residual network reads the image first; most accurate.  \n"
    "**MLP**: three plain layers, to compare with."
)


def training_settings() -> tuple[ModelConfig, TrainConfig] | None:
    """Draw the widgets; return what they say, or None while no data set can be used."""
    taken.take()
    info = choose_dataset()
    if info is None or info.image_shape is None:
        return None
    if notes := ui.data_notes(info):
        st.caption(ui.plain(" ".join(notes)))
    model_name = st.segmented_control(
        "Model",
        list(MODEL_WORDS),
        format_func=MODEL_WORDS.__getitem__,
        default=st.session_state.get("model", "dpn"),
        required=True,
        key="model",
        help=MODEL_HELP,
        persist_state="session",
    )
    preset_name = st.segmented_control(
        "Preset",
        ["quick", "best"],
        format_func=str.capitalize,
        default=st.session_state.get("preset", "quick"),
        required=True,
        key="preset",
        help="**Quick**: seconds. **Best**: minutes, and more accurate.",
        persist_state="session",
    )
    # Each choice above has dials of its own, which begin at that preset's values or the run's.
    name, model, training = taken.begin(info, model_name or "dpn", preset_name or "quick")
    dials = _Dials(name)
    training = training.replace(
        epochs=dials.number("Epochs", training.epochs, 0.05, 500.0, 0.5, "Passes over the images."),
        learning_rate=dials.number(
            "Learning rate", training.learning_rate, 1e-6, 100.0, None, "Its highest value."
        ),
    )
    with st.expander("More settings", icon=":material/tune:"):
        model = _model_dials(model, dials)
        training = _training_dials(training, dials)
    if model.model == "mlp":
        explainer("double_softmax")
    taken.note((model, training))
    return model, training


def size_words(model: ModelConfig) -> None:
    """Say how large the model is. Draw it last: on a cold start it waits for torch."""
    ui.warm_up().wait()
    from dpn.models.build import model_size

    parameters, multiply_adds = model_size(model)
    st.caption(f"**{parameters:,}** parameters · **{multiply_adds:,}** multiply-adds an image")


def choose_dataset() -> DatasetInfo | None:
    """Draw the list of data sets; return the chosen one, or None if it cannot be used."""
    infos = {info.name: info for info in list_datasets(settings.data_dir())}
    names = list(infos)
    said = menus.labels(
        names,
        lambda name: _dataset_words(infos[name]),
        lambda name: "" if name in DATASETS else f"{name}.npz",
    )
    now = menus.hold("dataset", names, said, names[0])
    name = st.selectbox(
        "Data set",
        names,
        index=names.index(now),
        format_func=said,
        key="dataset",
        persist_state="session",
    )
    info = infos[name]
    if info.problem:
        ui.show_error(info.problem)
        return None
    return info


def _dataset_words(info: DatasetInfo) -> str:
    if info.source == "download":
        return f"{info.title} (download, {info.download_mb} MB)"
    return info.title


def _model_dials(model: ModelConfig, dials: _Dials) -> ModelConfig:
    if model.model == "mlp":
        return model.replace(
            hidden=dials.whole("Hidden units", model.hidden, 1, 4096, "In each hidden layer."),
            double_softmax=dials.switch(
                "Softmax twice",
                model.double_softmax,
                "A common slip: a softmax in the network and another in the loss. See what it "
                "costs.",
            ),
        )
    changes: dict[str, Any] = {
        "states": dials.whole("States", model.states, 1, 512, "Running scores kept side by side."),
        "decisions": dials.whole(
            "Decisions", model.decisions, 1, 32, "What each state chooses from at each step."
        ),
        "parts": dials.choice("Parts", model.parts, PART_NAMES, "How the image is cut."),
        "part_size": dials.whole(
            "Part size", model.part_size, 1, 32, "Pixels (cells, for the residual model) a part."
        ),
        "operator": dials.choice(
            "Maximum", model.operator, OPERATOR_NAMES, "How a state takes the best decision."
        ),
        "temperature": dials.number(
            "Temperature", model.temperature, 0.001, 100.0, None, "Smooths soft and sparse."
        ),
        "transitions": dials.choice(
            "Transitions",
            model.transitions,
            TRANSITION_NAMES,
            "Linear: free numbers. Stochastic: probabilities, as in a Markov decision process.",
        ),
        "rewards": dials.choice(
            "Reward templates", model.rewards, REWARD_NAMES, "One set a step, or one for all."
        ),
    }
    if model.model == "residual":
        changes["encoder"] = dials.choice(
            "Encoder",
            model.encoder,
            ENCODER_NAMES,
            "Pooled halves the map by its maxima: more accurate, and slower.",
        )
        changes["encoder_channels"] = dials.whole(
            "Encoder channels", model.encoder_channels, 1, 256, "Width of the residual encoder."
        )
    return model.replace(**changes)


def _training_dials(training: TrainConfig, dials: _Dials) -> TrainConfig:
    return training.replace(
        batch_size=dials.whole("Batch size", training.batch_size, 1, 8192, "Images a step."),
        optimizer=dials.choice(
            "Optimiser", training.optimizer, OPTIMIZER_NAMES, "Muon is for the residual model."
        ),
        schedule=dials.choice("Schedule", training.schedule, SCHEDULE_NAMES, ""),
        augmentation=dials.choice(
            "Augmentation", training.augmentation, AUGMENTATION_NAMES, "Varies training images."
        ),
        label_smoothing=dials.number(
            "Label smoothing", training.label_smoothing, 0.0, 0.99, 0.05, ""
        ),
        weight_decay=dials.number("Weight decay", training.weight_decay, 0.0, 10.0, None, ""),
        validation_fraction=dials.number(
            "Validation share", training.validation_fraction, 0.01, 0.5, 0.01, ""
        ),
        seed=dials.whole("Seed", training.seed, 0, 2**31 - 1, "The same seed repeats a training."),
        preparation=dials.choice(
            "Pictures",
            training.preparation,
            ("auto", *PREPARATION_NAMES),
            "What the images are, so that drawings and uploads are made to match. Auto finds out.",
        ),
        device=dials.choice("Device", training.device, DEVICE_NAMES, ""),
    )


class _Dials:
    """Widgets whose keys begin with one name, so that each preset has its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def _common(self, label: str, text: str) -> dict[str, Any]:
        return {
            "label": label,
            "key": f"{self.name}-{label}",
            "help": text or None,
            "persist_state": "session",
        }

    def number(
        self, label: str, value: float, low: float, high: float, step: float | None, text: str
    ) -> float:
        return float(
            st.number_input(
                **self._common(label, text),
                value=min(max(float(value), low), high),
                min_value=low,
                max_value=high,
                step=step or max(value / 5, 1e-6),
                format="%g",
            )
        )

    def whole(self, label: str, value: int, low: int, high: int, text: str) -> int:
        common = self._common(label, text)
        value = min(max(value, low), high)
        return int(st.number_input(**common, value=value, min_value=low, max_value=high, step=1))

    def choice(self, label: str, value: str, options: tuple[str, ...], text: str) -> str:
        common = self._common(label, text)
        return str(
            st.selectbox(
                **common,
                options=list(options),
                index=options.index(value),
                format_func=menus.labels(options, _words),
            )
        )

    def switch(self, label: str, value: bool, text: str) -> bool:
        return bool(st.toggle(**self._common(label, text), value=value))


def _words(option: str) -> str:
    return option.replace("_", " ")
