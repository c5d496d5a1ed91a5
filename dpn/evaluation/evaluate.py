"""What a model answers on many images, and how good the answers are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.evaluation.next_items import band_of, placed
from dpn.evaluation.plans import outcomes
from dpn.evaluation.scores import confusion_matrix
from dpn.items.examples import BANDS
from dpn.mazes.sets import OUTCOMES, SHORTEST
from dpn.models.base import Classifier

#: Images per forward pass: large enough to be fast, small enough for any machine.
BATCH = 500


@dataclass(frozen=True)
class Evaluation:
    """The answers on one set of N images with K classes.

    Attributes:
        accuracy: share of right answers, 0..1.
        loss: mean cross-entropy in nats.
        confusion: (K, K) int64, counts; row: the true class, column: the answer.
        probabilities: (N, K) float32.
        labels: (N,) int64, the true classes.
        places: of lists (N,) int64, from 1 on: where the right item stands among all of them. The
            "classes" are then ``dpn.items.examples.BANDS``, of which the first is right.
    """

    accuracy: float
    loss: float
    confusion: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64] | None = None

    def confusion_of(self, some: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the confusion matrix of images (M,), by their indices, alone."""
        answers = self.probabilities[some].argmax(axis=1)
        return confusion_matrix(self.labels[some], answers, len(self.confusion))

    def worst_mistakes(self, count: int = 24) -> list[int]:
        """Return indices of wrong answers, the most confidently wrong first."""
        answers = self.probabilities.argmax(axis=1)
        confidence = self.probabilities.max(axis=1)
        wrong = np.flatnonzero(answers != self.labels)
        return [int(i) for i in wrong[np.argsort(-confidence[wrong], kind="stable")][:count]]


def predict_logits(
    model: Classifier,
    images: Tensor,
    *,
    operator: str | None = None,
    temperature: float | None = None,
) -> Tensor:
    """Return logits (N, K) on the CPU for uint8 images (N, C, H, W) on any device.

    The model is put in eval mode for the duration and left as it was.

    Args:
        model: on any device.
        images: N >= 1.
        operator: another max^Ω than in training, which "mlp" has none of.
        temperature: likewise, its tau.

    Raises:
        ConfigError: there is no such operator or temperature.
    """
    changes = {"operator": operator, "temperature": temperature}
    trained = model.config
    model.config = trained.replace(**{k: v for k, v in changes.items() if v is not None})
    try:
        return _in_batches(model, model, images)
    finally:
        model.config = trained


def between(model: Classifier, images: Tensor) -> tuple[Tensor, Tensor]:
    """Return what a model makes of pictures on the way to their logits, in one pass, on the CPU.

    What the recursion reads of each place (N, C, h, w), pixels or the map of an encoder, and what
    the last layer reads (N, S), for uint8 images (N, C, H, W) on any device, N >= 1.
    """
    shape: list[torch.Size] = []

    def ask(batch: Tensor) -> Tensor:
        features = model.feature_map(batch)
        shape[:] = [features.shape[1:]]
        return torch.cat([features.flatten(1), model.summary_of(features)], dim=1)

    both, size = _in_batches(model, ask, images), shape[0].numel()
    return both[:, :size].reshape(-1, *shape[0]), both[:, size:]


def ask_whole(model: Classifier, images: Tensor) -> tuple[Tensor, Tensor]:
    """Return what the model's last layer reads (N, F), and the logits (N, K), in one pass.

    On the CPU, for uint8 images (N, C, H, W) on any device, N >= 1.
    """

    def ask(batch: Tensor) -> Tensor:
        summary = model.summary(batch)
        return torch.cat([summary, model.read(summary)], dim=1)

    both = _in_batches(model, ask, images)
    classes = model.config.classes
    return both[:, :-classes], both[:, -classes:]


@torch.no_grad()
def _in_batches(model: Classifier, ask: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    try:
        outputs = [
            ask(model.prepared(batch.to(device))).float() for batch in torch.split(images, BATCH)
        ]
    finally:
        model.train(was_training)
    return torch.cat(outputs).cpu()


def evaluate(model: Classifier, images: Tensor, labels: Tensor) -> Evaluation:
    """Score the model on uint8 images (N, C, H, W) and labels (N,), N >= 1."""
    if model.config.world == "maze":
        return _score_plans(model, images, labels)
    if model.config.world == "list":
        return score_places(list(placed(model, images, labels)))
    return score_logits(predict_logits(model, images), labels.cpu())


def _score_plans(model: Classifier, x: Tensor, y: Tensor) -> Evaluation:
    """Score a planner's plans: the right answer is always a shortest way."""
    found, loss = outcomes(model, x, y)
    labels = torch.full_like(found, SHORTEST)
    return Evaluation(
        accuracy=(found == labels).float().mean().item(),
        loss=loss,
        confusion=confusion_matrix(labels.numpy(), found.numpy(), len(OUTCOMES)),
        probabilities=F.one_hot(found, len(OUTCOMES)).float().numpy(),
        labels=labels.numpy(),
    )


def score_places(found: list[Tensor]) -> Evaluation:
    """Score what ``placed`` yields, N >= 1 lists in all."""
    both = torch.cat(found)
    places = both[:, 0].long().numpy()
    bands, labels = band_of(places), np.zeros(len(places), np.int64)
    return Evaluation(
        accuracy=float((places == 1).mean()),
        loss=both[:, 1].mean().item(),
        confusion=confusion_matrix(labels, bands, len(BANDS)),
        probabilities=np.eye(len(BANDS), dtype=np.float32)[bands],
        labels=labels,
        places=places,
    )


def score_logits(logits: Tensor, labels: Tensor) -> Evaluation:
    """Score logits (N, K) against labels (N,), both on the CPU, N >= 1."""
    answers = logits.argmax(dim=1)
    return Evaluation(
        accuracy=(answers == labels).float().mean().item(),
        loss=F.cross_entropy(logits, labels).item(),
        confusion=confusion_matrix(labels.numpy(), answers.numpy(), logits.shape[1]),
        probabilities=torch.softmax(logits, dim=1).numpy(),
        labels=labels.numpy(),
    )
