"""Trackers that fail: one sentence, and the training ends as if there were none."""

import json

import pytest

from dpn.jobs.limits import OWN
from dpn.runs.history import History
from dpn.runs.processes import is_alive
from dpn.tracking import followers as module
from dpn.tracking.followers import Followers
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.faults.test_disk import files_of_at_most
from tests.helpers import short_training, small_model, threads_of_torch, until, write_npz

#: What stands in for a library; each test adds how it fails.
FAKE = """
import os, sys, threading, time
class Image:
    def __init__(self, value): pass
class Artifact:
    def __init__(self, name, type): pass
    def add_file(self, path): pass
class Run:
    def log(self, values, step): pass
    def log_artifact(self, artifact): pass
    def finish(self): pass
def init(**how): return Run()
"""


@pytest.fixture
def opened(tmp_path):
    write_npz(tmp_path / "data")
    with threads_of_torch(1):
        settings = short_training(track="trackio")
        yield open_training(small_model(), settings, tmp_path / "data", tmp_path / "runs")


@pytest.fixture
def trained(tmp_path, opened, monkeypatch):
    """Train a whole run beside a library that fails; return the run and what was said."""

    def train(code, name="trackio"):
        if code is not None:
            folder = tmp_path / "libraries"
            folder.mkdir()
            (folder / "trackio.py").write_text(FAKE + code)
            monkeypatch.syspath_prepend(str(folder))
            monkeypatch.setenv("PYTHONPATH", str(folder))
        trainer, run = opened
        said = []
        followers = Followers(run, tmp_path / "data", [name], None, said.append)
        followers.wait_until_ready()
        records = list(run_training(trainer, run))
        followers.close(wait=True)
        assert len([record for record in records if hasattr(record, "learning_rate")]) == 6
        assert run.status()["state"] == "finished"
        assert len(History(run.path / "metrics.jsonl").poll().steps["step"]) == 6
        notes = run.path / "tracking" / f"{name}.json"
        if notes.exists():
            assert not is_alive(json.loads(notes.read_text())["process"])
        return run, said

    return train


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise RuntimeError('no such thing')", "no such thing"),
        ("def init(**how): raise OSError(28, 'No space left on device')", "No space left"),
        ("Run.log = lambda *_, **how: 1 / 0", "division by zero"),
        ("Run.finish = lambda self: sys.exit('not now\\nnor ever')", "not now"),
    ],
)
def test_one_that_raises_is_said_in_one_sentence(trained, code, reason):
    run, said = trained(code)
    (sentence,) = said
    assert sentence.startswith("Trackio stopped: ")
    assert reason in sentence
    assert sentence.endswith("The training goes on without it.")
    notes = json.loads((run.path / "tracking" / "trackio.json").read_text())
    assert notes["stopped"] in sentence
    assert "Traceback" in (run.path / "tracking" / "trackio.log").read_text()


@pytest.mark.parametrize(
    "code",
    [
        "Run.finish = lambda self: time.sleep(1000)",
        "Run.log = lambda *_, **how: threading.Event().wait()",
    ],
)
def test_one_that_hangs_is_ended(trained, monkeypatch, code):
    monkeypatch.setattr(module, "FINISH_SECONDS", 1)
    _, said = trained(code)
    assert said == [
        "Trackio stopped: it was not done 1 seconds after the training. "
        "The training goes on without it."
    ]


def test_one_whose_python_is_held_is_ended_from_outside(trained, monkeypatch):
    monkeypatch.setattr(module, "GRACE_SECONDS", 1)
    monkeypatch.setattr(module, "FINISH_SECONDS", 1)
    held = "import ctypes\nRun.finish = lambda self: ctypes.PyDLL(None).sleep(1000)"
    trained(held)


def test_one_that_is_never_ready_is_not_waited_for_long(trained, monkeypatch):
    monkeypatch.setattr(module, "READY_SECONDS", 0.3)
    monkeypatch.setattr(module, "FINISH_SECONDS", 1)
    _, said = trained("time.sleep(1000)")
    assert said[0] == "A tracker is not ready yet. The training begins without waiting."
    assert len(said) == 2


def test_what_it_prints_is_kept_apart(trained):
    run, said = trained("print('hello', flush=True); os.write(2, b'from C')")
    assert said == []
    assert (run.path / "tracking" / "trackio.log").read_text() == "hello\nfrom C"


def test_a_full_disk_ends_the_tracker_alone(tmp_path, opened):
    trainer, run = opened
    said = []
    with files_of_at_most(3000):  # of the tracker: it is inherited
        followers = Followers(run, tmp_path / "data", ["tensorboard"], None, said.append)
    followers.wait_until_ready()
    list(run_training(trainer, run))
    followers.close(wait=True)
    assert run.status()["state"] == "finished"
    (sentence,) = said
    assert "TensorBoard stopped: [Errno 27] File too large" in sentence


def test_one_that_is_not_installed_is_left_out(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(module, "is_installed", lambda name: False)
    said = []
    followers = Followers(opened[1], tmp_path / "data", ["mlflow"], None, said.append)
    followers.wait_until_ready()
    followers.close(wait=True)
    (sentence,) = said
    assert sentence == (
        "MLflow is not installed here: pip install mlflow. The training goes on without it."
    )


def test_the_owner_of_the_tracker_may_die(tmp_path, opened, monkeypatch):
    """It writes the end by itself, and a resumed run waits for it."""
    trainer, run = opened
    followers = Followers(run, tmp_path / "data", ["tensorboard"], None, print)
    followers.wait_until_ready()
    list(run_training(trainer, run))
    followers.close(wait=False)
    notes = run.path / "tracking" / "tensorboard.json"
    until(lambda: not is_alive(json.loads(notes.read_text())["process"]))
    assert json.loads(notes.read_text())["step"] == 6
    followers.close(wait=True)


def test_own_machines_track_with_all():
    assert OWN.track == ("tensorboard", "wandb", "mlflow", "trackio")
