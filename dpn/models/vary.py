"""Which settings matter to a model and a training, and which values of them are worth a try."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from dpn.errors import ConfigError, said
from dpn.models.config import (
    OPERATOR_NAMES,
    PART_NAMES,
    REWARD_NAMES,
    TRANSITION_NAMES,
    WORLDS,
    ModelConfig,
)
from dpn.models.presets import with_settings
from dpn.models.train_config import (
    AUGMENTATION_NAMES,
    OPTIMIZER_NAMES,
    ROBUST_NAMES,
    SCHEDULE_NAMES,
    SERIES_AUGMENTATION_NAMES,
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

_CUT, _PICTURES = ("dpn", "residual"), WORLDS["picture"]
_SEQUENCES = ("words", "frames", "items")
#: The models that a setting means something to; one that is not here means something to all.
_OF: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("height", "width", "robust", "preparation"), _PICTURES),
    "channels": (*_PICTURES, "frames"),
    "augmentation": (*_PICTURES, "frames"),
    **dict.fromkeys(("parts", "part_size", "rewards"), _CUT),
    **dict.fromkeys(("states", "transitions"), (*_CUT, *_SEQUENCES)),
    **dict.fromkeys(("decisions", "operator", "temperature"), (*_CUT, *_SEQUENCES, "planner")),
    **dict.fromkeys(("encoder", "encoder_channels", "encoder_blocks"), ("residual",)),
    **dict.fromkeys(("stem_stride", "encoder_bias", "first_size"), ("residual",)),
    **dict.fromkeys(("hidden", "double_softmax"), ("mlp",)),
    **dict.fromkeys(("vocabulary", "pairs", "shapes"), ("words",)),
    **dict.fromkeys(("embedding", "window", "piece_dropout"), ("words", "items")),
    **dict.fromkeys(("length", "dropout"), _SEQUENCES),
    "repeats": ("items",),
    **dict.fromkeys(("frame", "context", "places", "lengths"), ("frames",)),
    **dict.fromkeys(("kernels", "ends", "ramps"), ("frames",)),
    "balanced": (*_PICTURES, *_SEQUENCES),
    "validation_fraction": (*_PICTURES, "words", "frames"),
}
#: What the data decide of a model, by world, beside its classes.
_DECIDED = {
    "picture": ("channels", "height", "width"),
    "text": ("vocabulary", "length"),
    "series": ("channels", "length"),
    "list": ("length", "repeats"),
}
#: What must hold beside that.
_IF: dict[str, Callable[[ModelConfig, TrainConfig], bool]] = {
    "temperature": lambda model, _: model.operator != "hard",
    "stem_stride": lambda model, _: model.encoder == "strided",
    "shapes": lambda model, _: model.pairs > 0,
    "ends": lambda model, _: model.kernels > 0,
    "ramps": lambda model, _: model.kernels > 0,
    "momentum": lambda _, training: training.optimizer == "sgd",
    "epochs": lambda _, training: training.steps is None,
    "steps": lambda _, training: training.steps is not None,
}
#: Tried beside a value that nobody chose, such as none.
_BESIDE_NONE = {"label_smoothing": (0.0, 0.05, 0.1), "weight_decay": (0.0, 0.01, 0.05)}


def applies(name: str, model: ModelConfig, training: TrainConfig) -> bool:
    """Return whether a setting, by its name in either config, changes anything there."""
    holds = _IF.get(name)
    is_read = name not in _OF or model.model in _OF[name]
    return is_read and (holds is None or holds(model, training))


def decided_by_data(world: str) -> tuple[str, ...]:
    """Return the settings of a model of this world that its data decide."""
    return ("classes", *_DECIDED.get(world, ()))


def may_vary(model: ModelConfig, training: TrainConfig) -> list[str]:
    """Return the settings that a sweep of this model and training may vary."""
    return [name for name in VARIED if applies(name, model, training)]


def setting(name: str, model: ModelConfig, training: TrainConfig) -> Any:
    """Return the value of a setting, by its name in either config."""
    return getattr(model if name in _names(ModelConfig) else training, name)


def suggested(name: str, model: ModelConfig, training: TrainConfig) -> list[Any]:
    """Return a few values to try: around the one that is set, or of names all, at most ``MOST``."""
    if VARIED[name]:
        of_series = name == "augmentation" and model.world == "series"
        return list(SERIES_AUGMENTATION_NAMES if of_series else VARIED[name])[:MOST]
    now = setting(name, model, training)
    if name in _BESIDE_NONE:
        values = sorted({*_BESIDE_NONE[name], now})[:MOST]
    elif isinstance(now, int):
        values = sorted({max(1, now // 2), now, now * 2})
    else:
        factor = 3 if name in ("learning_rate", "temperature") else 2
        values = [float(f"{now / factor:.2g}"), now, float(f"{now * factor:.2g}")]
    return [value for value in values if _is_accepted({name: value}, model, training)]


def _is_accepted(changes: dict[str, Any], model: ModelConfig, training: TrainConfig) -> bool:
    try:
        with_settings(model, training, changes)
    except ConfigError:
        return False
    return True


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
