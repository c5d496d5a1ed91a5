"""The settings that few change, in groups that are closed until they are asked for."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dpn.language import msg, t
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.ui.train.dial import Dials
from dpn.ui.train.trackers import tracker_dial
from dpn.ui.words import THINGS

#: What the settings of a world's data are called, and their icon.
HELD = {
    "picture": (msg("Images"), ":material/image:"),
    "text": (msg("Texts"), ":material/notes:"),
    "series": (msg("Series"), ":material/timeline:"),
    "list": (msg("Lists"), ":material/format_list_numbered:"),
}


def dial_groups(
    model: ModelConfig, training: TrainConfig, dials: Dials
) -> tuple[ModelConfig, TrainConfig]:
    """Draw a group of dials for each kind of setting; return what they say.

    Raises:
        ConfigError: what they say does not go together.
    """
    with st.container(gap="xsmall", key="dial_groups"):
        with st.expander(t("Model"), icon=":material/account_tree:"):
            changes = _OF_MODEL.get(model.model, _recursion)(model, dials)
        if model.world == "picture" and model.model != "mlp":
            with st.expander(t("Parts of an image"), icon=":material/view_week:"):
                changes |= _parts(model, dials)
        with st.expander(t("Learning"), icon=":material/trending_down:"):
            learning = _learning(model, training, dials)
        held: dict[str, Any] = {}
        if model.world in HELD:
            title, icon = HELD[model.world]
            with st.expander(t(title), icon=icon):
                held = _data(model, training, dials)
        with st.expander(t("Seed and device"), icon=":material/memory:"):
            place = _place(training, dials)
        place["track"] = tracker_dial(training.track, dials.name)
    return model.replace(**changes), training.replace(**learning, **held, **place)


def _mlp(model: ModelConfig, dials: Dials) -> dict[str, Any]:
    return {
        "hidden": dials.whole(
            msg("Hidden units"), "hidden", model.hidden, msg("In each hidden layer.")
        ),
        "double_softmax": dials.switch(
            msg("Softmax twice"),
            model.double_softmax,
            msg("A common slip: a softmax in the network and one in the loss. See what it costs."),
        ),
    }


def _planner(model: ModelConfig, dials: Dials) -> dict[str, Any]:
    return {
        "decisions": dials.moves(msg("Moves"), model.decisions, msg("Eight: also across corners.")),
        **_maximum(model, dials, msg("How a cell takes the best move.")),
    }


#: What has dials of its own.
_OF_MODEL = {"mlp": _mlp, "planner": _planner}


def _maximum(model: ModelConfig, dials: Dials, text: str) -> dict[str, Any]:
    return {
        "operator": dials.choice(msg("Maximum"), "operator", model.operator, text),
        "temperature": dials.number(
            msg("Temperature"), "temperature", model.temperature, msg("Smooths soft and sparse.")
        ),
    }


def _recursion(model: ModelConfig, dials: Dials) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "states": dials.whole(
            msg("States"), "states", model.states, msg("Running scores kept side by side.")
        ),
        "decisions": dials.whole(
            msg("Decisions"),
            "decisions",
            model.decisions,
            msg("What each state chooses from at each step."),
        ),
        **_maximum(model, dials, msg("How a state takes the best decision.")),
        "transitions": dials.choice(
            msg("Transitions"),
            "transitions",
            model.transitions,
            msg(
                "Linear: free numbers. Stochastic: probabilities, as in a Markov decision process."
            ),
        ),
    }
    if model.model == "residual":
        changes["encoder"] = dials.choice(
            msg("Encoder"),
            "encoder",
            model.encoder,
            msg(
                "Pooled halves the map by its maxima: more accurate, and slower. Direct is pooled "
                "with one layer less: quicker. Wide is pooled with more channels in the middle."
            ),
        )
        changes["encoder_channels"] = dials.whole(
            msg("Encoder channels"),
            "encoder_channels",
            model.encoder_channels,
            msg("Width of the residual encoder."),
        )
        changes["encoder_bias"] = dials.switch(
            msg("Encoder biases"),
            model.encoder_bias,
            msg(
                "Off: the encoder adds nothing of its own, so pixels and decisions make up the "
                "whole score. It costs a little accuracy."
            ),
        )
    return changes


def _parts(model: ModelConfig, dials: Dials) -> dict[str, Any]:
    return {
        "parts": dials.choice(msg("Parts"), "parts", model.parts, msg("How the image is cut.")),
        "part_size": dials.whole(
            msg("Part size"),
            "part_size",
            model.part_size,
            msg("Pixels (cells, for the residual model) a part."),
        ),
        "rewards": dials.choice(
            msg("Reward templates"),
            "rewards",
            model.rewards,
            msg("One set a step, or one for all."),
        ),
    }


def _learning(model: ModelConfig, training: TrainConfig, dials: Dials) -> dict[str, Any]:
    return {
        "batch_size": dials.whole(
            msg("Batch size"),
            "batch_size",
            training.batch_size,
            t("{things} a step.", things=t(THINGS[model.world]).capitalize()),
        ),
        "optimizer": dials.choice(
            msg("Optimiser"),
            "optimizer",
            training.optimizer,
            msg("Muon is for the residual model."),
        ),
        "schedule": dials.choice(msg("Schedule"), "schedule", training.schedule, ""),
        "label_smoothing": dials.number(
            msg("Label smoothing"), "label_smoothing", training.label_smoothing, "", 0.05
        ),
        "weight_decay": dials.number(
            msg("Weight decay"), "weight_decay", training.weight_decay, ""
        ),
    }


def _data(model: ModelConfig, training: TrainConfig, dials: Dials) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "balanced": dials.switch(
            msg("Balanced classes"), training.balanced, msg("Shows each class equally often.")
        ),
    }
    if model.world != "list":  # of those the last items are held out
        changes["validation_fraction"] = dials.number(
            msg("Validation share"), "validation_fraction", training.validation_fraction, "", 0.01
        )
    if model.world != "picture":
        return changes
    return changes | {
        "augmentation": dials.choice(
            msg("Augmentation"),
            "augmentation",
            training.augmentation,
            msg("Varies training images."),
        ),
        "robust": dials.choice(
            msg("Robust"),
            "robust",
            training.robust,
            msg(
                "Changes: half of the images, of photos three quarters, come with noise, blur, "
                "marks and the like. Attacks: each is moved to where the model errs. Both cost "
                "some accuracy on clean images."
            ),
        ),
        "preparation": dials.choice(
            msg("Pictures"),
            "preparation",
            training.preparation,
            msg("What the images are, so that drawings and uploads match them. Auto finds out."),
        ),
    }


def _place(training: TrainConfig, dials: Dials) -> dict[str, Any]:
    return {
        "seed": dials.whole(
            msg("Seed"), "seed", training.seed, msg("The same seed repeats a training.")
        ),
        "device": dials.choice(msg("Device"), "device", training.device, ""),
        "precision": dials.choice(
            msg("Precision"),
            "precision",
            training.precision,
            msg("Bfloat16 is quicker on processors made for it. Auto tries it out."),
        ),
    }
