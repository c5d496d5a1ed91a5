"""The recursion on inputs of different lengths: what texts and series have in common."""

from __future__ import annotations

from abc import abstractmethod

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.base import Classifier
from dpn.models.config import ModelConfig
from dpn.recursion.bellman import final_value, rewards, transition_matrix
from dpn.recursion.operators import OPERATORS

#: Of the start: how far apart the decisions of a state are, beside what they have in common.
APART = 0.1


def in_windows(tokens: Tensor, window: int) -> Tensor:
    """Return each token (B, n, e) behind the window − 1 before it, (B, n, window·e)."""
    n = tokens.shape[1]
    padded = F.pad(tokens, (0, 0, window - 1, 0))
    return torch.cat([padded[:, i : i + n] for i in range(window)], dim=2)


def shares_of_tokens(products: Tensor, window: int) -> Tensor:
    """Return what each token added (B, n), from C* times the parts of ``in_windows``."""
    batch, n, _ = products.shape
    by_token = products.view(batch, n, window, -1).sum(dim=3)
    # Slot i of part t holds the token window − 1 − i before t; before the first is nothing.
    padded = F.pad(by_token, (0, 0, 0, window - 1))
    return sum(
        (padded[:, window - 1 - i : window - 1 - i + n, i] for i in range(window)),
        start=products.new_zeros(batch, n),
    )


class SequenceModel(Classifier):
    """The recursion on n parts of k numbers, where n differs from input to input.

    Rewards are shared by all steps. A model says how an input becomes ``parts`` and where there
    ``are_parts``. It starts near a sum over the parts: the decisions of a state are nearly equal,
    and P is nearly the identity. D may grow as (1 + σ√S)^n, where σ is how far the numbers of P are
    from it, so those are kept times ``step``, 1/(n√S) of a usual n: they start small, and each
    update of an optimiser moves them the less, the longer the inputs are.
    """

    #: How far apart the decisions of a state start, beside what they have in common.
    apart = APART
    #: A sum over n parts that are nothing to each other grows as n to this power.
    growth = 0.5

    def __init__(self, config: ModelConfig, numbers: int) -> None:
        super().__init__(config)
        states, actions, n = config.states, config.decisions, config.usual_parts
        common = torch.randn(1, numbers, 1, states).expand(1, numbers, actions, states)
        apart = self.apart * torch.randn(1, numbers, actions, states)
        size = numbers**0.5 * n**self.growth
        self.R = nn.Parameter((common + apart).flatten(2) / size)
        self.b = nn.Parameter(torch.zeros(1, actions * states))
        self.step = 1.0 / (n * states**0.5)
        identity = torch.eye(states).repeat(1, actions)
        if config.transitions == "stochastic":
            self.P = nn.Parameter(4 * identity + 0.2 * torch.randn(states, actions * states))
        else:
            self.P = nn.Parameter(APART * torch.randn(states, actions * states))
        self.W = nn.Parameter(torch.randn(config.classes, states) / states**0.5)
        self.w0 = nn.Parameter(torch.zeros(config.classes))

    @abstractmethod
    def parts(self, x: Tensor) -> Tensor:
        """Return I (B, n, k) of a batch whose longest input has n parts."""

    @abstractmethod
    def are_parts(self, x: Tensor) -> Tensor:
        """Return bool (B, n): where there is a part, and no padding."""

    def shares(self, products: Tensor) -> Tensor:
        """Return what each place of the input added (B, n), from C* times I (B, n, k)."""
        return products.sum(dim=2)

    def beside(self, x: Tensor) -> Tensor | None:  # noqa: ARG002 - some have it
        """Return what each place adds to the logits beside the recursion (B, n, K), if it does."""
        return None

    def transitions(self) -> Tensor:
        """Return P (S, A·S) as the recursion uses it."""
        if self.config.transitions == "stochastic":
            return transition_matrix(self.P, "stochastic")
        states, columns = self.P.shape
        identity = torch.eye(states, dtype=self.P.dtype, device=self.P.device)
        return torch.add(identity.repeat(1, columns // states), self.P, alpha=self.step)

    def summary(self, images: Tensor) -> Tensor:
        """Return the final values D_n (B, S) of a batch of inputs."""
        r = rewards(self.parts(images), self.R, self.b)
        operator, tau = OPERATORS[self.config.operator], self.config.temperature
        return final_value(r, self.transitions(), operator, tau, self.are_parts(images))

    def read(self, summary: Tensor) -> Tensor:
        """Return the logits W D_n + w0 (B, K)."""
        return F.linear(summary, self.W, self.w0)
