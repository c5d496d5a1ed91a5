"""Settings that are known to work, by kind of data and model.

"quick" is for a first look, within seconds; "best" takes minutes and scores higher. All were chosen
on validation images, on 2 CPU cores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from dpn.errors import ConfigError, did_you_mean
from dpn.models.config import WORLDS, ModelConfig, TrainConfig

PRESET_NAMES = ("quick", "best")

#: Of 40 MNIST images a class "quick" then answers 94.7% of 1,500 other training images, and 41.1%
#: with the steps for tens of thousands; of 5 a class 76.4% and 27.6%, or 51.5% if none is varied.
#: Below this many images a preset takes at least so many steps, of at most so many epochs.
FEW_IMAGES, MOST_EPOCHS = 5_000, 200
STEPS_OF_FEW = {"quick": 300, "best": 1_500}

Settings = tuple[dict[str, Any], dict[str, Any]]  # of the model, of the training

#: Below this many series they are first seen through fixed kernels, whose weights begin with least
#: squares; noise would change what those say, and steps as large as usual undo the start. Of
#: GunPoint's 50 a fifth that was held out, each in turn, was answered right in 48 of 50 cases (46
#: without). Where they are of several lengths, those may tell the class: of PickupGesture's 50, so
#: held out, the start answers 40 right with numbers for the lengths; without, each left out
#: in turn, 29.
FEW_SERIES = 100
_OF_FEW_UNEVEN: Settings = (
    {"kernels": 2, "lengths": 11},
    {"learning_rate": 0.001, "augmentation": "jitter"},
)
_OF_FEW_SERIES: Settings = ({"kernels": 2}, {"learning_rate": 0.001, "augmentation": "bend"})

#: Of 51 weights each may move far.
_OF_MAPS: dict[str, Any] = {"batch_size": 16, "learning_rate": 0.05, "weight_decay": 0.0}

#: kind of data -> model -> preset -> settings. Kinds: "small" (grey, up to 16 pixels a side),
#: "grey" and "colour", and any other world by its name.
PRESETS: dict[str, dict[str, dict[str, Settings]]] = {
    "small": {
        "dpn": {
            "quick": (
                {"part_size": 1, "states": 32, "decisions": 4},
                {"epochs": 30, "batch_size": 64, "learning_rate": 0.01, "augmentation": "affine"},
            ),
            "best": (
                {"part_size": 1, "states": 64, "decisions": 4},
                {"epochs": 120, "batch_size": 64, "learning_rate": 0.01, "augmentation": "affine"},
            ),
        },
        "residual": {
            "quick": (
                {"part_size": 1, "states": 32, "encoder_channels": 16},
                {"epochs": 15, "batch_size": 64, "learning_rate": 0.01, "augmentation": "affine"},
            ),
            "best": (
                {"part_size": 1, "states": 32, "encoder_channels": 32},
                {"epochs": 60, "batch_size": 64, "learning_rate": 0.01, "augmentation": "affine"},
            ),
        },
        "mlp": {
            "quick": ({"hidden": 128}, {"epochs": 40, "batch_size": 64, "learning_rate": 0.003}),
            "best": (
                {"hidden": 256},
                {"epochs": 120, "batch_size": 64, "learning_rate": 0.003, "augmentation": "affine"},
            ),
        },
    },
    "grey": {
        "dpn": {
            "quick": (
                {"part_size": 4},
                {"epochs": 3.25, "learning_rate": 0.008, "label_smoothing": 0.1},
            ),
            "best": (
                {"part_size": 4, "states": 128},
                {
                    "epochs": 20,
                    "learning_rate": 0.006,
                    "augmentation": "affine",
                    "weight_decay": 0.05,
                },
            ),
        },
        "residual": {
            "quick": (
                {"part_size": 1, "encoder": "pooled", "encoder_channels": 8, "encoder_blocks": 3},
                {
                    "epochs": 0.45,
                    "learning_rate": 0.01,
                    "optimizer": "muon",
                    "label_smoothing": 0.1,
                },
            ),
            "best": (
                {"part_size": 1, "encoder": "pooled", "encoder_channels": 8, "encoder_blocks": 3},
                {
                    "epochs": 10,
                    "learning_rate": 0.008,
                    "optimizer": "muon",
                    "augmentation": "affine_shift",
                    "label_smoothing": 0.1,
                },
            ),
        },
        "mlp": {
            "quick": ({}, {"epochs": 4, "learning_rate": 0.003}),
            "best": (
                {"hidden": 512},
                {"epochs": 20, "learning_rate": 0.003, "augmentation": "affine"},
            ),
        },
    },
    "maze": {
        "planner": {
            "quick": ({}, {"epochs": 7, **_OF_MAPS}),
            "best": ({}, {"epochs": 14, **_OF_MAPS}),
        },
    },
    "text": {
        "words": {
            "quick": (
                {"states": 64},
                {
                    "epochs": 8,
                    "batch_size": 64,
                    "learning_rate": 0.004,
                    "label_smoothing": 0.2,
                },
            ),
            "best": (
                {"states": 128, "embedding": 128},
                {
                    "epochs": 16,
                    "batch_size": 64,
                    "learning_rate": 0.003,
                    "label_smoothing": 0.2,
                },
            ),
        },
    },
    "list": {
        "items": {
            "quick": (
                {"states": 64, "decisions": 2, "dropout": 0.2, "piece_dropout": 0.1},
                {"epochs": 6, "batch_size": 128, "learning_rate": 0.005},
            ),
            "best": (
                {"states": 128, "decisions": 4, "dropout": 0.2, "piece_dropout": 0.1},
                {"epochs": 16, "batch_size": 128, "learning_rate": 0.004},
            ),
        },
    },
    "series": {
        "frames": {
            "quick": (
                {"states": 64, "decisions": 4, "dropout": 0.2},
                {
                    "epochs": 20,
                    "batch_size": 32,
                    "learning_rate": 0.003,
                    "label_smoothing": 0.1,
                    "augmentation": "warp",
                },
            ),
            "best": (
                {"states": 128, "decisions": 4, "dropout": 0.2},
                {
                    "epochs": 60,
                    "batch_size": 32,
                    "learning_rate": 0.003,
                    "label_smoothing": 0.1,
                    "augmentation": "warp",
                },
            ),
        },
    },
    "colour": {
        "dpn": {
            "quick": (
                {"part_size": 4},
                {"epochs": 5, "learning_rate": 0.003, "augmentation": "flip_crop"},
            ),
            "best": (
                {"part_size": 8, "parts": "patches", "states": 128},
                {"epochs": 20, "learning_rate": 0.003, "augmentation": "flip_crop"},
            ),
        },
        "residual": {
            "quick": (
                {
                    "part_size": 1,
                    "rewards": "shared",
                    "encoder": "pooled",
                    "encoder_channels": 12,
                    "encoder_blocks": 3,
                },
                {
                    "epochs": 2,
                    "learning_rate": 0.006,
                    "optimizer": "muon",
                    "augmentation": "flip_crop",
                },
            ),
            "best": (
                {
                    "part_size": 1,
                    "rewards": "shared",
                    "encoder": "pooled",
                    "encoder_channels": 24,
                    "encoder_blocks": 3,
                },
                {
                    "epochs": 16,
                    "learning_rate": 0.006,
                    "optimizer": "muon",
                    "augmentation": "flip_crop_wide",
                    "label_smoothing": 0.1,
                    "weight_decay": 0.05,
                },
            ),
        },
        "mlp": {
            "quick": ({"hidden": 512}, {"epochs": 5, "learning_rate": 0.001}),
            "best": (
                {"hidden": 1024},
                {"epochs": 20, "learning_rate": 0.001, "augmentation": "flip_crop"},
            ),
        },
    },
}


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
) -> tuple[ModelConfig, TrainConfig]:
    """Return the settings called ``name`` for this data and model.

    ``images`` is how many there are to train on, where that is known: of few there are smaller
    batches, more epochs and varied images. Of any ``world`` but pictures the shape is None.
    ``even``: whether series are all of one length.

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
    architecture, training = PRESETS[kind][model][name]
    if world == "series" and images is not None and images < FEW_SERIES:
        few_of = _OF_FEW_SERIES if even else _OF_FEW_UNEVEN
        architecture, training = (
            usual | few for usual, few in zip((architecture, training), few_of, strict=True)
        )
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
