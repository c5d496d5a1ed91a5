"""What goes wrong in a training is a sentence, and leaves what was there usable."""

import contextlib
import shutil
import time

import pytest
import torch

from dpn.errors import TrainingError
from dpn.runs.run import Run
from dpn.training.loop import run_training
from dpn.training.opening import reopen_training
from dpn.training.trainer import StepRecord, Trainer
from tests.training.loop.reading import final_weights, full, state_of, take


@pytest.mark.parametrize("name", ["dpn", "residual", "mlp"])
def test_a_loss_that_explodes_leaves_usable_weights(opened, name):
    trainer, run = opened(
        name, optimizer="sgd", learning_rate=100, schedule="constant", steps=300,
        checkpoint_seconds=0,
    )  # fmt: skip
    with pytest.raises(TrainingError) as caught:
        list(run_training(trainer, run))
    message = str(caught.value)
    assert "no longer finite" in message or "The loss became" in message
    assert "kept the last good weights" in message
    assert "Try a learning_rate below 100" in message
    assert run.status()["message"] == message
    assert state_of(run) == "failed"
    assert all(torch.isfinite(value).all() for value in final_weights(run).values())
    assert all(torch.isfinite(value).all() for value in run.load_checkpoint().values())


def test_weights_gone_bad_are_not_kept_when_stopped(opened):
    trainer, run = opened()
    records = run_training(trainer, run)
    take(records, 2)
    with torch.no_grad():
        next(trainer.model.parameters()).fill_(torch.nan)
    with pytest.raises(TrainingError, match="no longer finite"):
        records.close()
    assert state_of(run) == "failed"
    assert all(torch.isfinite(value).all() for value in final_weights(run).values())


@pytest.mark.parametrize("at", ["the start", "a step", "a checkpoint", "stopping", "the end"])
def test_a_full_disk_is_said_in_a_sentence(opened, data, monkeypatch, at):
    trainer, run = opened(checkpoint_seconds=0)
    records = run_training(trainer, run)
    if at != "the start":
        take(records, 2)
    name = {"a step": "append", "the end": "set_result"}.get(at, "save_checkpoint")
    with monkeypatch.context() as patch:
        patch.setattr(Run, name, full)
        with pytest.raises(TrainingError, match=r"cannot be written .*No space left.*resume"):
            records.close() if at == "stopping" else list(records)
    assert state_of(run) == "failed"
    assert "No space left" in run.status()["message"]
    list(run_training(reopen_training(run, data), run))
    assert state_of(run) == "finished"


def test_a_run_that_is_removed_while_it_trains_is_not_said_to_go_on(opened):
    trainer, run = opened()
    records = run_training(trainer, run)
    take(records, 2)
    shutil.rmtree(run.path)
    with pytest.raises(TrainingError, match=r"is gone: it was removed .* Train again\.$"):
        list(records)
    assert not run.path.exists()


def test_a_disk_so_full_that_not_even_the_failure_can_be_noted(opened, monkeypatch):
    trainer, run = opened()
    records = run_training(trainer, run)
    take(records, 2)
    monkeypatch.setattr(Run, "append", full)
    monkeypatch.setattr(Run, "set_status", full)
    with pytest.raises(TrainingError, match="No space left"):
        list(records)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_too_little_memory_suggests_smaller_batches(opened, monkeypatch, error):
    trainer, run = opened()
    monkeypatch.setattr(Trainer, "step", raising(error))
    with pytest.raises(TrainingError, match=r"memory for batches of 10. Try a batch_size of 2"):
        list(run_training(trainer, run))
    assert state_of(run) == "failed"


def test_what_torch_says_is_passed_on_in_one_line(opened, monkeypatch):
    trainer, run = opened()
    monkeypatch.setattr(Trainer, "step", raising(RuntimeError("device lost\nlong\ntrace")))
    with pytest.raises(TrainingError, match=r"^Training stopped: device lost$"):
        list(run_training(trainer, run))


def test_an_error_of_ours_is_not_dressed_up_and_is_noted(opened, data, monkeypatch):
    trainer, run = opened()
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", raising(KeyError("a bug")))
        with pytest.raises(KeyError, match="a bug"):
            list(run_training(trainer, run))
    assert state_of(run) == "failed"
    assert "unexpected" in run.status()["message"]
    list(run_training(reopen_training(run, data), run))
    assert state_of(run) == "finished"


def raising(error):
    def call(*_values, **_named):
        raise error

    return call


def test_a_slow_consumer_does_not_count_as_training(opened):
    trainer, run = opened(steps=2)
    records = run_training(trainer, run)
    first = next(records)
    time.sleep(0.3)
    second = next(record for record in records if isinstance(record, StepRecord))
    assert second.seconds - first.seconds < 0.3
    with contextlib.closing(records):
        assert trainer.seconds == second.seconds
