"""Optimisers by name, their rate, and what each remembers of a weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from dpn.models.train_config import TrainConfig

#: Muon: how far the kernels of a convolution turn, for a learning rate of 1.
TURN = 30.0
#: Muon: share of the last step's direction that is kept.
MOMENTUM = 0.6
#: Newton-Schulz steps, and the coefficients of their polynomial (Jordan et al., 2024).
ITERATIONS, COEFFICIENTS = 3, (3.4445, -4.7750, 2.0315)

#: Share of a one-cycle schedule that the rate rises for.
WARM_UP = 0.25

_ADAM = ("step", "exp_avg", "exp_avg_sq")
_REMEMBERED = {"adamw": _ADAM, "adam": _ADAM, "sgd": ("momentum_buffer",), "muon": _ADAM}
_OF_KERNELS = ("step", "momentum_buffer")


class Muon(torch.optim.AdamW):
    """Muon for the kernels of convolutions, AdamW for all other weights.

    Muon (Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024) makes the
    gradient's moving average, as a matrix (outputs, inputs·h·w), nearly orthogonal, so that all
    directions are learned equally fast. Batch normalisation makes the size of most kernels matter
    little: before each step every one is brought to a Frobenius norm of √outputs, and then turns by
    about ``TURN`` · learning rate of that; kernels have no weight decay. ``torch.optim.Muon`` takes
    only matrices, computes in bfloat16, which CPUs without its instructions are slow at, and keeps
    no norm.

    Args:
        weights: kernels (outputs, inputs, h, w) and others.
        lr: AdamW's learning rate.
        weight_decay: decoupled; of the others only.
    """

    def __init__(self, weights: Any, lr: float, weight_decay: float) -> None:
        super().__init__(weights, lr=lr, weight_decay=weight_decay, fused=True)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update all weights that have a gradient."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.ndim == 4 and weight.grad is not None:
                    self._turn(weight, weight.grad, TURN * group["lr"])
                    weight.grad = None  # AdamW leaves such a weight as it is
        super().step(closure)

    def _turn(self, kernel: Tensor, grad: Tensor, rate: float) -> None:
        state = self.state[kernel]
        if not state:  # "step" as for AdamW, which asks every state for it when one is loaded
            state |= {"step": torch.zeros(()), "momentum_buffer": torch.zeros_like(kernel)}
        state["step"] += 1
        kept = state["momentum_buffer"].mul_(MOMENTUM).add_(grad)
        direction = grad.add(kept, alpha=MOMENTUM).flatten(1)  # as Nesterov looks ahead
        kernel.mul_(len(kernel) ** 0.5 / kernel.norm().clamp(min=1e-12))
        kernel.add_(orthogonal(direction).view_as(kernel), alpha=-rate)


def orthogonal(matrix: Tensor) -> Tensor:
    """Return nearly the orthogonal matrix nearest to ``matrix`` (M, N), whose values are near 1.

    By Newton-Schulz steps: singular values end between about 0.5 and 1.3 where they were not small
    beside the largest; a zero matrix stays zero.
    """
    a, b, c = COEFFICIENTS
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    x: Tensor = wide / wide.norm().clamp(min=1e-12)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x if matrix.shape[0] <= matrix.shape[1] else x.T


def make_optimizer(model: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    """Return the optimiser that a training names, of all weights of a model in their order."""
    common: dict[str, Any] = {"lr": config.learning_rate, "weight_decay": config.weight_decay}
    weights = model.parameters()
    if config.optimizer == "sgd":
        nesterov = config.momentum > 0
        return torch.optim.SGD(weights, momentum=config.momentum, nesterov=nesterov, **common)
    if config.optimizer == "muon":
        return Muon(weights, **common)
    kind = torch.optim.AdamW if config.optimizer == "adamw" else torch.optim.Adam
    # One kernel for all weights; on the CPU too, where it halves the time of an update.
    return kind(weights, fused=True, **common)


def remembered(optimizer: str, weight: Tensor) -> dict[str, torch.Size]:
    """Return the names and shapes of what an optimiser remembers of a weight."""
    turned = optimizer == "muon" and weight.ndim == 4
    names = _OF_KERNELS if turned else _REMEMBERED[optimizer]
    return {name: torch.Size([]) if name == "step" else weight.shape for name in names}


def learning_rate(config: TrainConfig, step: int, total: int) -> float:
    """Return the rate of update number ``step`` (from 0) of ``total``.

    "one_cycle" rises linearly for the first quarter and falls linearly to zero (the shape of Smith
    & Topin, 2017, without its second phase).
    """
    if config.schedule == "constant":
        return config.learning_rate
    done = (step + 0.5) / total
    share = done / WARM_UP if done < WARM_UP else (1 - done) / (1 - WARM_UP)
    return config.learning_rate * max(share, 0.0)


def memory_of(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return what an optimiser remembers, by "optimizer.NUMBER OF THE WEIGHT.NAME"."""
    return {
        f"optimizer.{index}.{name}": value
        for index, slots in optimizer.state_dict()["state"].items()
        for name, value in slots.items()
        if isinstance(value, Tensor)  # SGD keeps None before its first step
    }


def remember(
    optimizer: torch.optim.Optimizer, weights: Sequence[Tensor], state: Mapping[str, Tensor]
) -> None:
    """Give an optimiser of these weights the memory that a state holds, as ``memory_of`` names it.

    All else in the state is left aside.
    """
    memory: dict[int, dict[str, Tensor]] = {}
    for key, value in state.items():
        if key.startswith("optimizer."):
            _, index, name = key.split(".")
            kept = value
            if value.ndim:  # in the order of the weight: fused kernels pair them as they lie
                kept = torch.empty_like(weights[int(index)]).copy_(value)
            memory.setdefault(int(index), {})[name] = kept
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": memory, "param_groups": groups})


def shapes_of_memory(
    optimizer: str, weights: Iterable[Tensor], state: Mapping[str, Tensor]
) -> dict[str, torch.Size]:
    """Return the names and shapes that the memory of these weights has in a state, if it fits."""
    shapes: dict[str, torch.Size] = {}
    for index, weight in enumerate(weights):
        slots = remembered(optimizer, weight).items()
        memory = {f"optimizer.{index}.{name}": shape for name, shape in slots}
        if not memory.keys().isdisjoint(state):  # there is none of a weight never used
            shapes |= memory
    return shapes
