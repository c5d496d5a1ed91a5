"""The recursion on parts cut from the pixels: logits = W D_n + w0."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.base import Classifier, normal
from dpn.models.config import ModelConfig
from dpn.recursion.bellman import final_value, rewards, transition_matrix
from dpn.recursion.operators import OPERATORS
from dpn.recursion.parts import count_parts, cut

#: Values grow at most by about e to this over all parts, at first.
GROWTH = 8.0


class DPN(Classifier):
    """The recursion on parts cut from the pixels."""

    def __init__(self, config: ModelConfig, map_shape: tuple[int, int, int] | None = None) -> None:
        super().__init__(config)
        channels, height, width = map_shape or config.image_shape
        size = min(config.part_size, max(height, width))
        n = count_parts(height, width, config.parts, size)
        with torch.device("meta"):
            k = cut(torch.empty(1, channels, height, width), config.parts, size).shape[2]
        states, actions = config.states, config.decisions
        steps = 1 if config.rewards == "shared" else n
        self.part_count, self.part_size = n, size
        self.R = nn.Parameter(normal(steps, k, actions * states, over=(k * n) ** 0.5))
        self.b = nn.Parameter(torch.zeros(steps, actions * states))
        # Near the identity, so that each state first remembers its own value; from dense random
        # transitions the values of all states blur into one and nothing is learned.
        # Noise σ makes values grow by 1 + σ√S a part, which over hundreds of them overflow.
        diagonal, noise = 1.0, min(0.02, GROWTH / (n * states**0.5))
        if config.transitions == "stochastic":
            diagonal, noise = 4.0, 0.2
        start = normal(states, actions * states, times=noise)
        if not start.is_meta:
            start += diagonal * torch.eye(states).repeat(1, actions)
        self.P = nn.Parameter(start)
        self.W = nn.Parameter(normal(config.classes, states, over=states**0.5))
        self.w0 = nn.Parameter(torch.zeros(config.classes))

    def feature_map(self, images: Tensor) -> Tensor:
        """Return the map that is cut into parts: here the normalised pixels."""
        return self.normalise(images)

    def parts(self, images: Tensor) -> Tensor:
        """Return I (B, n, k)."""
        return cut(self.feature_map(images), self.config.parts, self.part_size)

    def transitions(self) -> Tensor:
        """Return P (S, A·S) as the recursion uses it."""
        return transition_matrix(self.P, self.config.transitions)

    def summary(self, images: Tensor) -> Tensor:
        """Return the final values D_n (B, S)."""
        return self.summary_of(self.feature_map(images))

    def summary_of(self, features: Tensor) -> Tensor:
        """Return the final values D_n (B, S) of images by their ``feature_map``."""
        parts = cut(features, self.config.parts, self.part_size)
        r = rewards(parts, self.R, self.b)
        operator = OPERATORS[self.config.operator]
        return final_value(r, self.transitions(), operator, self.config.temperature)

    def read(self, summary: Tensor) -> Tensor:
        """Return the logits W D_n + w0 (B, K)."""
        return F.linear(summary, self.W, self.w0)
