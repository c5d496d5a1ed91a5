"""Of pictures: "small" (grey, up to 16 pixels a side), "grey" and "colour"."""

from __future__ import annotations

from typing import Any

Settings = tuple[dict[str, Any], dict[str, Any]]  # of the model, of the training

#: kind -> model -> preset -> settings.
OF_PICTURES: dict[str, dict[str, dict[str, Settings]]] = {
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
                {
                    "part_size": 1,
                    "encoder": "direct",
                    "encoder_channels": 8,
                    "encoder_blocks": 3,
                    "first_size": 0.5,
                },
                {
                    "epochs": 0.65,
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
                    "encoder_channels": 16,
                    "encoder_blocks": 3,
                    "first_size": 0.5,
                },
                {
                    "epochs": 4.2,
                    "learning_rate": 0.004,
                    "optimizer": "muon",
                    "augmentation": "flip_crop",
                    "label_smoothing": 0.1,
                },
            ),
            "best": (
                {
                    "part_size": 1,
                    "rewards": "shared",
                    "encoder": "wide",
                    "encoder_channels": 32,
                    "encoder_blocks": 3,
                    "first_size": 0.5,
                },
                {
                    "epochs": 16,
                    "learning_rate": 0.004,
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
