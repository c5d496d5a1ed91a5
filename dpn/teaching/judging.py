"""How well a lesson went: each of its pictures judged by a model that was taught the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from dpn.evaluation.evaluate import predict_logits
from dpn.models.base import Classifier
from dpn.runs.run import Run
from dpn.teaching.fine_tune import Progress, folds
from dpn.teaching.lesson import Pixels, hold_lesson, known_names

#: Parts a lesson is cut into to judge it on images that it did not teach.
FOLDS = 3


def judge_lesson(
    run: Run,
    images: Pixels,
    names: Sequence[str],
    data_dir: Path,
    *,
    method: str = "full",
    rehearse: str = "auto",
    progress: Progress | None = None,
) -> tuple[float, float] | None:
    """Return the accuracy on a lesson's images, before and after, each taught without it.

    The lesson is cut into parts, every class spread over all of them; each part is answered by the
    model as it was, and by one taught the others (cross-validation). An image that is the only one
    of a new class cannot be known and counts as wrong. None for fewer than two images.

    Raises:
        DPNError: as ``hold_lesson``.
    """
    if len(images) < 2:
        return None
    config, model = run.config(), run.load_model()
    known = known_names(config, names)
    labels = np.array([known.index(name) for name in names])
    right = np.array(names, dtype=object)
    count = min(FOLDS, len(images))
    part = folds(labels, count)
    before = np.array(answers_of(model, config.class_names, images))
    after = before.astype(object)
    for index in range(count):
        rest = part != index
        taught = hold_lesson(
            run,
            images[rest],
            [name for name, kept in zip(names, rest, strict=True) if kept],
            data_dir,
            method=method,
            rehearse=rehearse,
            scored=False,
            progress=_share(progress, index, count),
        )
        after[~rest] = answers_of(taught.model, taught.config.class_names, images[~rest])
    return float((before == right).mean()), float((after == right).mean())


def answers_of(model: Classifier, names: Sequence[str], images: Pixels) -> list[str]:
    """Return the model's answer about each image (N, C, H, W), by name."""
    logits = predict_logits(model, torch.from_numpy(np.array(images, order="C")))
    return [names[answer] for answer in logits.argmax(dim=1).tolist()]


def _share(progress: Progress | None, index: int, count: int) -> Progress | None:
    """Return a progress of one of ``count`` parts as progress of them all."""
    if progress is None:
        return None
    return lambda done, total: progress(index * total + done, count * total)
