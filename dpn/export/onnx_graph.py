"""A model whose forward pass also accounts for each logit, in operations that a graph can hold."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.export.layers import band_of
from dpn.models.base import Classifier
from dpn.models.dpn import DPN
from dpn.models.mlp import MLP
from dpn.recursion.bellman import rewards, trace
from dpn.recursion.operators import OPERATORS


class Accounted(nn.Module):
    """Pixels -> (logits, probabilities, contributions).

    ``dpn.explain.exact`` does the same with gradients; here the way back is written out, for all
    classes at once. What part t added to logit c is Σ_{s,a} u_t[s] π_t[a,s] ⟨R_t[a,s], I_t⟩.
    """

    def __init__(self, model: Classifier) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Answer pixels uint8 (B, C, H, W).

        Returns:
            logits (B, K); probabilities (B, K); contributions (B, K, T), whose T terms, those of
            ``dpn.export.layers.terms_in``, add up to the logit.
        """
        images = pixels.to(torch.float32) / 255
        if isinstance(self.model, MLP):
            logits, terms = _layers(self.model, images)
        else:
            assert isinstance(self.model, DPN)
            logits, terms = _recursion(self.model, images)
        return logits, torch.softmax(logits, dim=1), terms


def _recursion(model: DPN, images: Tensor) -> tuple[Tensor, Tensor]:
    config, P = model.config, model.transitions()
    earned = rewards(model.parts(images), model.R, model.b)  # (n, B, A·S)
    steps = trace(earned, P, OPERATORS[config.operator], config.temperature)
    logits = F.linear(steps.values[-1], model.W, model.w0)
    batch = images.shape[0]
    u = model.W.unsqueeze(0).expand(batch, -1, -1)  # (B, K, S)
    parts: list[Tensor] = []
    bias = smoothing = torch.zeros_like(logits)
    for t in reversed(range(model.part_count)):
        chosen = (u.unsqueeze(2) * steps.policy[t].unsqueeze(1)).flatten(2)  # (B, K, A·S)
        b = model.b[0 if len(model.b) == 1 else t]
        parts.append((chosen @ (earned[t] - b).unsqueeze(2)).squeeze(2))
        bias = bias + chosen @ b
        smoothing = smoothing - (u * steps.penalty[t].unsqueeze(1)).sum(dim=2)
        u = chosen @ P.t()
    rest = [bias, model.w0.expand(batch, -1)]
    if config.operator != "hard":
        rest.insert(1, smoothing)
    return logits, torch.stack([*reversed(parts), *rest], dim=2)


def _layers(model: MLP, images: Tensor) -> tuple[Tensor, Tensor]:
    x = model.normalise(images).flatten(1)
    first = F.relu(model.fc1(x))
    second = F.relu(model.fc2(first))
    logits = model.fc3(second)
    # The gradient of each logit goes back where a unit was not cut off.
    g2 = model.fc3.weight.unsqueeze(0) * (second > 0).to(x.dtype).unsqueeze(1)  # (B, K, hidden)
    g1 = (g2 @ model.fc2.weight) * (first > 0).to(x.dtype).unsqueeze(1)
    by_pixel = (g1 @ model.fc1.weight) * x.unsqueeze(1)
    channels, height, width = model.config.image_shape
    by_row = by_pixel.reshape(-1, logits.shape[1], channels, height, width).sum(dim=(2, 4))
    bands = [rows.sum(dim=2) for rows in torch.split(by_row, band_of(model.config), dim=2)]
    bias = g1 @ model.fc1.bias + g2 @ model.fc2.bias
    readout = model.fc3.bias.expand(images.shape[0], -1)
    return logits, torch.stack([*bands, bias, readout], dim=2)
