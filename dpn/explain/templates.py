"""What a model compares images with, as pictures: templates, kernels or first weights."""

from __future__ import annotations

import torch
from torch import Tensor

from dpn.models.base import Classifier
from dpn.models.dpn import DPN
from dpn.models.mlp import MLP
from dpn.models.residual import ResidualDPN
from dpn.recursion.parts import join

#: Pictures made of one model at most.
MOST = 12


@torch.no_grad()
def most_read(model: Classifier) -> list[int]:
    """Return which states (hidden units, kernels) to show: those that the next layer reads most.

    So many that there are at most ``MOST`` pictures, and one at least.
    """
    if isinstance(model, ResidualDPN):
        return list(range(min(MOST, len(model.stem.weight))))
    if isinstance(model, DPN):
        read, count = model.W.abs().amax(dim=0), MOST // min(MOST, model.config.decisions)
    else:
        assert isinstance(model, MLP)
        read, count = model.fc2.weight.abs().amax(dim=0), MOST
    chosen: list[int] = read.topk(min(count, len(read))).indices.tolist()
    return chosen


@torch.no_grad()
def templates(model: Classifier, shown: list[int]) -> Tensor:
    """Return what some states (hidden units, kernels) compare an image with: (M, H, W).

    Of a colour image the sum over its channels: what brightness does. "dpn": of each state one for
    each of its first ``MOST`` decisions, R[a, s] of every part put where the part is; M counts
    decisions first. "mlp": the first layer's weights. "residual": the kernels of its first layer.
    """
    if isinstance(model, ResidualDPN):
        return model.stem.weight[shown].sum(dim=1)
    if isinstance(model, DPN):
        config = model.config
        steps, size, _ = model.R.shape
        R = model.R.view(steps, size, config.decisions, config.states)[:, :, :MOST, shown]
        parts = R.permute(3, 2, 0, 1).flatten(0, 1).expand(-1, model.part_count, -1)
        return join(parts, config.image_shape, config.parts, model.part_size).sum(dim=1)
    assert isinstance(model, MLP)
    return model.fc1.weight[shown].view(-1, *model.config.image_shape).sum(dim=1)


def favourites(model: Classifier, shown: list[int]) -> list[int]:
    """Return the class that each of these states speaks most for; none of what has no states."""
    if isinstance(model, ResidualDPN) or not isinstance(model, DPN):
        return []
    best: list[int] = model.W[:, shown].argmax(dim=0).tolist()
    return best
