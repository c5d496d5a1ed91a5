"""What a model is: its settings, presets that are known to work, and the networks."""

__all__ = [
    "base",
    "build",
    "config",
    "devices",
    "dpn",
    "late",
    "mlp",
    "presets",
    "residual",
    "sequence",
    "train_config",
    "vary",
]
