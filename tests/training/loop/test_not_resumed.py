"""What cannot be resumed, and what can be although it looks so."""

import dataclasses
import json
import os
import time

import numpy as np
import pytest

from dpn.errors import DataError, RunError
from dpn.runs import run as runs
from dpn.runs.files import write_json
from dpn.training import opening
from dpn.training.loop import run_training
from dpn.training.opening import reopen_training, training_data
from tests.helpers import (
    write_npz,
)
from tests.training.loop.reading import (
    take,
)


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
        {"x_train": 255 - arrays["x_train"], "x_test": 255 - arrays["x_test"]},
    ):  # fmt: skip
        np.savez(data / "small.npz", **{**arrays, **change})
        with pytest.raises(RunError, match="has changed since run"):
            reopen_training(run, data)
        assert run.status()["state"] == "stopped"
    (data / "small.npz").unlink()
    with pytest.raises(DataError, match="small"):
        reopen_training(run, data)


def test_a_run_that_knows_its_data_by_their_labels_alone_goes_on(opened, data):
    """As an earlier version wrote it."""
    _, run = opened()
    config = run.config()
    labels, pixels = config.labels.split("-")
    assert len(labels) == len(pixels) == 16
    for known in (labels, ""):
        dataclasses.replace(config, labels=known).write(run.path / "config.json")
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
