"""Which settings matter to a model and a training, and which values of them are worth a try."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from dpn.errors import ConfigError, said
from dpn.models.config import (
    OPERATOR_NAMES,
    PART_NAMES,
    REWARD_NAMES,
    TRANSITION_NAMES,
    ModelConfig,
)
from dpn.models.train_config import (
    AUGMENTATION_NAMES,
    OPTIMIZER_NAMES,
    ROBUST_NAMES,
    SCHEDULE_NAMES,
    TrainConfig,
)

#: Settings that a sweep may vary, the most telling first, and the names that some of them take.
VARIED: dict[str, tuple[str, ...]] = {
    "learning_rate": (),
    "states": (),
    "decisions": (),
    "operator": OPERATOR_NAMES,
    "batch_size": (),
    "optimizer": OPTIMIZER_NAMES,
    "epochs": (),
    "hidden": (),
    "part_size": (),
    "parts": PART_NAMES,
    "temperature": (),
    "transitions": TRANSITION_NAMES,
    "rewards": REWARD_NAMES,
    "encoder_channels": (),
    "augmentation": AUGMENTATION_NAMES,
    "robust": ROBUST_NAMES,
    "schedule": SCHEDULE_NAMES,
    "label_smoothing": (),
    "weight_decay": (),
}
#: Values of one setting in a sweep.
FEWEST, MOST = 2, 6

_OF_MLP = ("hidden", "double_softmax")
_OF_RECURSION = (
    *("parts", "part_size", "states", "decisions", "operator", "temperature"),
    *("transitions", "rewards"),
)
_OF_CUTS = ("parts", "part_size", "rewards", "augmentation", "robust", "preparation")
_OF_WORDS = (
    *("vocabulary", "embedding", "window", "pairs", "shapes", "length", "dropout"),
    "piece_dropout",
)
_OF_LISTS = ("embedding", "window", "length", "dropout", "piece_dropout", "repeats")
_OF_FRAMES = ("frame", "context", "places", "kernels", "lengths", "ends", "ramps")
_OF_ENCODER = (
    *("encoder", "encoder_channels", "encoder_blocks", "stem_stride", "encoder_bias"),
    "first_size",
)
#: Tried beside a value that nobody chose, such as none.
_BESIDE_NONE = {"label_smoothing": (0.0, 0.05, 0.1), "weight_decay": (0.0, 0.01, 0.05)}


def applies(name: str, model: ModelConfig, training: TrainConfig) -> bool:
    """Return whether a setting, by its name in either config, changes anything there."""
    if name in _OF_MLP:
        return model.model == "mlp"
    if name in _OF_LISTS and model.world == "list":
        return True
    if name == "repeats":
        return False
    if name in _OF_WORDS:
        return model.world == "text" or (name in ("length", "dropout") and model.world == "series")
    if name in _OF_FRAMES:
        return model.world == "series"
    if name in _OF_CUTS and model.world != "picture":
        return False
    if name == "stem_stride":
        return model.model == "residual" and model.encoder == "strided"
    if name in _OF_ENCODER:
        return model.model == "residual"
    if name == "temperature":
        return model.model != "mlp" and model.operator != "hard"
    if name in _OF_RECURSION:
        return model.model != "mlp"
    if name == "momentum":
        return training.optimizer == "sgd"
    if name == "epochs":
        return training.steps is None
    return name != "steps" or training.steps is not None


def may_vary(model: ModelConfig, training: TrainConfig) -> list[str]:
    """Return the settings that a sweep of this model and training may vary."""
    return [name for name in VARIED if applies(name, model, training)]


def setting(name: str, model: ModelConfig, training: TrainConfig) -> Any:
    """Return the value of a setting, by its name in either config."""
    return getattr(model if name in _names(ModelConfig) else training, name)


def suggested(name: str, model: ModelConfig, training: TrainConfig) -> list[Any]:
    """Return a few values to try: around the one that is set, or of names all, at most ``MOST``."""
    if VARIED[name]:
        return list(VARIED[name])[:MOST]
    now = setting(name, model, training)
    if name in _BESIDE_NONE:
        return sorted({*_BESIDE_NONE[name], now})[:MOST]
    if isinstance(now, int):
        return sorted({max(1, now // 2), now, now * 2})
    factor = 3 if name in ("learning_rate", "temperature") else 2
    return [float(f"{now / factor:.2g}"), now, float(f"{now * factor:.2g}")]


def read_values(name: str, text: str) -> list[Any]:
    """Return the values of a setting that a person wrote, with commas or spaces between them.

    Raises:
        ConfigError: one is no number, there are too few or too many, or one is there twice.
    """
    is_whole = _types()[name] == "int"
    values: list[Any] = []
    for word in text.replace(",", " ").replace(";", " ").split():
        try:
            values.append(int(word) if is_whole else float(word))
        except ValueError:
            kind = "whole numbers" if is_whole else "numbers"
            raise ConfigError(
                f"{_spaced(name)} takes {kind} with commas between them, got {said(word)}"
            ) from None
    return checked_values(name, values)


def checked_values(name: str, values: Sequence[Any]) -> list[Any]:
    """Return the values if a sweep may have so many.

    Raises:
        ConfigError: there are too few or too many, or one is there twice.
    """
    if not FEWEST <= len(values) <= MOST or len(set(values)) < len(values):
        raise ConfigError(
            f"{_spaced(name)} takes {FEWEST} to {MOST} different values, "
            f"got {', '.join(f'{value}' for value in values[: MOST + 1]) or 'none'}"
        )
    return list(values)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _names(config: type[ModelConfig] | type[TrainConfig]) -> set[str]:
    return {field.name for field in dataclasses.fields(config)}


def _types() -> dict[str, str]:
    fields = (*dataclasses.fields(ModelConfig), *dataclasses.fields(TrainConfig))
    return {field.name: str(field.type) for field in fields}
