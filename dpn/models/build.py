"""The classifiers from one ``ModelConfig``.

    DPN          logits = W D_n + w0, the recursion on raw pixels
    ResidualDPN  the same recursion on the rows of a residual encoder's feature map
    MLP          three linear layers, the baseline
    Words        the same recursion on the tokens of a text
    Frames       the same recursion on the frames of a series
    Items        the same recursion on the items of a list
    Planner      the same recursion on the cells of a map

The first three take images (B, C, H, W), float in 0..1. They and ``Frames`` normalise inside, with
``mean`` and ``std`` kept among the weights, so that training and use cannot disagree. All return
logits (B, K).
"""

from __future__ import annotations

from functools import lru_cache

import torch

from dpn.models.base import Classifier
from dpn.models.config import ModelConfig
from dpn.models.dpn import DPN
from dpn.models.late import import_late
from dpn.models.mlp import MLP
from dpn.models.residual import ResidualDPN
from dpn.models.worlds.frames import Frames
from dpn.models.worlds.items import Items
from dpn.models.worlds.planner import Planner
from dpn.models.worlds.words import Words

MODELS: dict[str, type[Classifier]] = {
    "dpn": DPN,
    "residual": ResidualDPN,
    "mlp": MLP,
    "words": Words,
    "frames": Frames,
    "items": Items,
    "planner": Planner,
}


def build_model(config: ModelConfig, seed: int = 0) -> Classifier:
    """Return a freshly initialised model on the CPU; the same seed gives the same weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MODELS[config.model](config)


@lru_cache(maxsize=256)
def model_size(config: ModelConfig) -> tuple[int, int]:
    """Return (trainable parameters, multiply-adds of one image), computed without any data."""
    import_late()
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        model = MODELS[config.model](config).eval()
        counter = FlopCounterMode(display=False)
        with counter, torch.no_grad():
            model(model.example())
    parameters = sum(weight.numel() for weight in model.parameters())
    return parameters, counter.get_total_flops() // 2


def readout_names(config: ModelConfig) -> tuple[str, str]:
    """Return the names of the weights (K, …) and biases (K,) of the classes."""
    return ("fc3.weight", "fc3.bias") if config.model == "mlp" else ("W", "w0")
