"""kill -9 at any moment: finished runs stay whole, the broken one loses little and goes on.

Elsewhere: a worker alone that is killed (tests/jobs/test_manager.py), one of several ranks
(tests/training/test_parallel.py), 50 kills (``python -m tests.benchmarks.damage.kills``).
"""

import contextlib
import os
import random
import time
from types import SimpleNamespace

import pytest

from dpn.runs.processes import is_alive
from dpn.runs.run import LIVE_WEIGHTS, Run
from dpn.runs.snapshots import list_snapshots, milestones
from dpn.training import loop
from dpn.training.loop import run_training
from dpn.training.opening import open_training, reopen_training
from dpn.training.trainer import Trainer
from tests.faults.checks import answers, half_written, last_step, lost
from tests.faults.server import order, serving
from tests.helpers import (
    same_tensors,
    short_training,
    small_model,
    until,
    write_npz,
)

pytestmark = pytest.mark.usefixtures("one_thread")

#: Seconds between two checkpoints of the trainings that are killed.
EVERY = 0.2


@pytest.fixture
def whole(tmp_path):
    """A function that trains to the end, with nothing in its way; and its data."""
    write_npz(tmp_path / "data")

    def train(**changes):
        trainer, run = open_training(
            small_model(), short_training(**changes), tmp_path / "data", tmp_path / "whole"
        )
        list(run_training(trainer, run))
        return run

    return train


def test_a_server_killed_again_and_again_ends_with_what_it_would_have_ended_with(tmp_path, whole):
    rng, training = random.Random(4), short_training(steps=1500, checkpoint_seconds=EVERY)
    finished = whole(steps=1500, checkpoint_seconds=EVERY)
    before = answers(finished)
    with serving(tmp_path, "start", order(small_model(), training)) as server:
        server.steps(300)
        time.sleep(rng.uniform(0, 0.8))
        server.kill()
    run = server.run
    survives(run, finished, before)
    with serving(tmp_path, "resume", run.id) as server:
        server.steps(last_step(run) + 50)
        time.sleep(rng.uniform(0, 0.5))
        server.kill(everything=False)
        until(lambda: not is_alive(run.status()), 30)  # its worker ends by itself
        assert run.status()["state"] == "stopped"
    assert run.load_checkpoint()["progress"][0] == last_step(run)  # nothing at all is lost
    survives(run, finished, before, state="stopped")
    list(run_training(reopen_training(run, tmp_path / "data"), run))
    assert run.status()["state"] == "finished"
    assert same_tensors(
        dict(run.load_model().state_dict()), dict(finished.load_model().state_dict())
    )
    assert list_snapshots(run.path) == list_snapshots(finished.path)


def survives(run, finished, before, state="interrupted"):
    until(lambda: run.status()["state"] == state, 10)  # the dead take a moment to be gone
    assert half_written(run) == half_written(finished) == []
    assert answers(finished) == before
    seconds, longest = lost(run)
    assert seconds <= EVERY + longest


class Killed(BaseException):
    """Nothing in the code can handle it: what is on disk is what a kill would leave."""


@pytest.mark.parametrize(("when", "every"), [("before", 0), ("after", 0), ("after", 1000)])
def test_killed_at_any_write_it_goes_on_to_the_same_end(tmp_path, whole, monkeypatch, when, every):
    monkeypatch.setattr(os, "fsync", lambda _: None)  # the power stays on
    settings = {"steps": 3, "checkpoint_seconds": every}
    finished = whole(**settings)
    replace, append = os.replace, Run.append
    left = 0

    def deadly(function):
        def call(*values):
            nonlocal left
            left -= 1
            if left == 0 and when == "before":
                raise Killed
            function(*values)
            if left == 0:
                raise Killed

        return call

    for count in range(3, 1000):  # the first two writes make the folder
        left, data = count, tmp_path / "data"
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", deadly(replace))
            patch.setattr(Run, "append", deadly(append))
            training = short_training(**settings)
            trainer, run = open_training(small_model(), training, data, tmp_path / "runs")
            with contextlib.suppress(Killed):
                list(run_training(trainer, run))
        if left > 0:
            break
        assert half_written(run) == []
        if run.result():  # whoever sees a result sees the weights it is of
            assert answers(run) == answers(finished)
        if run.status()["state"] != "finished":
            list(run_training(reopen_training(run, data), run))
        assert run.status()["state"] == "finished"
        assert answers(run) == answers(finished)
        assert list_snapshots(run.path) == list_snapshots(finished.path)
        assert run.result()["test_loss"] == finished.result()["test_loss"]
    assert count > 15


def test_what_a_kill_left_half_written_is_removed_when_the_run_goes_on(tmp_path, whole):
    run = whole()
    run.set_status("stopped", step=6, total_steps=6)
    names = (".checkpoint.safetensors.ab.partial", "snapshots/.000000001.safetensors.ab.partial")
    for name in (*names, LIVE_WEIGHTS):
        (run.path / name).write_bytes(b"half")
    reopen_training(run, tmp_path / "data")
    assert not any((run.path / name).exists() for name in (*names, LIVE_WEIGHTS))
    assert half_written(run) == []
    assert list_snapshots(run.path) == list(milestones(6))


def test_no_more_is_lost_than_promised_when_validating_and_saving_are_slow(
    tmp_path, whole, monkeypatch
):
    whole()
    now, saved, worst = 0.0, 0.0, 0.0
    step, validate, save = Trainer.step, Trainer.validate, Run.save_checkpoint

    def taking(seconds, function):
        def call(*values, **named):
            nonlocal now, worst
            now += seconds
            worst = max(worst, now - saved)
            return function(*values, **named)

        return call

    def saving(run, state):
        nonlocal now, saved
        now += 3.0
        save(run, state)
        saved = now

    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(Trainer, "step", taking(0.7, step))
    monkeypatch.setattr(Trainer, "validate", taking(1.9, validate))
    monkeypatch.setattr(Run, "save_checkpoint", saving)
    training = short_training(steps=200, checkpoint_seconds=5)
    trainer, run = open_training(small_model(), training, tmp_path / "data", tmp_path / "runs")
    list(run_training(trainer, run))
    assert 3.5 < worst <= 5.0
