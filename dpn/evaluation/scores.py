"""How good a model's answers are, computed from its probabilities; arrays alone, without torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn.language import percent, t

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]

#: Bins of equal width in a calibration plot, as in Guo et al., 2017.
BINS = 15


@dataclass(frozen=True)
class Calibration:
    """Whether answers that are 80% sure are right 80% of the time.

    Attributes:
        edges: (bins + 1,) of the confidence, from 0 to 1.
        counts: (bins,) answers whose confidence lies in the bin.
        confidence: (bins,) their mean confidence; NaN where there are none.
        accuracy: (bins,) the share of them that is right; NaN where there are none.
        error: the expected calibration error, 0..1.
    """

    edges: Floats
    counts: Ints
    confidence: Floats
    accuracy: Floats
    error: float


def confusion_matrix(labels: Ints, answers: Ints, classes: int) -> Ints:
    """Return counts (K, K); row: the true class, column: the answer."""
    counts = np.bincount(labels * classes + answers, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64, copy=False)


def calibration(probabilities: Floats, labels: Ints, bins: int = BINS) -> Calibration:
    """Compare how sure the answers are, (N, K), with how often they are right; N >= 1.

    ECE = Σ_b (N_b / N) · |accuracy_b − confidence_b| over bins of equal width of the highest
    probability (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    # A bin holds its upper edge and not its lower one, as in the paper.
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    sure = np.bincount(place, confidence, minlength=bins)
    hits = np.bincount(place, right.astype(np.float64), minlength=bins)
    error = float(np.abs(hits - sure).sum() / len(labels))
    empty = np.where(counts > 0, counts, np.nan)
    return Calibration(np.linspace(0, 1, bins + 1), counts, sure / empty, hits / empty, error)


def fit_temperature(logits: Floats, labels: Ints) -> float:
    """Return the T, 0.2 to 5, for which softmax(logits / T), (N, K), has the least cross-entropy.

    One number for all classes changes no answer, only how sure they are (Guo et al., 2017).
    """
    scores = logits.astype(np.float64)
    scores -= scores.max(axis=1, keepdims=True)
    right = scores[np.arange(len(labels)), labels]

    def loss(temperature: float) -> float:
        total = np.log(np.exp(scores / temperature).sum(axis=1))
        return float((total - right / temperature).mean())

    tried: list[float] = np.geomspace(0.2, 5, 323).tolist()  # steps of 1%
    return min(tried, key=loss)


def least_loss(classes: int, smoothing: float) -> float:
    """Return the least cross-entropy, in nats, with a share of the target spread over all classes.

    It is the entropy of the target: 1 − s + s/K for the right one of K classes, s/K for the others.
    """
    other = smoothing / classes
    right = 1 - smoothing + other
    rest = (classes - 1) * other * math.log(other) if other else 0.0
    return -right * math.log(right) - rest


#: From so many images on an accuracy is told without saying of how many: chance moves it by less
#: than a percentage point (two standard errors at 90%: 0.8).
MANY = 5_000


def accuracy_words(share: float, count: int, digits: int = 1) -> str:
    """Return an accuracy (0..1) of so many images for people: "99.4%", or "98.1% of 360".

    With few images it has one digit, whatever ``digits`` asks for. What is not all right never
    reads as if it were.
    """
    return of_few(share_words(share, count, digits), count)


def share_words(share: float, count: int, digits: int) -> str:
    """Return the first half of ``accuracy_words``, without how many images there were."""
    digits = digits if count >= MANY else 1
    return "100%" if share == 1 else percent(share, digits)


def of_few(words: str, count: int) -> str:
    """Add to the words of a share of how many images it is, where they are few."""
    return words if count >= MANY else t("{share} of {count:,}", share=words, count=count)


def ranked_cell(
    probabilities: Floats, labels: Ints, truth: int | None, answer: int | None
) -> npt.NDArray[np.intp]:
    """Return the images of one cell of the confusion matrix, worst first.

    None for ``truth`` or ``answer`` takes every class. Mistakes come first, those with the highest
    probability of the wrong class before others, and then right answers, the most doubtful first.
    """
    answers, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    inside = np.ones(len(labels), dtype=bool)
    if truth is not None:
        inside &= labels == truth
    if answer is not None:
        inside &= answers == answer
    index = np.flatnonzero(inside)
    is_wrong = answers[index] != labels[index]
    badness = np.where(is_wrong, 1 + sure[index], -sure[index])
    return index[np.argsort(-badness, kind="stable")]
