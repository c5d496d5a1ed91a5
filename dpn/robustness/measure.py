"""How right a model is on test images under every kind and strength of change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import Tensor

from dpn.evaluation.evaluate import predict_logits
from dpn.models.base import Classifier
from dpn.robustness.changes import STRENGTHS, changed, usual

Progress = tuple[int, int]


@dataclass(frozen=True)
class Robustness:
    """What N test images are answered under R kinds of change in five strengths.

    Attributes:
        clean: share of right answers on the images as they are.
        kinds: names, in ``KINDS``' order.
        accuracy: (R, 5) shares of right answers, weakest first.
        by_class: (K,) mean share of right answers of each class over all changes; NaN for a class
            without images.
        clean_by_class: (K,) likewise on the images as they are.
        images: N.
    """

    clean: float
    kinds: tuple[str, ...]
    accuracy: npt.NDArray[np.float64]
    by_class: npt.NDArray[np.float64]
    clean_by_class: npt.NDArray[np.float64]
    images: int

    @property
    def mean(self) -> float:
        """Mean share of right answers over all kinds and strengths."""
        return float(self.accuracy.mean())

    def first_to_fall(self, count: int = 3) -> list[int]:
        """Return the classes that lose most, the worst first; one that loses nothing is none."""
        lost = np.nan_to_num(self.clean_by_class - self.by_class)
        worst = np.argsort(-lost, kind="stable")[:count]
        return [int(k) for k in worst if lost[k] > 0]


def robustness(
    model: Classifier,
    images: Tensor,
    labels: Tensor,
    kinds: tuple[str, ...] | None = None,
    seed: int = 0,
) -> Robustness:
    """Measure all at once; see ``measuring``."""
    *_, last = measuring(model, images, labels, kinds, seed)
    assert isinstance(last, Robustness)
    return last


def measuring(
    model: Classifier,
    images: Tensor,
    labels: Tensor,
    kinds: tuple[str, ...] | None = None,
    seed: int = 0,
) -> Iterator[Progress | Robustness]:
    """Yield (done, of) after each change, and at last the ``Robustness``.

    Args:
        model: on any device; not changed.
        images: test images (N, C, H, W) uint8 on the CPU, N >= 1, as the model takes them: what
            prepares a drawing is not between the change and the model.
        labels: (N,).
        kinds: names of ``KINDS``; None for the usual ones of grey or colour images.
        seed: of the changes.

    Raises:
        ConfigError: there is no such kind.
    """
    chosen = kinds or usual(images.shape[1])
    truth = labels.numpy()
    clean = predict_logits(model, images).argmax(dim=1).numpy() == truth
    accuracy, right = np.empty((len(chosen), STRENGTHS)), np.zeros(len(truth))
    for row, kind in enumerate(chosen):
        for strength in range(1, STRENGTHS + 1):
            made = changed(images, kind, strength, seed)
            is_right = predict_logits(model, made).argmax(dim=1).numpy() == truth
            accuracy[row, strength - 1] = is_right.mean()
            right += is_right
            yield row * STRENGTHS + strength, len(chosen) * STRENGTHS
    counts = np.bincount(truth, minlength=model.config.classes)
    by_class, clean_by_class = (
        np.divide(
            np.bincount(truth, weights=share, minlength=len(counts)),
            counts,
            out=np.full(len(counts), np.nan),
            where=counts > 0,
        )
        for share in (right / accuracy.size, clean)
    )
    yield Robustness(
        float(clean.mean()), tuple(chosen), accuracy, by_class, clean_by_class, len(truth)
    )
