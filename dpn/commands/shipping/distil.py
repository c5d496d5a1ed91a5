"""Learning from other models' answers, and averaging the weights of many steps."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.base import Classifier
from dpn.models.devices import autocast, takes_bfloat16

Record = TypeVar("Record")


class Teacher:
    """Mixes the loss by the labels with the distance to what other models answer.

    All see the same changed images (L. Beyer et al., "Knowledge distillation: a good teacher is
    patient and consistent", CVPR 2022), and the distance is the Kullback-Leibler divergence from
    the teachers' probabilities to the pupil's (G. Hinton et al., "Distilling the knowledge in a
    neural network", 2015, at temperature 1). Of several teachers it is the geometric mean that
    counts, as softmax of the mean of their log-probabilities.

    Args:
        models: the teachers, at least one, of the pupil's classes; they are not changed. One that
            is among them twice counts twice.
        share: of the divergence, 0..1; the labels have the rest.
        device: that the pupil is trained on.
    """

    def __init__(self, models: Sequence[Classifier], share: float, device: torch.device) -> None:
        self._models = {model.to(device).eval(): models.count(model) for model in models}
        self._share, self._device = share, device
        self._bfloat16 = takes_bfloat16("auto", models[0], device, 1.0)

    def __call__(self, loss: Tensor, logits: Tensor, images: Tensor) -> Tensor:
        """Return the loss of a batch from that of its labels, its logits (B, K) and its images."""
        with torch.no_grad(), autocast(self._device, bfloat16=self._bfloat16):
            answers = [
                F.log_softmax(model(images).float(), dim=1) * count
                for model, count in self._models.items()
            ]
        mean = torch.stack(answers).sum(dim=0) / sum(self._models.values())
        told, said = F.log_softmax(mean, dim=1), F.log_softmax(logits, dim=1)
        away = F.kl_div(said, told, reduction="batchmean", log_target=True)
        return (1 - self._share) * loss + self._share * away


class Average:
    """An average of a model's weights over the steps of a training, of which the last count most.

    At the beginning it looks back over as many steps as there were (as in B. Polyak, A. Juditsky,
    "Acceleration of stochastic approximation by averaging", 1992), and later over 1/(1 − kept).

    Args:
        model: as it is before the first step.
        kept: share of the average that stays at each step, below 1.
    """

    def __init__(self, model: nn.Module, kept: float) -> None:
        self.state = {name: value.clone() for name, value in model.state_dict().items()}
        self._model, self._kept, self._steps = model, kept, 0

    @torch.no_grad()
    def take(self) -> None:
        """Take in the weights as they are now; what is no weight is taken over as it is.

        That may come and go, as the size of images that grow does.
        """
        self._steps += 1
        kept = min(self._kept, self._steps / (self._steps + 9))
        self.state = {
            name: self.state[name].lerp_(value, 1 - kept)
            if value.is_floating_point()
            else value.clone()
            for name, value in self._model.state_dict().items()
        }

    def after(self, records: Iterable[Record], kind: type) -> Generator[Record]:
        """Yield records, and take in the weights after each of a kind."""
        for record in records:
            if isinstance(record, kind):
                self.take()
            yield record


def between(before: dict[str, Tensor], after: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Return the weights that lie at this share of the way from one state to another.

    What was trained on changed pictures stays right under changes there, and is as right without
    them as before (M. Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
    """
    return {
        name: before[name].lerp(value, share) if value.is_floating_point() else value
        for name, value in after.items()
    }
