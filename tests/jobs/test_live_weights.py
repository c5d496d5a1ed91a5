"""The weights of a training, copied between two steps."""

import threading

from dpn.jobs.workers import showing
from dpn.runs.files import write_tensors
from dpn.runs.run import LIVE_WEIGHTS
from dpn.training.trainer import Trainer
from tests.helpers import same_tensors
from tests.jobs.test_manager import hold_loading
from tests.workers import ENDLESS


def test_live_weights_follow_the_training(desk):
    job = desk.start(steps=ENDLESS)
    desk.steps(job, 1)
    first = desk.manager.live_weights(job, timeout=10)
    desk.steps(job, first.step + 5)
    second = desk.manager.live_weights(job, timeout=10)
    assert second.step > first.step
    assert first.weights.keys() == second.weights.keys()
    assert not same_tensors(first.weights, second.weights)
    desk.manager.pause(job)
    view = desk.reaches(job, "paused")
    third, again = (desk.manager.live_weights(job, timeout=10) for _ in range(2))
    assert third.step == again.step == view.step
    assert same_tensors(third.weights, again.weights)
    desk.manager.stop(job)
    desk.reaches(job, "stopped")
    assert same_tensors(third.weights, dict(desk.run(job).load_model().state_dict()))
    assert desk.manager.live_weights(job) is None
    assert not (desk.run(job).path / LIVE_WEIGHTS).exists()


def test_there_are_no_live_weights_of_what_is_over_loading_or_unknown(desk, monkeypatch):
    job = desk.start(steps=2)
    desk.reaches(job, "finished")
    assert desk.manager.live_weights(job) is None
    assert desk.manager.live_weights("unknown") is None
    gate = threading.Event()
    hold_loading(monkeypatch, gate)
    loading = desk.start()
    assert desk.manager.live_weights(loading) is None
    gate.set()
    desk.reaches(loading, "finished")


def test_a_queued_job_has_its_first_weights(desk):
    first, second = desk.start(steps=ENDLESS), desk.start(steps=ENDLESS)
    desk.reaches(first, "running", "queued")
    desk.reaches(second, "queued", "running")
    waiting = first if desk.state(first) == "queued" else second
    assert desk.manager.live_weights(waiting, timeout=10).step == 0


def test_weights_that_cannot_be_written_do_not_end_the_training(desk, monkeypatch, caplog):
    def full(*_args, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dpn.jobs.workers.showing.write_tensors", full)
    job = desk.start(steps=ENDLESS)
    desk.steps(job, 1)
    assert desk.manager.live_weights(job, timeout=0.2) is None
    desk.steps(job, desk.view(job).step + 5)
    assert desk.state(job) == "running"
    assert "cannot be shown" in caplog.text


def test_however_often_they_are_asked_for_within_a_step_they_are_copied_once(desk, monkeypatch):
    gate, written, step = threading.Event(), [], Trainer.step
    gate.set()
    monkeypatch.setattr(Trainer, "step", lambda trainer: (gate.wait(), step(trainer))[1])
    monkeypatch.setattr(
        showing, "write_tensors", lambda *args, **how: written.append(write_tensors(*args, **how))
    )
    job = desk.start(steps=ENDLESS)
    desk.steps(job, 1)
    gate.clear()
    for _ in range(20):
        desk.manager.live_weights(job, timeout=0.01)
    del written[1:]  # it may have been between two steps as the first was asked for
    gate.set()
    desk.manager.live_weights(job, timeout=10)
    desk.manager.pause(job)
    desk.reaches(job, "paused")
    assert len(written) <= 3
