"""What ends a training that nobody stopped, and that it ends no other."""

import json
import os
import signal
import threading

from dpn.training.trainer import Trainer
from tests.helpers import write_npz
from tests.workers import ENDLESS, closing_desk


def test_data_that_cannot_be_loaded_fail_in_a_sentence(desk):
    job = desk.start(dataset="nothing")
    view = desk.reaches(job, "failed")
    assert "nothing" in view.message
    assert view.total_steps == 0
    assert view.seconds_left is None
    assert not desk.runs.exists()


def test_a_loss_that_explodes_fails_in_a_sentence(desk):
    job = desk.start(optimizer="sgd", learning_rate=100, schedule="constant", steps=ENDLESS)
    view = desk.reaches(job, "failed")
    assert "learning_rate below 100" in view.message
    assert desk.run(job).status()["state"] == "failed"


def test_an_unexpected_error_ends_only_its_own_job(desk, monkeypatch, caplog):
    step = Trainer.step

    def broken(trainer):
        if trainer.config.seed == 13:
            raise KeyError("a bug")
        return step(trainer)

    monkeypatch.setattr(Trainer, "step", broken)
    bad, good = desk.start(seed=13), desk.start(seed=1)
    view = desk.reaches(bad, "failed")
    assert view.message == "Training stopped by an unexpected error; see the log."
    assert "a bug" in caplog.text
    assert desk.reaches(good, "finished", "failed").state == "finished"
    assert desk.run(bad).status()["state"] == "failed"


def test_a_process_that_dies_fails_its_job_and_gives_its_place_away(desk, monkeypatch, caplog):
    killed = threading.Event()
    step = Trainer.step

    def dying(trainer):
        if trainer.config.seed == 13 and killed.is_set():
            raise SystemExit
        return step(trainer)

    monkeypatch.setattr(Trainer, "step", dying)
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    bad = desk.start(seed=13, steps=ENDLESS)
    desk.steps(bad, 3)
    good = desk.start(seed=1)
    desk.reaches(good, "queued")
    killed.set()
    assert "ended unexpectedly" in desk.reaches(bad, "failed").message
    assert desk.reaches(good, "finished", "failed").state == "finished"
    assert bad in caplog.text


def test_a_real_process_trains_dies_and_leaves_the_app_alive(tmp_path):
    write_npz(tmp_path / "data")
    with closing_desk(tmp_path) as desk:
        job = desk.start(steps=ENDLESS)
        desk.steps(job, 2)
        pid = desk.run(job).status()["pid"]
        assert pid != os.getpid()
        assert desk.manager.live_weights(job, timeout=30).step >= 2
        os.kill(pid, signal.SIGKILL)
        assert "want of memory" in desk.reaches(job, "failed").message
        assert desk.run(job).status()["state"] == "interrupted"
        desk.manager.resume_run(desk.run(job), desk.data)
        desk.steps(job, 1)
        seen = desk.view(job).step
        desk.manager.shut_down(60)
        desk.reaches(job, "stopped")
    assert desk.run(job).status()["state"] == "stopped"
    assert desk.run(job).load_checkpoint()["progress"][0] >= seen
    lines = (desk.run(job).path / "metrics.jsonl").read_text().splitlines()
    assert sum(json.loads(line)["kind"] == "resume" for line in lines) == 1
