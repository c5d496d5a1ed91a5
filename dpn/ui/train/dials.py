"""The settings that few change, in groups that are closed until they are asked for."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dpn.address.panel import CHOICES, NUMBERS, WHOLE
from dpn.language import t
from dpn.models.config import ModelConfig, TrainConfig
from dpn.ui import menus
from dpn.ui.train.trackers import tracker_dial
from dpn.ui.words import THINGS

#: What the settings of a world's data are called, and their icon.
HELD = {
    "picture": ("Images", ":material/image:"),
    "text": ("Texts", ":material/notes:"),
    "series": ("Series", ":material/timeline:"),
    "list": ("Lists", ":material/format_list_numbered:"),
}


#: How many moves a planner may have.
MOVES = (4, 8)


class Dials:
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
        self, label: str, name: str, value: float, text: str, step: float | None = None
    ) -> float:
        low, high = NUMBERS[name]
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

    def whole(self, label: str, name: str, value: int, text: str) -> int:
        common = self._common(label, text)
        low, high = WHOLE[name]
        value = min(max(value, low), high)
        return int(st.number_input(**common, value=value, min_value=low, max_value=high, step=1))

    def choice(self, label: str, name: str, value: str, text: str) -> str:
        common = self._common(label, text)
        options = CHOICES[name]
        return str(
            st.selectbox(
                **common,
                options=list(options),
                index=options.index(value),
                format_func=menus.labels(options, _words),
            )
        )

    def moves(self, label: str, value: int, text: str) -> int:
        return int(
            st.selectbox(**self._common(label, text), options=MOVES, index=MOVES.index(value))
        )

    def switch(self, label: str, value: bool, text: str) -> bool:
        return bool(st.toggle(**self._common(label, text), value=value))


def dial_groups(
    model: ModelConfig, training: TrainConfig, dials: Dials
) -> tuple[ModelConfig, TrainConfig]:
    """Draw a group of dials for each kind of setting; return what they say.

    Raises:
        ConfigError: what they say does not go together.
    """
    with st.container(gap="xsmall", key="dial_groups"):
        with st.expander("Model", icon=":material/account_tree:"):
            changes = _OF_MODEL.get(model.model, _recursion)(model, dials)
        if model.world == "picture" and model.model != "mlp":
            with st.expander("Parts of an image", icon=":material/view_week:"):
                changes |= _parts(model, dials)
        with st.expander("Learning", icon=":material/trending_down:"):
            learning = _learning(model, training, dials)
        held: dict[str, Any] = {}
        if model.world in HELD:
            title, icon = HELD[model.world]
            with st.expander(title, icon=icon):
                held = _data(model, training, dials)
        with st.expander("Seed and device", icon=":material/memory:"):
            place = _place(training, dials)
        place["track"] = tracker_dial(training.track, dials.name)
    return model.replace(**changes), training.replace(**learning, **held, **place)


def _mlp(model: ModelConfig, dials: Dials) -> dict[str, Any]:
    return {
        "hidden": dials.whole("Hidden units", "hidden", model.hidden, "In each hidden layer."),
        "double_softmax": dials.switch(
            "Softmax twice",
            model.double_softmax,
            "A common slip: a softmax in the network and another in the loss. See what it costs.",
        ),
    }


def _planner(model: ModelConfig, dials: Dials) -> dict[str, Any]:
    return {
        "decisions": dials.moves("Moves", model.decisions, "Eight: also across corners."),
        **_maximum(model, dials, "How a cell takes the best move."),
    }


#: What has dials of its own.
_OF_MODEL = {"mlp": _mlp, "planner": _planner}


def _maximum(model: ModelConfig, dials: Dials, text: str) -> dict[str, Any]:
    return {
        "operator": dials.choice("Maximum", "operator", model.operator, text),
        "temperature": dials.number(
            "Temperature", "temperature", model.temperature, "Smooths soft and sparse."
        ),
    }


def _recursion(model: ModelConfig, dials: Dials) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "states": dials.whole(
            "States", "states", model.states, "Running scores kept side by side."
        ),
        "decisions": dials.whole(
            "Decisions", "decisions", model.decisions, "What each state chooses from at each step."
        ),
        **_maximum(model, dials, "How a state takes the best decision."),
        "transitions": dials.choice(
            "Transitions",
            "transitions",
            model.transitions,
            "Linear: free numbers. Stochastic: probabilities, as in a Markov decision process.",
        ),
    }
    if model.model == "residual":
        changes["encoder"] = dials.choice(
            "Encoder",
            "encoder",
            model.encoder,
            "Pooled halves the map by its maxima: more accurate, and slower.",
        )
        changes["encoder_channels"] = dials.whole(
            "Encoder channels",
            "encoder_channels",
            model.encoder_channels,
            "Width of the residual encoder.",
        )
    return changes


def _parts(model: ModelConfig, dials: Dials) -> dict[str, Any]:
    return {
        "parts": dials.choice("Parts", "parts", model.parts, "How the image is cut."),
        "part_size": dials.whole(
            "Part size",
            "part_size",
            model.part_size,
            "Pixels (cells, for the residual model) a part.",
        ),
        "rewards": dials.choice(
            "Reward templates", "rewards", model.rewards, "One set a step, or one for all."
        ),
    }


def _learning(model: ModelConfig, training: TrainConfig, dials: Dials) -> dict[str, Any]:
    return {
        "batch_size": dials.whole(
            "Batch size",
            "batch_size",
            training.batch_size,
            f"{t(THINGS[model.world]).capitalize()} a step.",
        ),
        "optimizer": dials.choice(
            "Optimiser", "optimizer", training.optimizer, "Muon is for the residual model."
        ),
        "schedule": dials.choice("Schedule", "schedule", training.schedule, ""),
        "label_smoothing": dials.number(
            "Label smoothing", "label_smoothing", training.label_smoothing, "", 0.05
        ),
        "weight_decay": dials.number("Weight decay", "weight_decay", training.weight_decay, ""),
    }


def _data(model: ModelConfig, training: TrainConfig, dials: Dials) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "balanced": dials.switch(
            "Balanced classes", training.balanced, "Shows each class equally often."
        ),
    }
    if model.world != "list":  # of those the last items are held out
        changes["validation_fraction"] = dials.number(
            "Validation share", "validation_fraction", training.validation_fraction, "", 0.01
        )
    if model.world != "picture":
        return changes
    return changes | {
        "augmentation": dials.choice(
            "Augmentation", "augmentation", training.augmentation, "Varies training images."
        ),
        "robust": dials.choice(
            "Robust",
            "robust",
            training.robust,
            "Changes: half of the images, of photos three quarters, come with noise, blur, marks "
            "and the like. Attacks: each is moved to where the model errs. Both cost some accuracy "
            "on clean images.",
        ),
        "preparation": dials.choice(
            "Pictures",
            "preparation",
            training.preparation,
            "What the images are, so that drawings and uploads are made to match. Auto finds out.",
        ),
    }


def _place(training: TrainConfig, dials: Dials) -> dict[str, Any]:
    return {
        "seed": dials.whole("Seed", "seed", training.seed, "The same seed repeats a training."),
        "device": dials.choice("Device", "device", training.device, ""),
        "precision": dials.choice(
            "Precision",
            "precision",
            training.precision,
            "Bfloat16 is quicker on processors made for it. Auto tries it out.",
        ),
    }


def _words(option: str) -> str:
    return option.replace("_", " ")
