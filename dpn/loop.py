"""From the first batch to the result: what the command line and the background jobs both run.

``run_training`` is a generator: whoever iterates decides the pace, so that Pause is not asking for
the next record and Stop is closing the generator.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save

from dpn.config import ModelConfig, TrainConfig
from dpn.datasets import Dataset, load_dataset
from dpn.devices import available_devices, cpu_count, pick_device, set_threads
from dpn.downloads import Progress
from dpn.errors import ConfigError, DPNError, RunError, TrainingError
from dpn.failures import in_words, told_in_words
from dpn.history import History
from dpn.models import build_model
from dpn.parallel import Group
from dpn.result import result_of
from dpn.runs import ACTIVE, Run, RunConfig, create_run
from dpn.snapshots import kept_milestones, milestones, save_snapshot
from dpn.training import LIVE_VALIDATION_IMAGES, StepRecord, Trainer

#: Largest model; training it takes four times its size, 1.6 GB.
MAX_PARAMETERS = 100_000_000
#: What can end a training for a reason outside of it; all else is a mistake of ours.
_EXPECTED = (DPNError, RuntimeError, MemoryError, OSError)


@dataclass(frozen=True)
class ValidationRecord:
    """One look at the validation images: accuracy 0..1, loss in nats, training seconds so far."""

    step: int
    accuracy: float
    loss: float
    seconds: float


Record = StepRecord | ValidationRecord


def training_data(training: TrainConfig, data_dir: Path, **how: Any) -> Dataset:
    """Return the data set of a training, with its own validation images held out.

    ``how`` is passed on to ``load_dataset``; its errors are raised.
    """
    return load_dataset(
        training.dataset,
        data_dir,
        validation_fraction=training.validation_fraction,
        seed=training.seed,
        **how,
    )


def open_training(
    model: ModelConfig,
    training: TrainConfig,
    data_dir: Path,
    runs_dir: Path,
    progress: Progress | None = None,
    run_id: str | None = None,
    group: Group | None = None,
    owner: str | None = None,
) -> tuple[Trainer, Run]:
    """Load the data, fit the model's input and output to it, and make the run's folder.

    The image shape and number of classes of ``model`` are replaced by the data's. ``progress`` is
    called with (bytes so far, bytes in all) while the data set is downloaded.

    Raises:
        DPNError: a setting, the data, too little memory or the runs folder; nothing is left behind.
    """
    with told_in_words():
        trainer = _new_trainer(model, training, data_dir, progress, group)
    dataset = trainer.dataset
    run = create_run(
        runs_dir,
        trainer.model.config,
        training,
        dataset.class_names,
        dataset.preparation,
        run_id=run_id,
        owner=owner,
    )
    return trainer, run


def _new_trainer(
    model: ModelConfig,
    training: TrainConfig,
    data_dir: Path,
    progress: Progress | None,
    group: Group | None,
) -> Trainer:
    dataset = training_data(training, data_dir, progress=progress)
    channels, height, width = dataset.image_shape
    model = model.replace(
        channels=channels, height=height, width=width, classes=len(dataset.class_names)
    )
    with torch.device("meta"):  # counted without taking the memory
        parameters = sum(weight.numel() for weight in build_model(model).parameters())
    if parameters > MAX_PARAMETERS:
        raise ConfigError(
            f"The model would have {parameters:,} parameters, at most {MAX_PARAMETERS:,} are "
            "accepted. Try fewer states, decisions, encoder_channels or hidden units."
        )
    return Trainer(model, training, dataset, group)


def reopen_training(run: Run, data_dir: Path, group: Group | None = None) -> Trainer:
    """Return a trainer that continues the run from its last checkpoint.

    Raises:
        RunError: the run is finished, under way elsewhere, of a device that is not here, or its
            checkpoint is damaged.
        DataError: its data set is gone.
        TrainingError: there is too little memory.
    """
    if run.origin == "shipped":
        raise RunError(f"Run {run.id!r} is shipped with the project: it is finished.")
    status = run.status()
    if status["state"] == "finished":
        raise RunError(f"Run {run.id!r} is finished: there is nothing left to resume.")
    if status["state"] in ACTIVE and status.get("pid") != os.getpid():
        raise RunError(
            f"Run {run.id!r} is under way in process {status.get('pid')}. Stop it there first."
        )
    config = run.config()
    _check_device(run, config.training.device)
    with told_in_words():
        dataset = training_data(config.training, data_dir)
        check_same_data(run, config, dataset)
        trainer = Trainer(config.model, config.training, dataset, group)
    run.remove_leftovers()
    if (run.path / "checkpoint.safetensors").exists():
        trainer.load_state(run.load_checkpoint())
    run.append({"kind": "resume", "step": trainer.step_count})
    return trainer


def _check_device(run: Run, name: str) -> None:
    """Refuse to go on on another device than the one that was asked for by name.

    Raises:
        RunError: this machine does not have it; it says how to go on all the same.
    """
    try:
        pick_device(name)
    except ConfigError as error:
        raise RunError(
            f"Run {run.id!r} asks for device {name!r}, and this machine has "
            f"{', '.join(available_devices())}. Resume it on a machine that has it, or write "
            '"device": "auto" in its config.json to go on here.'
        ) from error


def check_same_data(run: Run, config: RunConfig, dataset: Dataset) -> None:
    """Refuse data that are not the ones the run was made from.

    Raises:
        RunError: the image shape or the classes differ.
    """
    new = config.lesson["new_classes"] if config.lesson else 0
    known = config.class_names[: len(config.class_names) - new]  # a lesson adds its own at the end
    if dataset.image_shape != config.model.image_shape or dataset.class_names != known:
        raise RunError(
            f"Data set {config.training.dataset!r} has changed since run {run.id!r} was made from "
            "it. Put the old data back, or train a new run."
        )


def run_training(trainer: Trainer, run: Run) -> Generator[Record]:
    """Train to the end; yield each record once it is in the run's metrics.

    The run is checkpointed at the start, so often that at most ``checkpoint_seconds`` of training
    and validating are lost when the process dies (a step or validation that takes longer than the
    one before is lost whole), when the generator is closed, and after the last step, before the
    validation images and, for the only time, the test images are scored. At each of its
    ``milestones`` it is validated, and a snapshot of the weights is kept.

    Raises:
        TrainingError: why it cannot go on; the run holds the last good weights.
    """
    try:
        yield from _train(trainer, run)
    except GeneratorExit:
        try:
            _save(trainer, run, "stopped")
        except _EXPECTED as error:
            raise _fail(trainer, run, error) from error
        raise
    except KeyboardInterrupt:
        # Perhaps in the middle of a step: the last checkpoint is whole, the trainer may not be.
        _note(trainer, run, "stopped")
        raise
    except _EXPECTED as error:
        raise _fail(trainer, run, error) from error
    except Exception:
        _note(trainer, run, "failed", "Training stopped by an unexpected error; see the log.")
        raise


def _train(trainer: Trainer, run: Run) -> Generator[Record]:
    _set_threads(trainer)
    if not trainer.group.alone:
        told = {"model": trainer.model.config.to_dict(), "training": trainer.config.to_dict()}
        trainer.group.tell(told, save(trainer.state()))
    moments = milestones(trainer.total_steps)
    size = sum(value.nbytes for value in trainer.model.state_dict().values())
    kept = kept_milestones(trainer.total_steps, size)
    validated = _last_validation(run)
    saved_at = -math.inf
    step_took = validation_took = 0.0
    while True:
        step = trainer.step_count
        is_moment = step in moments and step > validated
        # By a clock that also runs while the training is paused: it is only saved the sooner.
        ahead = step_took + is_moment * validation_took
        is_due = time.monotonic() + ahead - saved_at > trainer.config.checkpoint_seconds
        if is_due or trainer.done:
            _save(trainer, run, "running")
            saved_at = time.monotonic()
        if is_moment:
            started = time.monotonic()
            scores = trainer.validate(everything=trainer.done)
            if step in kept:  # before it is noted, or a crash between the two would leave it out
                weights = trainer.model.state_dict()
                save_snapshot(run.path, step, weights, scores.first(LIVE_VALIDATION_IMAGES))
            record = ValidationRecord(step, scores.accuracy, scores.loss, trainer.seconds)
            run.append({"kind": "validation", **dataclasses.asdict(record)})
            validated = step
            validation_took = time.monotonic() - started
            yield record
        if trainer.done:
            break
        started = time.monotonic()
        batch = trainer.step()
        run.append({"kind": "step", **dataclasses.asdict(batch)})
        step_took = time.monotonic() - started
        yield batch
    run.set_result(result_of(trainer, run))
    run.set_status("finished", step=trainer.step_count, total_steps=trainer.total_steps)


def assist_training(group: Group, data_dir: Path) -> None:
    """Train along with rank 0, which runs ``run_training``: the part of all other ranks.

    Raises:
        DPNError: the data are not here, the loss is not finite, or another rank is gone.
    """
    told, state = group.tell()
    training = TrainConfig.from_dict(told["training"])
    dataset = training_data(training, data_dir)
    trainer = Trainer(ModelConfig.from_dict(told["model"]), training, dataset, group)
    trainer.load_state(load(state))
    _set_threads(trainer)
    while not trainer.done:
        trainer.step()


def _set_threads(trainer: Trainer) -> None:
    set_threads(trainer.config.threads or max(1, cpu_count() // trainer.group.local))


def _last_validation(run: Run) -> int:
    """Return the step of the last validation in the run's metrics, -1 before the first."""
    steps = History(run.path / "metrics.jsonl").poll().validation["step"]
    return int(steps[-1]) if len(steps) else -1


def _save(trainer: Trainer, run: Run, state: str) -> None:
    tensors = trainer.state()
    if not all(bool(torch.isfinite(value).all()) for value in tensors.values()):
        raise TrainingError(
            f"The weights are no longer finite after step {trainer.step_count}, so training "
            "stopped and kept the last good weights. Try a learning_rate below "
            f"{trainer.config.learning_rate:g}."
        )
    run.save_checkpoint(tensors)
    run.set_status(state, step=trainer.step_count, total_steps=trainer.total_steps)


def _fail(trainer: Trainer, run: Run, error: Exception) -> TrainingError:
    """Note in the run why it failed, and return the error in words for people."""
    words = in_words(error, trainer.batch_size, run.path)
    _note(trainer, run, "failed", str(words))
    return words


def _note(trainer: Trainer, run: Run, state: str, message: str = "") -> None:
    """Write the run's last status; on a full disk the one before stays: interrupted."""
    with contextlib.suppress(OSError):
        run.set_status(state, message, step=trainer.step_count, total_steps=trainer.total_steps)
