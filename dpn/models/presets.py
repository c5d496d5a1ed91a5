"""Settings that are known to work, by kind of data and model (their numbers: dpn/models/settings).

"quick" is for a first look, within seconds; "best" takes minutes and scores higher. All were chosen
on validation images, on 2 CPU cores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from dpn.errors import ConfigError, did_you_mean
from dpn.models.config import WORLDS, ModelConfig
from dpn.models.settings import (
    OF_PICTURES,
    OF_WORLDS,
    few_series,
    held_of_texts,
    most_epochs,
    of_texts,
)
from dpn.models.train_config import TrainConfig

PRESET_NAMES = ("quick", "best")

#: Of 40 MNIST images a class "quick" then answers 94.7% of 1,500 other training images, and 41.1%
#: with the steps for tens of thousands; of 5 a class 76.4% and 27.6%, or 51.5% if none is varied.
#: Below this many images a preset takes at least so many steps, of at most so many epochs.
FEW_IMAGES, MOST_EPOCHS = 5_000, 200
STEPS_OF_FEW = {"quick": 300, "best": 1_500}

#: Kind of data (of pictures three, and any other world by its name) -> model -> preset -> settings.
PRESETS = OF_PICTURES | OF_WORLDS


def preset(
    dataset: str,
    image_shape: tuple[int, int, int] | None,
    classes: int,
    model: str = "dpn",
    name: str = "quick",
    images: int | None = None,
    world: str = "picture",
    *,
    even: bool = False,
    length: int = 16,
) -> tuple[ModelConfig, TrainConfig]:
    """Return the settings called ``name`` for this data and model.

    ``images`` is how many there are to train on, where that is known: of few there are smaller
    batches, more epochs and varied images; of texts fewer are held out; of very many texts, series
    and lists there are fewer epochs. Of any ``world`` but pictures the shape is None.
    ``even``: whether series are all of one length. ``length``: tokens of a usual text.

    Raises:
        ConfigError: there is no such model or preset.
    """
    names = WORLDS[world]
    if model not in names:
        hint = did_you_mean(model, names)
        raise ConfigError(f"model must be one of {', '.join(names)}, got {model!r}{hint}")
    if name not in PRESET_NAMES:
        hint = did_you_mean(name, PRESET_NAMES)
        raise ConfigError(f"preset must be one of {', '.join(PRESET_NAMES)}, got {name!r}{hint}")
    shape: dict[str, Any] = {}
    kind = world
    if image_shape is not None:
        channels, height, width = image_shape
        shape = {"channels": channels, "height": height, "width": width}
        kind = "colour" if channels == 3 else "small" if max(height, width) <= 16 else "grey"
    settings = PRESETS[kind][model][name]
    if world == "series":
        settings = few_series(settings, images, even=even)
    architecture, training = settings
    if world == "text":
        architecture = architecture | of_texts(classes)
        if images is not None:
            training = training | {"validation_fraction": held_of_texts(images)}
    if images:
        most = most_epochs(world, name, images, length)
        training = training | {"epochs": min(training["epochs"], most)}
    return (
        ModelConfig(model=model, classes=classes, **shape, **architecture),
        TrainConfig(dataset=dataset, **(training | _of_few(training, images, name, world))),
    )


def _of_few(training: dict[str, Any], images: int | None, name: str, world: str) -> dict[str, Any]:
    """Return what is changed of a preset that was made for tens of thousands of images."""
    if images is None or images >= FEW_IMAGES:
        return {}
    batch = max(8, min(training.get("batch_size", 256), images // 8))
    # A tenth is held out; the steps of a batch and a half of the others are no epoch.
    steps = max(1, round(0.9 * images) // batch)
    epochs = max(training["epochs"], min(MOST_EPOCHS, STEPS_OF_FEW[name] / steps))
    few = {"batch_size": batch, "epochs": round(epochs, 2)}
    if world == "picture":
        few["augmentation"] = training.get("augmentation", "affine")
    return few


def with_settings(
    model: ModelConfig, training: TrainConfig, changes: Mapping[str, Any]
) -> tuple[ModelConfig, TrainConfig]:
    """Return both with some settings changed, each by its name in either of them.

    Raises:
        ConfigError: there is no such setting, or its value is not accepted.
    """
    of_model = [field.name for field in fields(ModelConfig)]
    of_training = [field.name for field in fields(TrainConfig)]
    for name in changes:
        if name not in of_model + of_training:
            hint = did_you_mean(name, of_model + of_training)
            raise ConfigError(f"there is no setting {name!r}{hint}")
    return (
        model.replace(**{name: value for name, value in changes.items() if name in of_model}),
        training.replace(**{name: value for name, value in changes.items() if name in of_training}),
    )
