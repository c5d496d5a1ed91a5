"""A training from start to result: on disk at every moment, and stopping it changes nothing."""

import contextlib
import dataclasses
import errno
import json
import os
import shutil
import time

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dpn.data.loading import Dataset
from dpn.errors import ConfigError, DataError, RunError, TrainingError
from dpn.models.train_config import OPTIMIZER_NAMES
from dpn.runs import run as runs
from dpn.runs import snapshots
from dpn.runs.files import write_json
from dpn.runs.history import History
from dpn.runs.run import Run
from dpn.runs.snapshots import list_snapshots, milestones, read_snapshot
from dpn.training import loop, opening
from dpn.training.loop import run_training
from dpn.training.opening import open_training, reopen_training, training_data
from dpn.training.trainer import StepRecord, Trainer
from tests.helpers import (
    NAMES,
    same_tensors,
    short_training,
    small_model,
    threads_of_torch,
    write_npz,
)


@pytest.fixture(autouse=True)
def _one_thread():
    with threads_of_torch(1):
        yield


@pytest.fixture
def data(tmp_path):
    write_npz(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def opened(tmp_path, data):
    """Open a training by its changes: a trainer and its run."""

    def open_one(name="dpn", model=None, **changes):
        model = model or small_model(name)
        return open_training(model, short_training(**changes), data, tmp_path / "runs")

    return open_one


def take(records, count):
    return [next(records) for _ in range(count)]


def curves_of(run):
    """All metrics but the times, as lists."""
    curves = History(run.path / "metrics.jsonl").poll()
    steps = {name: list(values) for name, values in curves.steps.items() if name != "seconds"}
    validation = {n: list(values) for n, values in curves.validation.items() if n != "seconds"}
    return steps, validation


def final_weights(run):
    return dict(run.load_model().state_dict())


def state_of(run):
    return run.status()["state"]


def assert_same_snapshots(run, other):
    assert list_snapshots(run.path) == list_snapshots(other.path) != []
    for step in list_snapshots(run.path):
        (weights, confusion), (others, same) = (read_snapshot(r.path, step) for r in (run, other))
        assert same_tensors({**weights, "": confusion}, {**others, "": same})


def full(*_args, **_changes):
    raise OSError(errno.ENOSPC, "No space left on device")


# Opening


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


# To the end


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


def test_the_threads_asked_for_are_used(opened):
    for asked, used in ((1, 1), (3, 3), (0, len(os.sched_getaffinity(0)))):
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


# Stopping and going on

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


# What cannot be resumed


def test_a_finished_run_is_not_resumed(opened, data):
    trainer, run = opened(steps=1)
    list(run_training(trainer, run))
    with pytest.raises(RunError, match="is finished: there is nothing left"):
        reopen_training(run, data)


def test_a_shipped_run_is_not_resumed(opened, data, monkeypatch):
    _, run = opened()
    monkeypatch.setattr(runs, "SHIPPED", run.path.parent)
    with pytest.raises(RunError, match="shipped with the project"):
        reopen_training(run, data)


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_a_run_under_way_in_another_process_is_not_resumed(opened, data, monkeypatch, state):
    _, run = opened()
    run.set_status(state, step=0, total_steps=6)
    reopen_training(run, data)  # what this process left behind, it may take up
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", os.getppid)
        run.set_status(state, step=0, total_steps=6)
    before = (run.path / "metrics.jsonl").read_bytes()
    with pytest.raises(RunError, match=f"under way in process {os.getppid()}"):
        reopen_training(run, data)
    assert (run.path / "metrics.jsonl").read_bytes() == before


def test_of_two_that_resume_a_run_at_once_one_does(opened, data, monkeypatch):
    trainer, run = opened()
    records = run_training(trainer, run)
    take(records, 2)
    records.close()

    def second(*given, **more):  # while the first one's data are being read
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", os.getppid)
            with pytest.raises(RunError, match=f"under way in process {pid}"):
                reopen_training(run, data)
        return training_data(*given, **more)

    pid = os.getpid()
    monkeypatch.setattr(opening, "training_data", second)
    assert reopen_training(run, data).step_count > 0
    assert (run.path / "metrics.jsonl").read_text().count('"resume"') == 1
    (run.path / ".claim").touch()
    with pytest.raises(RunError, match="just being resumed"):
        reopen_training(run, data)
    os.utime(run.path / ".claim", (0, 0))  # of a process that was killed
    reopen_training(run, data)


def test_what_ended_on_another_machine_is_resumed_again_and_again(opened, data):
    _, run = opened()
    status = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**status, "state": "running", "host": "gone", "pid": 7})
    for file in run.path.iterdir():
        os.utime(file, (0, 0))
    (data / "small.npz").rename(data / "away.npz")
    for _ in range(2):
        with pytest.raises(DataError):
            reopen_training(run, data)
        assert run.status()["state"] == "interrupted"
    (data / "away.npz").rename(data / "small.npz")
    future = time.time() + 9_999
    (run.path / ".claim").touch()
    os.utime(run.path / ".claim", (future, future))  # a clock was wrong
    assert reopen_training(run, data).step_count == 0


@pytest.mark.parametrize("name", ["dpn", "residual"])
def test_images_are_learned_one_by_one_where_that_is_possible(opened, name):
    trainer, run = opened(name, batch_size=1, steps=2)
    assert len(list(run_training(trainer, run))) > 2


def test_other_data_under_the_same_name_are_refused(opened, data):
    trainer, run = opened()
    records = run_training(trainer, run)
    take(records, 2)
    records.close()
    write_npz(data)
    reopen_training(run, data)
    run.set_status("stopped", step=2, total_steps=6)
    with np.load(data / "small.npz") as old:
        arrays = dict(old)
    for change in (
        {"class_names": np.array(["x", "y", "z"])},
        {"x_train": arrays["x_train"][:, :, :, None].repeat(3, axis=3),
         "x_test": arrays["x_test"][:, :, :, None].repeat(3, axis=3)},
        {"x_train": arrays["x_train"][:-1], "y_train": arrays["y_train"][:-1]},
        {"x_test": arrays["x_test"][::-1], "y_test": arrays["y_test"][::-1]},
    ):  # fmt: skip
        np.savez(data / "small.npz", **{**arrays, **change})
        with pytest.raises(RunError, match="has changed since run"):
            reopen_training(run, data)
        assert run.status()["state"] == "stopped"
    (data / "small.npz").unlink()
    with pytest.raises(DataError, match="small"):
        reopen_training(run, data)


def test_a_damaged_checkpoint_is_refused(opened, data):
    trainer, run = opened()
    records = run_training(trainer, run)
    take(records, 2)
    records.close()
    path = run.path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(RunError, match="damaged"):
        reopen_training(run, data)


# What goes wrong


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
