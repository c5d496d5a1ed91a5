"""How far the nearest change of the answer is, exactly, as long as a model stays linear.

With the hard maximum a network of ours is piecewise linear: as long as an image is moved so little
that every maximum (of the recursion, and of an encoder's ReLUs and poolings) is won by the same
argument, each score is a linear function of the pixels, z_k(x + d) = z_k(x) + g_k . d. There the
nearest point where class k draws level with the answer a is at a distance of

    (z_a - z_k) / ||g_a - g_k||_*     (the dual norm: L1 for the largest pixel, L2 for the length),

as in DeepFool (S. Moosavi-Dezfooli, A. Fawzi, P. Frossard, CVPR 2016); here also under the
condition that pixels stay within 0..1, which makes it longer. Within the piece no image is nearer
and answered otherwise: that is exact. Beyond the piece's border it says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from dpn.models.base import Classifier
from dpn.models.config import ModelConfig

#: Halvings when a piece's border, or the size of a change, is sought.
HALVINGS = 40
#: Of the largest slope: two slopes that differ less are the same but for rounding.
SAME = 1e-4


@dataclass(frozen=True)
class InPiece:
    """The nearest change of the answer by the linear function that a model is around an image.

    Attributes:
        distance: its size in the norm, pixels 0..1; infinite where no picture within 0..1 gets
            there.
        other: the class that draws level first; the answer itself where none does.
        reach: which share of the way to it the model stays linear: 1 means that the distance is
            truly that of the nearest change in this piece, below it that the piece ends before.
    """

    distance: float
    other: int
    reach: float


def is_piecewise_linear(config: ModelConfig) -> bool:
    """Return whether the scores of such a model are piecewise linear in the pixels."""
    return config.world == "picture" and (config.model == "mlp" or config.operator == "hard")


def nearest_in_piece(model: Classifier, x: Tensor, norm: str) -> InPiece:
    """Return the nearest change of the answer to an image (1, C, H, W) in 0..1 in its linear piece.

    Args:
        model: one that ``is_piecewise_linear``, in eval mode, on the image's device.
        x: the image.
        norm: "linf" or "l2".
    """
    logits, slopes = _linear(model, x)
    answer = int(logits.argmax())
    best = InPiece(math.inf, answer, 1.0)
    way: Tensor | None = None
    for other in range(len(logits)):
        if other == answer:
            continue
        change = nearest_change(
            x[0], slopes[other] - slopes[answer], float(logits[answer] - logits[other]), norm
        )
        if change is not None:
            size = float(change.flatten().norm(math.inf if norm == "linf" else 2))
            if size < best.distance:
                best, way = InPiece(size, other, 1.0), change
    if way is None:
        return best
    return InPiece(best.distance, best.other, _reach(model, x, way, slopes))


def nearest_change(x: Tensor, slope: Tensor, gap: float, norm: str) -> Tensor | None:
    """Return the smallest d with slope . d = gap and x + d within 0..1; None where there is none.

    Each pixel moves along its slope: for "linf" all equally far, for "l2" as far as the slope is
    steep, until it is black or white.
    """
    room = torch.where(slope > 0, 1 - x, x) * (slope != 0)
    steep = (slope != 0).to(x.dtype) if norm == "linf" else slope.abs()

    def moved(times: float) -> Tensor:
        return torch.minimum(times * steep, room) * slope.sign()

    def gained(change: Tensor) -> float:
        return float((slope.double() * change.double()).sum())

    low, high = 0.0, 1.0
    while gained(moved(high)) < gap:
        low, high = high, 2 * high
        if high > 2**60 or bool((moved(low).abs() >= room).all()):
            return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if gained(moved(middle)) < gap else (low, middle)
    return moved(high)


def _reach(model: Classifier, x: Tensor, way: Tensor, slopes: Tensor) -> float:
    """Return for which share of a way all slopes stay the same: a piece is convex."""
    least = SAME * float(slopes.abs().max())

    def is_same(share: float) -> bool:
        return bool((_linear(model, x + share * way)[1] - slopes).abs().max() <= least)

    if is_same(1 - 1e-4):  # at its end another class draws level; the piece may end there too
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if is_same(middle) else (low, middle)
    return low


def _linear(model: Classifier, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the scores (K,) of one image and their slopes (K, C, H, W) in its pixels."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        logits = model(x)[0]
        rows = [
            torch.autograd.grad(logits[k], x, retain_graph=True)[0][0] for k in range(len(logits))
        ]
    return logits.detach(), torch.stack(rows)
