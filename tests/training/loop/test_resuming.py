"""Stopping and going on: it changes nothing."""

import json
import shutil

import pytest
import torch.nn.functional as F

from dpn.models.train_config import OPTIMIZER_NAMES
from dpn.runs import snapshots
from dpn.runs.files import write_json
from dpn.runs.run import Run
from dpn.training import loop
from dpn.training.loop import run_training
from dpn.training.opening import reopen_training
from tests.helpers import (
    same_tensors,
)
from tests.training.loop.reading import (
    assert_same_snapshots,
    curves_of,
    final_weights,
    state_of,
    take,
)

VARIANTS = [
    ("dpn", "adamw", "affine"),
    ("residual", "adam", "shift"),
    ("residual", "muon", "none"),
    ("mlp", "sgd", "flip_crop"),
]
assert {optimizer for _, optimizer, _ in VARIANTS} == set(OPTIMIZER_NAMES)


@pytest.mark.parametrize(("name", "optimizer", "augmentation"), VARIANTS)
def test_stopped_anywhere_and_resumed_is_the_same_as_never_stopped(
    opened, data, monkeypatch, name, optimizer, augmentation
):
    monkeypatch.setattr(snapshots, "MOMENTS", 4)
    settings = {"optimizer": optimizer, "augmentation": augmentation, "steps": 11}
    trainer, whole = opened(name, **settings)
    count = len(list(run_training(trainer, whole)))
    assert count == 11 + 5
    # 2 and 3: before and after a validation; the last two: around the one at the end.
    for stop in (1, 2, 3, count - 1, count):
        trainer, run = opened(name, **settings)
        records = run_training(trainer, run)
        take(records, stop)
        records.close()
        assert state_of(run) == "stopped"
        assert run.result() is None
        run = Run(run.path)
        list(run_training(reopen_training(run, data), run))
        assert state_of(run) == "finished"
        assert same_tensors(final_weights(run), final_weights(whole))
        assert curves_of(run) == curves_of(whole)
        assert_same_snapshots(run, whole)
        for key in ("test_accuracy", "test_loss", "validation_accuracy", "confusion", "mistakes"):
            assert run.result()[key] == whole.result()[key]


def test_stopping_again_and_again_is_the_same_too(opened, data):
    trainer, whole = opened(steps=12)
    list(run_training(trainer, whole))
    trainer, run = opened(steps=12)
    while run.result() is None:
        records = run_training(trainer, run)
        for _ in range(5):
            next(records, None)
        records.close()
        if run.result() is None:
            trainer = reopen_training(run, data)
    assert same_tensors(final_weights(run), final_weights(whole))
    assert curves_of(run) == curves_of(whole)


def test_a_killed_training_goes_on_from_its_checkpoint(opened, data, tmp_path):
    trainer, whole = opened(steps=12)
    list(run_training(trainer, whole))
    trainer, run = opened(steps=12, checkpoint_seconds=1000)
    records = run_training(trainer, run)
    take(records, 9)
    loop._save(trainer, run, "running")
    take(records, 6)
    killed = Run(tmp_path / "runs" / "killed")
    shutil.copytree(run.path, killed.path)
    records.close()
    with open(killed.path / "metrics.jsonl", "a") as file:
        file.write('{"kind": "step", "step": 8, "lo')  # it was in the middle of a line
    status = json.loads((killed.path / "status.json").read_text())
    write_json(killed.path / "status.json", {**status, "pid": 2**22 + 1})
    assert state_of(killed) == "interrupted"
    trainer = reopen_training(killed, data)
    assert trainer.step_count == 4
    list(run_training(trainer, killed))
    assert same_tensors(final_weights(killed), final_weights(whole))
    assert curves_of(killed) == curves_of(whole)
    assert_same_snapshots(killed, whole)


def test_a_run_stopped_before_it_began_starts_from_the_beginning(opened, data):
    trainer, run = opened()
    records = run_training(trainer, run)
    records.close()
    again = reopen_training(run, data)
    assert again.step_count == 0
    list(run_training(again, run))
    assert state_of(run) == "finished"


@pytest.mark.parametrize("name", ["dpn", "residual"])
def test_ctrl_c_in_the_middle_of_a_step_is_as_if_the_step_had_not_been(
    opened, data, monkeypatch, name
):
    trainer, whole = opened(name, steps=8)
    list(run_training(trainer, whole))
    for at in ("loss", "update"):
        trainer, run = opened(name, steps=8, checkpoint_seconds=0)
        records = run_training(trainer, run)
        take(records, 6)
        with monkeypatch.context() as patch:
            if at == "update":  # before the step is counted
                patch.setattr(trainer.optimizer, "step", interrupted_after(trainer.optimizer.step))
            else:  # after batch normalisation has seen the batch
                patch.setattr(F, "cross_entropy", interrupted_after(F.cross_entropy))
            with pytest.raises(KeyboardInterrupt):
                take(records, 2)
        assert state_of(run) == "stopped"
        list(run_training(reopen_training(run, data), run))
        assert same_tensors(final_weights(run), final_weights(whole))
        assert curves_of(run) == curves_of(whole)


def interrupted_after(function):
    def call(*values, **named):
        function(*values, **named)
        raise KeyboardInterrupt

    return call


@pytest.mark.parametrize("name", ["dpn", "residual"])
def test_images_are_learned_one_by_one_where_that_is_possible(opened, name):
    trainer, run = opened(name, batch_size=1, steps=2)
    assert len(list(run_training(trainer, run))) > 2
