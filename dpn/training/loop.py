"""From the first batch to the result: what the command line and the background jobs both run.

``run_training`` is a generator: whoever iterates decides the pace, so that Pause is not asking for
the next record and Stop is closing the generator.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import math
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load, save

from dpn.doubt.kept import save_doubt
from dpn.errors import DPNError, TrainingError
from dpn.evaluation.plans import plans_on_unseen
from dpn.models.config import ModelConfig
from dpn.models.devices import keep_memory, set_threads, thread_count
from dpn.models.train_config import TrainConfig
from dpn.runs.history import History
from dpn.runs.run import Run
from dpn.runs.snapshots import kept_milestones, milestones, save_snapshot
from dpn.sampling.spread import spread
from dpn.training.doubting import doubt_of
from dpn.training.failures import diverged, in_words, is_want_of_memory
from dpn.training.opening import training_data
from dpn.training.parallel import Group
from dpn.training.result import result_of
from dpn.training.trainer import LIVE_VALIDATION_IMAGES, StepRecord, Trainer

log = logging.getLogger(__name__)

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
    _prepare_process(trainer)
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
            if not math.isfinite(scores.loss):
                raise diverged(scores.loss, step, trainer.config.learning_rate)
            if step in kept:  # before it is noted, or a crash between the two would leave it out
                weights = trainer.model.state_dict()
                live = spread(len(scores.labels), LIVE_VALIDATION_IMAGES)
                save_snapshot(run.path, step, weights, scores.confusion_of(live))
            record = ValidationRecord(step, scores.accuracy, scores.loss, trainer.seconds)
            run.append({"kind": "validation", **dataclasses.asdict(record)})
            if trainer.dataset.world == "maze":
                plans = plans_on_unseen(trainer.model)
                run.append({"kind": "plans", "step": step, "plans": plans})
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
    _keep_doubt(trainer, run)
    run.set_result(result_of(trainer, run))
    run.set_status("finished", step=trainer.step_count, total_steps=trainer.total_steps)


def _keep_doubt(trainer: Trainer, run: Run) -> None:
    """Save what doubts the finished model; what there is no memory for is no reason to fail."""
    try:
        doubt = doubt_of(trainer.model, trainer.dataset, trainer.config.seed)
    except (MemoryError, RuntimeError) as error:
        if not is_want_of_memory(error):
            raise
        log.warning("Run %s cannot tell what is none of its classes: too little memory.", run.id)
        return
    if doubt:
        save_doubt(run, doubt)


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
    _prepare_process(trainer)
    while not trainer.done:
        trainer.step()


def _prepare_process(trainer: Trainer) -> None:
    keep_memory()
    set_threads(trainer.config.threads or thread_count(trainer.group.local))


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
