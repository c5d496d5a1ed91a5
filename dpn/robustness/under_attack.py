"""How right a model stays when it is attacked, and how small a change turns its answers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dpn.evaluation.evaluate import predict_logits
from dpn.models.base import Classifier
from dpn.robustness.attacks import ATTACKS, NORMS, attacking, radii
from dpn.robustness.pieces import is_piecewise_linear, nearest_in_piece
from dpn.robustness.smallest import Smallest, seeking
from dpn.sampling.spread import spread

#: Images whose smallest change is sought, at most.
SOUGHT = 30


@dataclass(frozen=True)
class UnderAttack:
    """What is answered under attack.

    Attributes:
        radii: of each attack's five strengths, pixels 0..1.
        accuracy: of each attack, the share of right answers at each radius.
        smallest: median, by norm, of the smallest change found to turn an answer; None where for
            half of the images or more there was none up to ``smallest.FARTHEST``.
        exact: median, by norm, of the nearest change within the present linear piece, None where
            half of the images or more have none there; empty where a model is not piecewise linear.
        reached: by norm, for which share of the images the piece reaches that far.
        images: how many were attacked.
        sought: how many the medians are of.
    """

    radii: dict[str, tuple[float, ...]]
    accuracy: dict[str, list[float]]
    smallest: dict[str, float | None]
    exact: dict[str, float | None]
    reached: dict[str, float]
    images: int
    sought: int


def under_attack(model: Classifier, images: Tensor, labels: Tensor, seed: int = 0) -> UnderAttack:
    """Attack a model on test images.

    Args:
        model: in eval mode, on any device; not changed.
        images: (N, C, H, W) uint8 on the CPU, N >= 1.
        labels: (N,).
        seed: of the random starts.
    """
    of = {name: radii(name, images.shape[1]) for name in ATTACKS}
    accuracy = {}
    for name, sizes in of.items():
        shares = []
        for radius in sizes:
            made = torch.cat(list(attacking(model, images, labels, name, radius, seed)))
            right = predict_logits(model, made).argmax(dim=1) == labels
            shares.append(float(right.float().mean()))
        accuracy[name] = shares
    linear = is_piecewise_linear(model.config)
    smallest: dict[str, float | None] = {}
    exact: dict[str, float | None] = {}
    reached = {}
    sought = images[spread(len(images), SOUGHT)].float() / 255
    for norm in NORMS:
        found = [smallest_change(model, x[None], norm, seed) for x in sought]
        smallest[norm] = _median([f.radius if f else math.inf for f in found])
        if linear:
            near = [nearest_in_piece(model, x[None], norm) for x in sought]
            exact[norm] = _median([n.distance for n in near])
            reached[norm] = float(np.mean([n.reach == 1 and n.distance < math.inf for n in near]))
    return UnderAttack(of, accuracy, smallest, exact, reached, len(images), len(sought))


def _median(sizes: list[float]) -> float | None:
    """Return the median; None where it is infinite."""
    middle = float(np.median(sizes))
    return middle if math.isfinite(middle) else None


def smallest_change(model: Classifier, x: Tensor, norm: str, seed: int = 0) -> Smallest | None:
    """Return what ``seeking`` finds at last for an image (1, C, H, W); None for nothing."""
    *_, last = seeking(model, x, norm, seed=seed)
    return last
