"""Training that is meant to keep a model right when its images change.

"changes": part of each batch is shown under random changes of ``dpn.robustness``. "attacks": each
image is moved where the model is most easily led astray (adversarial training by one step from a
random start: E. Wong, L. Rice, Z. Kolter, "Fast is better than free", ICLR 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dpn.models.base import Classifier
from dpn.robustness.attacks import led_astray
from dpn.robustness.changes import KINDS, STRENGTHS

#: Groups of the changed part of a batch that share a kind and a strength.
GROUPS = 8
#: How far an attack in training moves each pixel, of grey and of colour images.
FAR_GREY, FAR_COLOUR = 0.1, 4 / 255
#: Kinds that are never trained on, so that they tell what a training brings where it was not.
UNSEEN = ("elastic", "pixelate", "jpeg", "saturation", "thick", "thin")
SEEN = tuple(name for name in KINDS if name not in UNSEEN)


@dataclass(frozen=True)
class Shown:
    """What of a batch is changed, and how.

    Attributes:
        share: of the batch.
        kinds: names of what may come.
        most: the strongest strength.
        again: chance of a second change on top, up to half as strong.
    """

    share: float
    kinds: tuple[str, ...]
    most: float
    again: float


GREY = Shown(0.5, SEEN, STRENGTHS, 0.0)
#: Photos are no easier to read for a turn or a line, and so little of them is left at the strongest
#: that milder changes, two at a time, teach more (D. Hendrycks et al., "AugMix", ICLR 2020, chains
#: up to three); strength 5 is seen by no training.
COLOUR = Shown(0.75, tuple(name for name in SEEN if KINDS[name].for_colour), 4, 0.5)


def changed_in_part(images: Tensor, generator: torch.Generator) -> Tensor:
    """Return images (B, C, H, W) in 0..1 on any device, the last of them changed at random.

    Of one channel as ``GREY`` says, of three as ``COLOUR``.
    """
    shown = GREY if images.shape[1] == 1 else COLOUR
    first = len(images) - round(shown.share * len(images))
    groups = [group for group in images[first:].cpu().chunk(GROUPS) if len(group)]
    kinds = [shown.kinds[i] for i in torch.randperm(len(shown.kinds), generator=generator).tolist()]
    made = [images[:first]]
    for place, group in enumerate(groups):
        changed = _changed(group, kinds[place], shown.most, generator)
        if shown.again and float(torch.rand((), generator=generator)) < shown.again:
            changed = _changed(changed, kinds[place - 1], shown.most / 2, generator)
        made.append(changed.to(images.device))
    return torch.cat(made)


def _changed(images: Tensor, name: str, most: float, generator: torch.Generator) -> Tensor:
    """Return images under a kind of change, of any strength from 1 to ``most``."""
    kind = KINDS[name]
    place = float(torch.rand((), generator=generator)) * (most - 1)
    below = min(int(place), STRENGTHS - 2)
    low, high = kind.strengths[below : below + 2]
    pixels = images.shape[3] / 28 if kind.in_pixels else 1
    amount = (low + (place - below) * (high - low)) * pixels
    return kind.change(images, amount, generator).clamp(0, 1)


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
