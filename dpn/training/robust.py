"""Training that is meant to keep a model right when its images change.

"changes": part of each batch is shown under a random change of ``dpn.robustness``, from its weakest
strength to its strongest. "attacks": each image is moved where the model is most easily led astray
(adversarial training by one step from a random start: E. Wong, L. Rice, Z. Kolter, "Fast is better
than free", ICLR 2020).
"""

from __future__ import annotations

import torch
from torch import Tensor

from dpn.models.base import Classifier
from dpn.robustness.attacks import led_astray
from dpn.robustness.changes import KINDS, STRENGTHS

#: Share of a batch that is changed, and groups of it that share a kind and a strength.
SHARE, GROUPS = 0.5, 8
#: How far an attack in training moves each pixel, of grey and of colour images.
FAR_GREY, FAR_COLOUR = 0.1, 4 / 255
#: Kinds that are never trained on, so that they tell what a training brings where it was not.
UNSEEN = ("elastic", "pixelate", "jpeg", "saturation", "thick", "thin")
SEEN = tuple(name for name in KINDS if name not in UNSEEN)


def changed_in_part(images: Tensor, generator: torch.Generator) -> Tensor:
    """Return images (B, C, H, W) in 0..1 on any device, the last half of them changed at random."""
    first = len(images) - round(SHARE * len(images))
    groups = [group for group in images[first:].cpu().chunk(GROUPS) if len(group)]
    pixels = images.shape[3] / 28
    kinds = torch.randperm(len(SEEN), generator=generator).tolist()
    made = [images[:first]]
    for group, number in zip(groups, kinds, strict=False):
        kind = KINDS[SEEN[number]]
        place = float(torch.rand((), generator=generator)) * (STRENGTHS - 1)
        below = min(int(place), STRENGTHS - 2)
        low, high = kind.strengths[below : below + 2]
        amount = (low + (place - below) * (high - low)) * (pixels if kind.in_pixels else 1)
        made.append(kind.change(group, amount, generator).clamp(0, 1).to(images.device))
    return torch.cat(made)


def attacked(
    model: Classifier, images: Tensor, labels: Tensor, generator: torch.Generator
) -> Tensor:
    """Return images (B, C, H, W) in 0..1 as one step from a random start makes them wrong.

    The model answers as it would to people, with the averages of its batch normalisation, and is
    left in training mode.
    """
    radius = FAR_GREY if images.shape[1] == 1 else FAR_COLOUR
    model.eval()
    moved = led_astray(model, images, labels, radius, "linf", 1, generator)
    model.train()
    return moved
