"""Which settings the panel of Train has for a model, and what it takes for each.

The dials, the address and its reader know them from here.
"""

from __future__ import annotations

from dpn.language import msg, t
from dpn.models.config import (
    ENCODER_NAMES,
    OPERATOR_NAMES,
    PART_NAMES,
    REWARD_NAMES,
    TRANSITION_NAMES,
)
from dpn.models.train_config import (
    AUGMENTATION_NAMES,
    DEVICE_NAMES,
    OPTIMIZER_NAMES,
    PRECISION_NAMES,
    PREPARATION_NAMES,
    ROBUST_NAMES,
    SCHEDULE_NAMES,
)

#: Whole numbers, from .. to.
WHOLE: dict[str, tuple[int, int]] = {
    "hidden": (1, 4096),
    "states": (1, 512),
    "decisions": (1, 32),
    "encoder_channels": (1, 256),
    "part_size": (1, 32),
    "batch_size": (1, 8192),
    "seed": (0, 2**31 - 1),
}
#: Other numbers, from .. to.
NUMBERS: dict[str, tuple[float, float]] = {
    "epochs": (0.05, 500.0),
    "learning_rate": (1e-6, 100.0),
    "temperature": (0.001, 100.0),
    "label_smoothing": (0.0, 0.99),
    "weight_decay": (0.0, 10.0),
    "validation_fraction": (0.01, 0.5),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "operator": OPERATOR_NAMES,
    "transitions": TRANSITION_NAMES,
    "encoder": ENCODER_NAMES,
    "parts": PART_NAMES,
    "rewards": REWARD_NAMES,
    "optimizer": OPTIMIZER_NAMES,
    "schedule": SCHEDULE_NAMES,
    "augmentation": AUGMENTATION_NAMES,
    "robust": ROBUST_NAMES,
    "preparation": ("auto", *PREPARATION_NAMES),
    "device": DEVICE_NAMES,
    "precision": PRECISION_NAMES,
}
SWITCHES = ("double_softmax", "balanced", "encoder_bias")
#: A list of tools, which ``tracker_names`` checks.
TRACK = "track"

_OF_MLP = ("hidden", "double_softmax")
_OF_ENCODER = ("encoder", "encoder_channels", "encoder_bias")
_OF_RECURSION = (
    *("states", "decisions", "operator", "temperature", "transitions"),
    *("parts", "part_size", "rewards"),
)
_OF_WORDS = ("states", "decisions", "operator", "temperature", "transitions")
_OF_PLANNER = ("decisions", "operator", "temperature")
_OF_PICTURES = ("augmentation", "robust", "preparation")
#: Of maps there are no classes to balance, and those to validate by are other ones.
_NOT_OF_MAPS = (*_OF_PICTURES, "balanced", "validation_fraction")
_OF_ALL = (
    *("epochs", "learning_rate", "batch_size", "optimizer", "schedule", "label_smoothing"),
    *("weight_decay", "augmentation", "robust", "balanced", "validation_fraction"),
    "preparation",
    *("seed", "device", "precision", TRACK),
)


def on_panel(model: str) -> tuple[str, ...]:
    """Return the settings that the panel has for a kind of model, by their names in its configs."""
    if model == "mlp":
        return _OF_MLP + _OF_ALL
    if model == "planner":
        return _OF_PLANNER + tuple(name for name in _OF_ALL if name not in _NOT_OF_MAPS)
    if model in ("words", "frames", "items"):
        return _OF_WORDS + tuple(name for name in _OF_ALL if name not in _OF_PICTURES)
    return _OF_RECURSION + (_OF_ENCODER if model == "residual" else ()) + _OF_ALL


#: All of them.
SETTINGS = _OF_MLP + _OF_RECURSION + _OF_ENCODER + _OF_ALL

#: What the options are called that are words and no names.
OPTIONS = (
    *(msg("hard"), msg("soft"), msg("sparse"), msg("linear"), msg("stochastic")),
    *(msg("strided"), msg("pooled"), msg("direct"), msg("wide")),
    *(msg("rows"), msg("columns"), msg("patches")),
    *(msg("per step"), msg("shared"), msg("one cycle"), msg("constant"), msg("none")),
    *(msg("shift"), msg("affine"), msg("affine shift"), msg("flip crop"), msg("flip crop wide")),
    *(msg("changes"), msg("attacks"), msg("auto"), msg("dark ink"), msg("light ink"), msg("photo")),
    msg("digits"),
)


def option_words(option: str) -> str:
    """Return what an option of ``CHOICES`` is called on a page."""
    return t(option.replace("_", " "))


#: What settings are called in a sentence or a table.
SETTING_WORDS = (
    *(msg("hidden"), msg("states"), msg("decisions"), msg("operator"), msg("temperature")),
    *(msg("transitions"), msg("encoder"), msg("encoder channels"), msg("parts"), msg("part size")),
    *(msg("rewards"), msg("double softmax"), msg("epochs"), msg("batch size"), msg("optimizer")),
    *(msg("learning rate"), msg("schedule"), msg("label smoothing"), msg("weight decay")),
    *(msg("balanced"), msg("validation fraction"), msg("augmentation"), msg("robust")),
    *(msg("seed"), msg("device"), msg("precision"), msg("steps"), msg("data set"), msg("model")),
    *(msg("image"), msg("colour"), msg("classes"), msg("class names"), msg("pictures")),
    *(msg("taught"), msg("track"), msg("encoder blocks"), msg("stem stride"), msg("momentum")),
    msg("encoder bias"),
    msg("first size"),
)


def setting_words(name: str) -> str:
    """Return what a setting of a model or a training is called on a page."""
    return t(name.replace("_", " "))
