"""A worker that raises at any moment: its job ends in a sentence, and the server goes on.

Elsewhere: processes that die (tests/jobs/test_manager.py), errors of the loop alone
(tests/training/loop/).
"""

import json

import pytest
import torch

from dpn.jobs import manager as jobs
from dpn.jobs.workers import worker
from dpn.runs.run import Run
from dpn.training import loop, opening
from dpn.training.trainer import Trainer
from tests.faults.checks import half_written
from tests.helpers import short_training, small_model, threads_of_torch, until, write_npz
from tests.workers import ENDLESS, ThreadStarter, ThreadWorker, closing_desk


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "Starter", ThreadStarter)
    write_npz(tmp_path / "data")
    with threads_of_torch(1), closing_desk(tmp_path) as desk:
        yield desk


def failing_once(owner, name, error, at):
    """What ``owner.name`` is, but call number ``at`` raises."""
    real, calls = getattr(owner, name), []

    def call(*values, **named):
        calls.append(1)
        if len(calls) == at:
            raise error
        return real(*values, **named)

    return call


MOMENTS = {
    "loading": (opening, "load_dataset", 1),
    "building": (Trainer, "__init__", 1),
    "making the folder": (opening, "create_run", 1),
    "reporting": (worker.Worker, "_report", 1),
    "the first state": (Trainer, "state", 1),
    "the first save": (Run, "save_checkpoint", 1),
    "a later save": (Run, "save_checkpoint", 3),
    "validating": (Trainer, "validate", 2),
    "keeping a moment": (loop, "save_snapshot", 2),
    "a step": (Trainer, "step", 3),
    "noting a step": (Run, "append", 3),
    "scoring": (Trainer, "test", 1),
    "the result": (Run, "set_result", 1),
}
ERRORS = {
    "a mistake of ours": (KeyError("a bug"), "an unexpected error; see the log"),
    "memory": (MemoryError(), "not enough memory"),
    "the GPU": (torch.AcceleratorError("CUDA error: device lost"), "CUDA error: device lost"),
}


#: What neither computes nor takes memory can only be mistaken.
PLAIN = ("making the folder", "reporting")
CASES = [(m, k) for m in MOMENTS for k in ERRORS if m not in PLAIN or k == "a mistake of ours"]


@pytest.mark.parametrize(("moment", "kind"), CASES)
def test_whatever_raises_whenever_it_is_a_sentence_and_all_else_lives(
    desk, monkeypatch, moment, kind
):
    error, words = ERRORS[kind]
    owner, name, at = MOMENTS[moment]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing_once(owner, name, error, at))
        job = desk.start(steps=8, checkpoint_seconds=0)
        view = desk.reaches(job, "failed", "finished", "stopped")
    assert view.state == "failed"
    assert words in view.message
    assert "\n" not in view.message
    run = desk.run(job)
    assert half_written(run) == []
    if moment in ("loading", "building", "making the folder"):
        assert not run.path.exists()
        run = desk.run(desk.start(seed=1))
    else:
        desk.manager.resume_run(run, desk.data)
    assert desk.reaches(run.id, "failed", "finished").state == "finished"
    assert run.status()["state"] == "finished"


def test_a_device_lost_while_it_was_paused_is_said_when_it_is_stopped(desk, monkeypatch):
    job = desk.start(steps=ENDLESS, checkpoint_seconds=0)
    desk.steps(job, 3)
    desk.manager.pause(job)
    desk.reaches(job, "paused")
    with monkeypatch.context() as patch:
        lost = torch.AcceleratorError("CUDA error: device lost")
        patch.setattr(Trainer, "state", failing_once(Trainer, "state", lost, 1))
        desk.manager.stop(job)
        assert "CUDA error: device lost" in desk.reaches(job, "failed").message
    assert desk.run(job).status()["state"] == "failed"
    assert half_written(desk.run(job)) == []


def test_an_owner_that_died_in_the_middle_of_a_word_is_gone_too(tmp_path, monkeypatch):
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    write_npz(tmp_path / "data")
    alone = ThreadWorker()
    said = {"do": "train", "model": small_model().to_dict(), "run_id": "one"}
    said |= {"training": short_training(steps=ENDLESS).to_dict(), "runs_dir": str(tmp_path)}
    alone.send({**said, "data_dir": str(tmp_path / "data")})
    alone.send({"do": "run"})
    run = Run(tmp_path / "one")
    until(lambda: (run.path / "metrics.jsonl").exists())
    alone._commands.write(json.dumps({"do": "pause"})[:5])
    alone.close()
    *_, last = alone.events()
    alone.wait(30)
    assert (last["event"], last["state"]) == ("over", "stopped")
    assert run.status()["state"] == "stopped"
