"""What a lesson may change of a model: all of it, its read-out, or small matrices beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from dpn.models.base import Classifier
from dpn.models.build import readout_names
from dpn.models.dpn import DPN
from dpn.models.mlp import MLP

#: Rank of the adapters of "lora" (Hu et al., ICLR 2022).
RANK = 8


@dataclass(frozen=True)
class Method:
    """A way to teach: what it changes, and its learning rate."""

    about: str
    learning_rate: float
    adapt: Callable[[Classifier], None]


class _LowRank(nn.Module):
    """W + B·A, of rank ``RANK``: an adapter as a parametrization; B begins at 0."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        rows, columns = _matrix(weight).shape
        rank = min(RANK, rows, columns)
        generator = torch.Generator().manual_seed(0)
        a = torch.randn(rank, columns, generator=generator) / columns**0.5
        self.A = nn.Parameter(a.to(weight.device))
        self.B = nn.Parameter(torch.zeros(rows, rank, device=weight.device))

    def forward(self, weight: Tensor) -> Tensor:
        """Return the adapted weight, in its shape."""
        return weight + (self.B @ self.A).view(weight.shape)


def _matrix(weight: Tensor) -> Tensor:
    """Return a weight as a matrix: templates (n, k, A·S) as (n·k, A·S), convolutions by output."""
    return weight.flatten(0, 1) if weight.dim() == 3 else weight.flatten(1)


def _all(model: Classifier) -> None:
    model.requires_grad_(True)


def _readout(model: Classifier) -> None:
    model.requires_grad_(False)
    for name in readout_names(model.config):
        model.get_parameter(name).requires_grad_(True)


def _lora(model: Classifier) -> None:
    _readout(model)
    weights: list[tuple[nn.Module, str]] = []
    if isinstance(model, DPN):
        weights += [(model, "R"), (model, "P")]
    if isinstance(model, MLP):
        weights += [(model.fc1, "weight"), (model.fc2, "weight")]
    weights += [(m, "weight") for m in model.modules() if isinstance(m, nn.Conv2d)]
    for module, name in weights:
        adapter = _LowRank(getattr(module, name).detach())
        parametrize.register_parametrization(module, name, adapter)


def merge(model: Classifier) -> None:
    """Put what adapters learned into the weights, and take the adapters away."""
    for module in list(model.modules()):
        if parametrize.is_parametrized(module):
            for name in list(module.parametrizations):  # type: ignore[arg-type]
                parametrize.remove_parametrizations(module, name, leave_parametrized=True)


METHODS: dict[str, Method] = {
    "full": Method("all weights", 2e-3, _all),
    "lora": Method("low-rank adapters on templates, transitions and convolutions", 3e-3, _lora),
    "readout": Method("the read-out alone", 3e-3, _readout),
}
