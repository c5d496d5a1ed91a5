"""Workers as real processes: forked from one that has imported all, or each started anew."""

import os
import signal
import subprocess

import pytest

from dpn.jobs.workers import process
from dpn.jobs.workers.process import Starter
from dpn.runs.run import Run
from tests.helpers import short_training, small_model, until, write_npz
from tests.workers import ENDLESS

FORKS = [
    pytest.param(True, marks=pytest.mark.skipif(not process.CAN_FORK, reason="no fork here")),
    False,
]


@pytest.fixture
def starter():
    starter = Starter()
    yield starter
    starter.discard()


def order(folder, run_id, steps):
    write_npz(folder / "data")
    return {
        "do": "train",
        "model": small_model("dpn").to_dict(),
        "training": short_training(steps=steps).to_dict(),
        "data_dir": str(folder / "data"),
        "runs_dir": str(folder / "runs"),
        "run_id": run_id,
    }


def parent(pid):
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def told(worker, folder, name, steps=4):
    """Have it train to the end; return what it told last."""
    worker.send(order(folder, name, steps))
    worker.send({"do": "run"})
    return list(worker.events())[-1]


def test_where_nothing_can_be_forked_one_that_waits_is_taken(tmp_path, starter, monkeypatch):
    monkeypatch.setattr(process, "CAN_FORK", False)
    starter.prepare()
    worker = starter.start()
    assert told(worker, tmp_path, "one")["state"] == "finished"
    assert worker.wait(30) == 0
    assert Run(tmp_path / "runs" / "one").result()["run"] == "one"


@pytest.mark.skipif(not process.CAN_FORK, reason="nothing is forked here")
def test_all_are_forked_from_one_and_each_tells_its_own_end(tmp_path, starter):
    starter.prepare()
    nursery = starter._ready
    workers = {name: starter.start() for name in "abc"}
    runs = {name: Run(tmp_path / "runs" / name) for name in workers}
    heard = {name: worker.events() for name, worker in workers.items()}
    for name, worker in workers.items():
        worker.send(order(tmp_path, name, ENDLESS))
        worker.send({"do": "run"})
        until(lambda name=name: next(heard[name])["event"] == "progress", 60)
    pids = {name: run.status()["pid"] for name, run in runs.items()}
    assert {parent(pid) for pid in pids.values()} == {nursery.pid}
    assert len(os.listdir(f"/proc/{nursery.pid}/task")) == 1  # a fork keeps no other

    assert told(starter.start(), tmp_path, "short")["state"] == "finished"
    os.kill(pids["a"], signal.SIGKILL)
    assert workers["a"].wait(30) == -signal.SIGKILL
    os.kill(nursery.pid, signal.SIGTERM)  # as where all processes are told to end
    workers["b"].close()  # its owner goes away
    assert workers["b"].wait(30) == 0
    assert runs["b"].status()["state"] == "stopped"

    nursery.kill()
    nursery.wait(30)
    workers["c"].send({"do": "stop"})
    assert list(heard["c"])[-1]["state"] == "stopped"
    assert workers["c"].wait(30) is None  # nobody is left to tell
    later = starter.start()
    assert told(later, tmp_path, "later")["state"] == "finished"
    assert later.wait(30) == 0
    for name, events in heard.items():
        events.close()
        workers[name].close()


@pytest.mark.parametrize("can_fork", FORKS)
def test_what_waits_is_ended_when_nobody_asks_for_it(starter, monkeypatch, can_fork):
    monkeypatch.setattr(process, "CAN_FORK", can_fork)
    monkeypatch.setattr(process, "REST", 1.0)
    starter.prepare()
    waits = starter._ready
    starter.prepare()
    assert starter._ready is waits
    until(lambda: waits.poll() is not None, 30)
    until(lambda: not starter._rests)  # the next prepare makes another
    assert starter._ready is None


@pytest.mark.skipif(not process.CAN_FORK, reason="nothing is forked here")
def test_what_was_forked_keeps_it(starter, monkeypatch):
    monkeypatch.setattr(process, "REST", 0.5)
    worker = starter.start()
    nursery = starter._ready
    monkeypatch.setattr(starter, "_asked", -1e9)
    with pytest.raises(subprocess.TimeoutExpired):
        nursery.wait(1.5)
    worker.close()
    assert list(worker.events()) == []
    assert worker.wait(30) == 0
    nursery.wait(30)
