"""A training from start to result: on disk at every moment, and stopping it changes nothing."""

import dataclasses
import json
import os

import numpy as np
import pytest
import torch

from dpn.data.loading import Dataset
from dpn.errors import ConfigError, DataError, TrainingError
from dpn.runs import run as runs
from dpn.runs.run import Run
from dpn.runs.snapshots import list_snapshots, milestones, read_snapshot
from dpn.training import loop
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from dpn.training.trainer import StepRecord, Trainer
from tests.helpers import (
    NAMES,
    same_tensors,
    short_training,
    small_model,
)
from tests.training.loop.reading import final_weights, state_of


def test_the_model_is_fitted_to_the_data(opened):
    trainer, run = opened(model=small_model(height=28, width=28, classes=10, channels=3))
    assert trainer.model.config.image_shape == (1, 8, 8)
    assert trainer.model.config.classes == 3
    config = run.config()
    assert config.model == trainer.model.config
    assert config.training == trainer.config
    assert config.class_names == NAMES
    assert config.preparation == "mnist"
    assert state_of(run) == "queued"


@pytest.mark.parametrize(
    ("model", "training", "error", "words"),
    [
        ({}, {"dataset": "nothing"}, DataError, "nothing"),
        ({}, {"device": "mps"}, ConfigError, "'mps' is not available here"),
        ({"states": 4096, "decisions": 256}, {}, ConfigError, "parameters.*fewer"),
        (
            {"model": "residual", "encoder": "pooled", "encoder_blocks": 3},
            {"batch_size": 1},
            ConfigError,
            "batch_size must be at least 2",
        ),
        (
            {"model": "planner", "decisions": 4},
            {"dataset": "maze", "preparation": "auto", "balanced": True},
            ConfigError,
            "balanced must be false",
        ),
    ],
)
def test_what_cannot_begin_leaves_nothing_behind(tmp_path, data, model, training, error, words):
    with pytest.raises(error, match=words):
        open_training(small_model(**model), short_training(**training), data, tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_whole_training_is_on_disk(opened):
    trainer, run = opened(steps=50)
    records = []
    for record in run_training(trainer, run):
        records.append(record)
        line = (run.path / "metrics.jsonl").read_text().splitlines()[-1]
        kind = "step" if isinstance(record, StepRecord) else "validation"
        assert json.loads(line) == {"kind": kind, **dataclasses.asdict(record)}
    steps = [record for record in records if isinstance(record, StepRecord)]
    validations = [record for record in records if not isinstance(record, StepRecord)]
    assert [record.step for record in steps] == list(range(1, 51))
    assert [record.step for record in validations] == list(milestones(50))
    assert run.status()["step"] == run.status()["total_steps"] == 50
    assert state_of(run) == "finished"
    assert same_tensors(final_weights(run), dict(trainer.model.state_dict()))

    result, test = run.result(), trainer.test()
    assert result["run"] == run.id
    assert (result["dataset"], result["model"]) == ("small", "dpn")
    assert result["parameters"] == sum(p.numel() for p in trainer.model.parameters())
    assert result["multiply_adds"] > 0
    assert result["test_accuracy"] == test.accuracy
    assert result["test_loss"] == test.loss
    assert result["validation_accuracy"] == validations[-1].accuracy
    assert result["train_seconds"] == steps[-1].seconds
    assert result["examples_per_second"] == pytest.approx(500 / steps[-1].seconds)
    assert list(result["seconds_to"]) == ["0.95", "0.98", "0.99"]
    assert result["device"].startswith("CPU")
    assert result["torch"] == torch.__version__.split("+")[0]
    assert result["threads"] == 1
    assert result["precision"] == "float32"
    assert result["confusion"] == test.confusion.tolist()
    assert [mistake["index"] for mistake in result["mistakes"]] == test.worst_mistakes()
    for mistake in result["mistakes"]:
        assert mistake["label"] == test.labels[mistake["index"]] != mistake["answer"]
        assert mistake["probability"] == test.probabilities[mistake["index"]].max()


def test_the_test_images_are_scored_once_and_last(opened, monkeypatch):
    trainer, run = opened(steps=5, checkpoint_seconds=0)
    scored = []
    test = Trainer.test
    monkeypatch.setattr(Trainer, "test", lambda self: scored.append(self.step_count) or test(self))
    sealed = {field.name: getattr(trainer.dataset, field.name) for field in
              dataclasses.fields(Dataset)}  # fmt: skip
    touched = []

    class Watched(Dataset):
        def __getattribute__(self, name):
            if name in ("x_test", "y_test"):
                touched.append(trainer.step_count)
            return super().__getattribute__(name)

    trainer.dataset = Watched(**sealed)
    list(run_training(trainer, run))
    assert scored == [5]
    assert set(touched) == {5}


def test_one_step_is_a_whole_training(opened):
    trainer, run = opened(steps=1)
    kinds = [type(record).__name__ for record in run_training(trainer, run)]
    assert kinds == ["ValidationRecord", "StepRecord", "ValidationRecord"]
    assert state_of(run) == "finished"
    assert run.result()["test_accuracy"] == trainer.test().accuracy


def test_the_last_validation_takes_all_images(opened, monkeypatch):
    monkeypatch.setattr("dpn.training.trainer.LIVE_VALIDATION_IMAGES", 3)
    trainer, run = opened(steps=4)
    sizes = []
    validate = Trainer.validate

    def watched(self, *, everything=False):
        scores = validate(self, everything=everything)
        sizes.append(len(scores.labels))
        return scores

    monkeypatch.setattr(Trainer, "validate", watched)
    list(run_training(trainer, run))
    assert sizes == [3, 3, 3, 3, 6]


def test_a_snapshot_is_the_model_of_its_moment_and_how_it_did(opened):
    trainer, run = opened(steps=9)
    expected = {}
    for record in run_training(trainer, run):
        if not isinstance(record, StepRecord):
            weights = {name: value.clone() for name, value in trainer.model.state_dict().items()}
            expected[record.step] = weights, trainer.validate().confusion
    assert list_snapshots(run.path) == list(expected) == list(milestones(9))
    for step, (weights, confusion) in expected.items():
        assert same_tensors(dict(run.load_model(step).state_dict()), weights)
        np.testing.assert_array_equal(read_snapshot(run.path, step)[1], confusion)
    assert same_tensors(dict(run.load_model(9).state_dict()), final_weights(run))


def test_the_last_snapshot_counts_as_many_images_as_those_before(opened, monkeypatch):
    for module in ("trainer", "loop"):
        monkeypatch.setattr(f"dpn.training.{module}.LIVE_VALIDATION_IMAGES", 4)
    trainer, run = opened(steps=9)
    list(run_training(trainer, run))
    assert {int(read_snapshot(run.path, step)[1].sum()) for step in milestones(9)} == {4}
    last = read_snapshot(run.path, 9)[1]  # of those that it looked at live, not of the first
    np.testing.assert_array_equal(last, trainer.validate().confusion)


def test_checkpoints_follow_the_time_spent_training(opened, monkeypatch):
    saved = []
    save = Run.save_checkpoint
    monkeypatch.setattr(
        Run, "save_checkpoint", lambda run, state: (saved.append(run.id), save(run, state))
    )
    for seconds, expected in ((0.0, 7), (1000.0, 2)):
        trainer, run = opened(steps=6, checkpoint_seconds=seconds)
        saved.clear()
        list(run_training(trainer, run))
        assert len(saved) == expected  # one before the first step and one at the end


def test_the_threads_asked_for_are_used(opened, monkeypatch):
    cores = len(os.sched_getaffinity(0))
    for asked, known, used in ((1, "3", 1), (3, "1", 3), (0, "1", 1), (0, "", cores)):
        monkeypatch.setenv("OMP_NUM_THREADS", known)
        trainer, run = opened(steps=2, threads=asked)
        list(run_training(trainer, run))
        assert run.result()["threads"] == used


def test_without_the_memory_for_doubt_a_training_is_finished_all_the_same(
    opened, monkeypatch, caplog
):
    def short(*_):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:121] can't allocate memory")

    monkeypatch.setattr(loop, "doubt_of", short)
    trainer, run = opened(steps=2)
    list(run_training(trainer, run))
    assert state_of(run) == "finished"
    assert run.result()["test_accuracy"] == trainer.test().accuracy
    assert "too little memory" in caplog.text
    assert not (run.path / runs.DOUBT).exists()

    def wrong(*_):
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(loop, "doubt_of", wrong)
    with pytest.raises(TrainingError, match="shapes do not match"):
        list(run_training(*opened(steps=2)))
