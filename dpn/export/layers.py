"""A model as plain numbers and instructions, for programs that have no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from dpn.errors import RunError
from dpn.explain.account import BANDS, Term, terms_of
from dpn.explain.explanation import part_names
from dpn.language import CODE, speaking
from dpn.models.base import Classifier
from dpn.models.config import ModelConfig
from dpn.models.dpn import DPN
from dpn.models.mlp import MLP
from dpn.models.residual import PooledBlock, ResidualBlock, ResidualDPN, Scaling

Floats = NDArray[np.float32]


@speaking(CODE)
def terms_in(config: ModelConfig) -> list[Term]:
    """Return the terms that a model's logits are sums of, in order, with nothing added yet.

    Their names are English whatever page they are asked on, as all else in a file that leaves.
    """
    smooths = config.model != "mlp" and config.operator != "hard"
    count = len(part_names(config)) or -(-config.height // band_of(config))
    return terms_of(np.zeros(count), 0.0, 1.0 if smooths else 0.0, 0.0, config)


def band_of(config: ModelConfig) -> int:
    """Return the rows in a band that an "mlp"'s pixels are summed over."""
    return -(-config.height // BANDS)


@dataclass
class Layers:
    """What a model computes.

    Attributes:
        tensors: its numbers by name; R (n or 1, k, A·S), b (n or 1, A·S), P (S, A·S) as used,
            W (K, S) and w0 (K,), or those of three layers, with mean and std (C,).
            Kernels are (height, width, channels in, channels out).
        encoder: instructions from the image to the map that is cut into parts. The image is map 0,
            and each instruction makes the next one.
    """

    tensors: dict[str, Floats] = field(default_factory=dict)
    encoder: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, value: Tensor, name: str = "") -> str:
        """Keep numbers under a name, a new one if none is given, and return it."""
        name = name or f"encoder{len(self.tensors)}"
        self.tensors[name] = value.detach().to("cpu", torch.float32).contiguous().numpy()
        return name

    def add(self, op: str, **what: Any) -> int:
        """Add an instruction and return the number of the map that it makes."""
        self.encoder.append({"op": op, **what})
        return len(self.encoder)

    def conv(self, x: int, layer: nn.Conv2d) -> int:
        """Add a convolution, which is padded to keep the size of its map before the stride."""
        size, stride = layer.kernel_size[0], layer.stride[0]
        assert layer.padding == (size // 2, size // 2)
        assert layer.bias is None
        name = self.keep(layer.weight.permute(2, 3, 1, 0))
        return self.add("conv", x=x, w=name, out=layer.out_channels, size=size, stride=stride)

    def norm(self, x: int, layer: nn.Module) -> int:
        """Add a normalisation as it is in eval mode, a scale and an offset a channel."""
        if isinstance(layer, nn.Identity):
            return x
        if isinstance(layer, Scaling):
            scale = layer.weight.double() / (layer.running_square.double() + layer.eps).sqrt()
            return self.add("scale", x=x, w=self.keep(scale), b=self.keep(torch.zeros_like(scale)))
        assert isinstance(layer, nn.BatchNorm2d)
        assert layer.running_var is not None
        assert layer.running_mean is not None
        scale = layer.weight.double() / (layer.running_var.double() + layer.eps).sqrt()
        offset = layer.bias.double() - layer.running_mean.double() * scale
        return self.add("scale", x=x, w=self.keep(scale), b=self.keep(offset))

    def relu(self, x: int) -> int:
        """Add max(x, 0)."""
        return self.add("relu", x=x)


def check_grown(model: Classifier) -> None:
    """Refuse a model that still shrinks its images, which no exported file does.

    Raises:
        RunError: its training was stopped that early.
    """
    if isinstance(model, ResidualDPN) and model.reads:
        height, width = model.reads
        raise RunError(
            f"This training was stopped while it still shrank its images to {width}×{height} "
            "pixels. Resume it, then export it, or export it as a bundle."
        )


def layers_of(model: Classifier) -> Layers:
    """Take a model apart; it is on the CPU and in eval mode.

    Raises:
        RunError: it was stopped while it still saw its images shrunk.
    """
    check_grown(model)
    found = Layers()
    found.keep(model.mean.flatten(), "mean")
    found.keep(model.std.flatten(), "std")
    if isinstance(model, MLP):
        for index, layer in enumerate((model.fc1, model.fc2, model.fc3), start=1):
            found.keep(layer.weight, f"w{index}")
            found.keep(layer.bias, f"b{index}")
        return found
    assert isinstance(model, DPN)
    if isinstance(model, ResidualDPN):
        x = found.conv(0, model.stem)
        for block in model.blocks:
            x = _block(found, x, block)
        found.relu(found.norm(x, model.norm))
    for name in ("R", "b", "W", "w0"):
        found.keep(getattr(model, name), name)
    found.keep(model.transitions(), "P")
    return found


def _block(found: Layers, x: int, block: nn.Module) -> int:
    if isinstance(block, ResidualBlock):
        active = found.relu(found.norm(x, block.bn1))
        skip = x if block.shortcut is None else found.conv(active, block.shortcut)
        out = found.conv(active, block.conv1)
        out = found.conv(found.relu(found.norm(out, block.bn2)), block.conv2)
        return found.add("add", x=skip, y=out)
    assert isinstance(block, PooledBlock)
    if isinstance(block.conv1, nn.Conv2d):  # the stem of a "direct" encoder does its work
        x = found.conv(x, block.conv1)
    if not isinstance(block.pool, nn.Identity):
        x = found.add("pool", x=x)
    y = found.relu(found.norm(x, block.bn1))
    out = found.relu(found.norm(found.conv(y, block.conv2), block.bn2))
    return found.add("add", x=y, y=out)
