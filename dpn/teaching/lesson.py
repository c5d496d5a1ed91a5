"""A lesson held on a run: what it is taught with, what it became, and a run to keep it in."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from dpn.data.catalogue import Dataset
from dpn.data.names import MAX_NAME_LENGTH, is_class_name
from dpn.data.npz import MAX_CLASSES
from dpn.errors import ConfigError, DPNError, did_you_mean
from dpn.evaluation.evaluate import evaluate, predict_logits
from dpn.models.devices import describe_device, pick_device
from dpn.models.models import Classifier, model_size
from dpn.runs.config import RunConfig
from dpn.runs.run import Run, create_run, new_run_id
from dpn.teaching.fine_tune import Past, Progress, digit_likes, folds, teach, trained_weights
from dpn.training.opening import check_same_data, training_data
from dpn.training.result import scores_of

REHEARSE_NAMES = ("auto", "data", "none")
#: Parts a lesson is cut into to judge it on images that it did not teach.
FOLDS = 3

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Taught:
    """What a lesson made of a run's model.

    Attributes:
        parent: the run that was taught.
        config: the new run's: model, classes and lesson.
        model: the new model, on the CPU, in eval mode.
        seconds: what the teaching took.
        changed_parameters: numbers that the method changes.
        scores: what result.json says of the test images; empty where there are none.
    """

    parent: Run
    config: RunConfig
    model: Classifier
    seconds: float
    changed_parameters: int
    scores: dict[str, Any]


def hold_lesson(
    run: Run,
    images: Pixels,
    names: Sequence[str],
    data_dir: Path,
    *,
    method: str = "full",
    rehearse: str = "auto",
    scored: bool = True,
    progress: Progress | None = None,
) -> Taught:
    """Teach a run's model images with the names of their classes; the run stays as it is.

    Args:
        run: which model.
        images: (N, C, H, W) uint8, N >= 1, as the model takes them.
        names: N names; one that the run does not know becomes a new class.
        data_dir: where the run's data set may be, to rehearse and to judge with.
        method: a key of ``dpn.teaching.fine_tune.METHODS``.
        rehearse: "data" (training images; they must be there), "none", or "auto" (training images
            where they are there, else the embedded digits with the model's own answers).
        scored: whether to answer the test images before and after.
        progress: called with (steps so far, steps in all).

    Raises:
        ConfigError: the method, ``rehearse`` or a class name is not accepted.
        DataError: the data set is asked for and not there.
        RunError: the run has no usable weights.
    """
    if rehearse not in REHEARSE_NAMES:
        hint = did_you_mean(rehearse, REHEARSE_NAMES)
        raise ConfigError(
            f"rehearse must be one of {', '.join(REHEARSE_NAMES)}, got {rehearse!r}{hint}"
        )
    config, model = run.config(), run.load_model()
    known = known_names(config, names)
    labels = torch.tensor([known.index(name) for name in names])
    data = _data(run, config, data_dir, needed=rehearse == "data")
    past = None if rehearse == "none" else _past(data, config)
    device = pick_device()
    started = time.perf_counter()
    taught = teach(
        model.to(device),
        torch.from_numpy(np.array(images, order="C")),
        labels,
        past,
        method,
        classes=len(known),
        augmentation="flip_crop" if config.preparation == "photo" else "affine",
        seed=config.training.seed,
        progress=progress,
    ).cpu()
    seconds = time.perf_counter() - started
    scores, before = {}, None
    if data and scored:
        before = evaluate(model, data.x_test, data.y_test).accuracy
        scores = scores_of(evaluate(taught, data.x_test, data.y_test))
    lesson = {
        "parent": run.id,
        "method": method,
        "rehearse": rehearse,
        "images": len(images),
        "new_classes": len(known) - len(config.class_names) + _new_before(config),
        "accuracy_before": before,
        "accuracy_after": scores.get("test_accuracy"),
    }
    return Taught(
        parent=run,
        config=RunConfig(
            taught.config, config.training, known, config.preparation, config.created, lesson
        ),
        model=taught,
        seconds=seconds,
        changed_parameters=trained_weights(model.cpu(), method, len(known)),
        scores=scores,
    )


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


def keep_lesson(taught: Taught, runs_dir: Path, owner: str | None = None) -> Run:
    """Make a run of a taught model, with its parent's id, that belongs to ``owner``.

    Raises:
        RunError: the runs folder cannot be written.
    """
    config = taught.config
    run = create_run(
        runs_dir,
        config.model,
        config.training,
        config.class_names,
        config.preparation,
        new_run_id(config.model, config.training),
        config.lesson,
        owner,
    )
    parameters, multiply_adds = model_size(config.model)
    run.save_weights(taught.model.state_dict())
    if taught.scores:
        run.set_result(
            {
                "run": run.id,
                "dataset": config.training.dataset,
                "model": config.model.model,
                "parameters": parameters,
                "multiply_adds": multiply_adds,
                "train_seconds": taught.seconds,
                "device": describe_device(pick_device()),
                **taught.scores,
            }
        )
    run.set_status("finished", step=0, total_steps=0)
    return run


def known_names(config: RunConfig, names: Sequence[str]) -> tuple[str, ...]:
    """Return the run's class names and, in the order they come, those that are new.

    Raises:
        ConfigError: a new name is empty, too long or not printable, or there are too many.
    """
    new = [name for name in dict.fromkeys(names) if name not in config.class_names]
    for name in new:
        if not is_class_name(name):
            raise ConfigError(
                f"A class name must be 1 to {MAX_NAME_LENGTH} printable characters, "
                f"got {name[:80]!r}. Choose another one."
            )
    if len(config.class_names) + len(new) > MAX_CLASSES:
        raise ConfigError(f"At most {MAX_CLASSES} classes are accepted.")
    return (*config.class_names, *new)


def _new_before(config: RunConfig) -> int:
    return int(config.lesson["new_classes"]) if config.lesson else 0


def _data(run: Run, config: RunConfig, data_dir: Path, *, needed: bool) -> Dataset | None:
    """Return the run's data set if it is here, and unchanged."""
    try:
        data = training_data(config.training, data_dir, download=False)
        check_same_data(run, config, data)
    except DPNError:
        if needed:
            raise
        return None
    return data


def _past(data: Dataset | None, config: RunConfig) -> Past | None:
    if data and not _new_before(config):
        return Past(data.x_train, data.y_train)
    if data:  # classes of earlier lessons have no images here: the model's own answers keep them
        return Past(data.x_train)
    if config.preparation == "photo":
        return None
    images = digit_likes(config.model.height, config.model.width)
    return Past(images.expand(-1, config.model.channels, -1, -1))


def _share(progress: Progress | None, index: int, count: int) -> Progress | None:
    """Return a progress of one of ``count`` parts as progress of them all."""
    if progress is None:
        return None
    return lambda done, total: progress(index * total + done, count * total)
