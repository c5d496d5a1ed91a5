"""What is looked at again in a lesson, so that nothing is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.data.loading import load_dataset
from dpn.hands.rules import RULES
from dpn.hands.strokes import SPEC, as_input, draw, varied
from dpn.models.base import Classifier
from dpn.training.batches.augment import augmentation_of

#: Drawings of each rule to rehearse with, and the widths of their pens.
OF_A_RULE, PENS = 50, (0.05, 0.16)


@dataclass(frozen=True, eq=False)
class Past:
    """Images that stand for what must not be forgotten: uint8 (M, C, H, W).

    ``labels`` (M,) int64 are the true ones, or None where the old model's answers are to be kept.
    """

    images: Tensor
    labels: Tensor | None = None


def digit_likes(height: int, width: int, limit: int = 1_400) -> Tensor:
    """Return the embedded digits drawn as MNIST's images are, uint8 (M, 1, H, W).

    They are scaled up to a box of 20/28 of the side, sharpened, and their centre of mass is put in
    the middle. Only those that serve for training are used, never the test part.
    """
    digits = load_dataset("digits", Path()).x_train[:limit].float() / 255
    side = round(min(height, width) * 20 / 28)
    large = F.interpolate(digits, (side, side), mode="bicubic", align_corners=False)
    large = ((large - 0.35) / 0.3).clamp(0, 1)
    top, left = (height - side) // 2, (width - side) // 2
    padded = F.pad(large, (left, width - side - left, top, height - side - top))
    weight = padded.sum(dim=(1, 2, 3)).clamp(min=1e-6)
    down = torch.arange(height) + 0.5
    across = torch.arange(width) + 0.5
    dy = (height / 2 - (padded.sum(dim=(1, 3)) @ down) / weight).round().long()
    dx = (width / 2 - (padded.sum(dim=(1, 2)) @ across) / weight).round().long()
    rows = (torch.arange(height)[None] - dy[:, None]).clamp(0, height - 1)
    columns = (torch.arange(width)[None] - dx[:, None]).clamp(0, width - 1)
    pick = torch.arange(len(padded))
    moved = padded[pick[:, None, None], 0, rows[:, :, None], columns[:, None, :]]
    return (moved * 255).round().to(torch.uint8)[:, None]


@lru_cache(maxsize=1)
def likes(height: int, width: int) -> Tensor:
    """Return images for a model of drawn figures to keep its answers on, uint8 (M, 1, H, W).

    They are the embedded digits and, where images are as large as MNIST's, digits drawn by rule in
    more ways of writing; the second time they are there at once.
    """
    digits = digit_likes(height, width)
    if (height, width) != (SPEC.height, SPEC.width):
        return digits
    rng = np.random.default_rng(0)
    drawn = [
        as_input(draw(varied(rule(rng), rng), rng.uniform(*PENS)))
        for rule in RULES
        for _ in range(OF_A_RULE)
    ]
    return torch.cat([digits, torch.from_numpy(np.stack(drawn))])


def remember(new: Classifier, old: Classifier, x: Tensor, y: Tensor | None) -> Tensor:
    """Return the loss of images of the past: by their labels, or by the old model's answers."""
    logits = new(x)
    if y is not None:
        return F.cross_entropy(logits, y)
    with torch.no_grad():
        target = torch.softmax(old(x), dim=1)
        target = F.pad(target, (0, logits.shape[1] - target.shape[1]))  # new classes were unknown
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()


class Drawer:
    """Draws random batches, varied at random: the same ones for the same seed."""

    def __init__(
        self,
        x: Tensor,
        y: Tensor | None,
        augmentation: str,
        seed: int,
        model: Classifier,
        ground: Sequence[int] = (0,),
    ) -> None:
        self._x, self._y, self._prepared = x, y, model.prepared
        self._device = next(model.parameters()).device
        self._vary = augmentation_of(augmentation, model.config.world, ground)
        self._generator = torch.Generator().manual_seed(seed)
        if y is not None:  # each class the same share, however few images it has
            counts = torch.bincount(y).clamp(min=1)
            self._weights = 1.0 / counts[y].double()

    @property
    def classes(self) -> int:
        """How many classes there are inputs of."""
        assert self._y is not None
        return len(set(self._y.tolist()))

    def one_of(self, label: int) -> Tensor:
        """Return an input of a class as the model takes it, as it is, (1, …)."""
        assert self._y is not None
        index = (self._y == label).nonzero()[:1, 0]
        return self._prepared(self._x[index]).to(self._device)

    def draw(self, count: int, *, balanced: bool = False) -> tuple[Tensor, Tensor | None]:
        """Return ``count`` inputs as the model takes them, images in 0..1, and their labels."""
        if balanced:
            index = torch.multinomial(self._weights, count, True, generator=self._generator)
        else:
            index = torch.randint(len(self._x), (count,), generator=self._generator)
        images = self._vary(self._prepared(self._x[index]), self._generator)
        return images.to(self._device), None if self._y is None else self._y[index].to(self._device)
