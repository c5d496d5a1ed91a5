"""The smallest change that an attack finds to turn a model's answer to an image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from dpn.models.base import Classifier
from dpn.robustness.attacks import led_astray, sizes

#: The largest change that is sought, by norm: no pixel further than this, or so long altogether.
FARTHEST = {"linf": 1.0, "l2": 16.0}
#: Halvings of what is between a change that is too small and one that suffices.
HALVINGS = 7


@dataclass(frozen=True)
class Smallest:
    """The smallest change that an attack found to turn the answer to one image.

    Attributes:
        radius: its size in the norm, pixels 0..1.
        image: (C, H, W) in 0..1, after it.
        answer: what is answered then.
    """

    radius: float
    image: Tensor
    answer: int


def seeking(
    model: Classifier, x: Tensor, norm: str, steps: int = 10, seed: int = 0
) -> Iterator[Smallest | None]:
    """Yield the smallest change found so far, None where there is none yet; ends after some tries.

    A smaller one may exist: it is what a search by gradients finds, no proof.

    Args:
        model: in eval mode; not changed.
        x: one image (1, C, H, W) in 0..1, on the model's device.
        norm: one of ``NORMS``.
        steps: of the attack at each radius.
        seed: of the random starts.
    """
    _, label = _answers(model, x)
    low, high, found = 0.0, FARTHEST[norm] / 2**6, None
    generator = torch.Generator().manual_seed(seed)
    halvings = 0
    while halvings < HALVINGS and low < FARTHEST[norm]:
        radius = (low + high) / 2 if found else high
        moved = led_astray(model, x, label, radius, norm, steps, generator)
        moved = _shortened(model, x, moved, label)
        _, answer = _answers(model, moved)
        if int(answer) != int(label):
            size = float(sizes(moved - x, norm))
            found, high = Smallest(size, moved[0], int(answer)), size
        else:
            low = radius
            high = high if found else min(2 * high, FARTHEST[norm])
        halvings += found is not None
        yield found


def _shortened(model: Classifier, x: Tensor, moved: Tensor, label: Tensor) -> Tensor:
    """Return the nearest point found on the way to a moved image that is answered otherwise."""
    shares = torch.linspace(0, 1, 33, device=x.device)[1:].view(-1, 1, 1, 1)
    way = x + shares * (moved - x)
    turned = (_answers(model, way)[1] != label).nonzero()
    return way[turned[0]] if len(turned) else moved


def _answers(model: Classifier, x: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        logits = model(x)
    return logits, logits.argmax(dim=1)
