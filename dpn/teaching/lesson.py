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

from dpn.data.labels import MAX_CLASSES
from dpn.data.loading import Dataset
from dpn.errors import ConfigError, DPNError, did_you_mean
from dpn.evaluation.evaluate import evaluate
from dpn.models.base import Classifier
from dpn.models.build import model_size
from dpn.models.devices import describe_device, pick_device
from dpn.names import MAX_NAME_LENGTH, is_class_name
from dpn.runs.config import RunConfig
from dpn.runs.files import read_json
from dpn.runs.run import Run
from dpn.runs.start import create_run, new_run_id
from dpn.series.sets import FILE as CHANNELS
from dpn.teaching.fine_tune import Progress, teach, trained_weights
from dpn.teaching.methods import METHODS
from dpn.teaching.rehearsal import Past, likes
from dpn.texts.vocabulary import FILE as VOCABULARY
from dpn.training.opening import check_same_data, training_data
from dpn.training.result import scores_of

REHEARSE_NAMES = ("auto", "data", "none")

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.int32] | npt.NDArray[np.float32]


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


def check_how(method: str, rehearse: str) -> None:
    """Refuse, with a ConfigError, what is no way to teach or to rehearse."""
    asked = {"method": (method, tuple(METHODS)), "rehearse": (rehearse, REHEARSE_NAMES)}
    for what, (said, accepted) in asked.items():
        if said not in accepted:
            hint = did_you_mean(said, accepted)
            raise ConfigError(f"{what} must be one of {', '.join(accepted)}, got {said!r}{hint}")


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
        images: (N, C, H, W) uint8, N >= 1, as the model takes them; of another world than pictures
            as its data sets hold them.
        names: N names; one that the run does not know becomes a new class.
        data_dir: where the run's data set may be, to rehearse and to judge with.
        method: a key of ``dpn.teaching.methods.METHODS``.
        rehearse: "data" (training images; they must be there), "none", or "auto" (training images
            where they are there, else the embedded digits with the model's own answers).
        scored: whether to answer the test images before and after.
        progress: called with (steps so far, steps in all).

    Raises:
        ConfigError: the method, ``rehearse`` or a class name is not accepted.
        DataError: the data set is asked for and not there.
        RunError: the run has no usable weights.
    """
    check_how(method, rehearse)
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
        augmentation=_varied(config),
        ground=config.look.ground if config.look else (0,),
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
            taught.config,
            config.training,
            known,
            config.preparation,
            config.created,
            lesson,
            notes=config.notes,
            look=config.look,
        ),
        model=taught,
        seconds=seconds,
        changed_parameters=trained_weights(model.cpu(), method, len(known)),
        scores=scores,
    )


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
        config.notes,
        config.look,
        beside=_beside(taught.parent, config),
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


def _varied(config: RunConfig) -> str:
    if config.model.world == "series":
        return config.training.augmentation
    if config.model.world != "picture":
        return "none"
    return "flip_crop" if config.preparation == "photo" else "affine"


def _beside(parent: Run, config: RunConfig) -> dict[str, Any]:
    """Return the files that a model of texts or series needs to read them."""
    names = {"text": (VOCABULARY,), "series": (CHANNELS,)}.get(config.model.world, ())
    return {name: read_json(parent.path / name) for name in names}


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
    if config.preparation == "photo" or config.model.world != "picture":
        return None
    images = likes(config.model.height, config.model.width)
    if config.preparation == "dark_ink":
        images = 255 - images
    return Past(images.expand(-1, config.model.channels, -1, -1))
