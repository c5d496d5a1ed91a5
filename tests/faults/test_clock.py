"""A clock that jumps: back an hour, ahead a day, while training and between runs."""

import datetime
import itertools
import os
import time

import pytest

from dpn.runs import start
from dpn.runs.folder import list_runs
from dpn.runs.history import History
from dpn.runs.processes import this_process
from dpn.runs.run import Run
from dpn.runs.start import new_run_id
from dpn.training.loop import run_training
from dpn.training.opening import reopen_training
from tests.faults.checks import half_written
from tests.helpers import short_training, small_model, threads_of_torch

JUMPS = (-3600.0, 86_400.0, -86_400.0, 3600.0)


class Clock:
    """The wall clock of the process, which somebody sets; the monotonic one is left alone."""

    def __init__(self, monkeypatch):
        self.offset = 0.0
        real, clock = time.time, self
        monkeypatch.setattr(time, "time", lambda: real() + clock.offset)

        class Set(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.datetime.fromtimestamp(time.time(), tz)

        monkeypatch.setattr(start, "datetime", Set)


@pytest.fixture
def clock(monkeypatch):
    with threads_of_torch(1):
        yield Clock(monkeypatch)


def test_a_clock_that_jumps_while_training_changes_nothing_but_dates(clock, opened, monkeypatch):
    saved = []
    save = Run.save_checkpoint
    monkeypatch.setattr(Run, "save_checkpoint", lambda *v: (saved.append(1), save(*v)))
    trainer, run = opened(steps=40, checkpoint_seconds=1000)
    started = time.perf_counter()
    for number, _ in enumerate(run_training(trainer, run)):
        clock.offset = JUMPS[number % len(JUMPS)]
        assert run.status()["state"] == "running"
    wall = time.perf_counter() - started
    assert run.status()["state"] == "finished"
    assert len(saved) == 2  # neither a checkpoint a step nor none
    seconds = History(run.path / "metrics.jsonl").poll().steps["seconds"]
    assert 0 < seconds[0]
    assert all(0 < b - a < wall for a, b in itertools.pairwise(seconds))
    assert 0 < run.result()["train_seconds"] < wall
    assert half_written(run) == []


def test_a_run_goes_on_whatever_the_clock_says_now(clock, opened, tmp_path):
    for jump in JUMPS:
        trainer, run = opened()
        records = run_training(trainer, run)
        next(records)
        records.close()
        clock.offset += jump
        list(run_training(reopen_training(run, tmp_path / "data"), run))
        assert run.status()["state"] == "finished"


def test_ids_stay_unique_and_runs_stay_in_one_order(clock, opened, tmp_path, monkeypatch):
    made = []
    for jump in (0.0, *JUMPS, *JUMPS):
        clock.offset = jump
        made.append(opened()[1].id)
    listed = [run.id for run in list_runs(tmp_path / "runs") if run.origin == "trained"]
    assert len(set(made)) == len(made)
    assert listed == sorted(made, reverse=True)
    stopped = datetime.datetime(2026, 10, 25, 2, 30)

    class Still(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return stopped

    monkeypatch.setattr(start, "datetime", Still)
    ids = {new_run_id(small_model(), short_training()) for _ in range(20)}
    assert len(ids) == 20


@pytest.mark.parametrize(("ago", "goes_on"), [(0, True), (60, True), (-60, True), (3600, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_training_elsewhere_is_judged_by_how_far_its_files_are_from_now(
    opened, tmp_path, ago, goes_on, sign
):
    """A clock that was a day ahead when they were written must not keep it alive for a day."""
    _, run = opened()
    status = (run.path / "status.json").read_text()
    host = this_process()["host"]
    (run.path / "status.json").write_text(status.replace(f'"{host}"', '"another"'))
    then = time.time() - sign * ago
    for file in run.path.iterdir():
        os.utime(file, (then, then))
    assert run.status()["state"] == ("queued" if goes_on else "interrupted")
