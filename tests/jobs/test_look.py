"""Looks at a training: right, shared by all who watch, and without a trace in the training."""

import json

import numpy as np
import pytest
import torch

from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import predict_logits
from dpn.jobs.job import Job, JobView
from dpn.jobs.look import Look, watched
from dpn.jobs.workers.showing import Showing
from dpn.models.build import build_model
from dpn.models.config import MODEL_NAMES
from dpn.runs.run import Run
from tests.helpers import same_tensors, until
from tests.workers import ENDLESS, ThreadWorker


def paused(desk, job):
    desk.manager.pause(job)
    return desk.reaches(job, "paused")


def asked(desk):
    return sum(worker.sent.count("look") for worker in ThreadWorker.made)


@pytest.fixture(autouse=True)
def _count_from_nothing(monkeypatch):
    monkeypatch.setattr(ThreadWorker, "made", [])


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_a_look_shows_what_the_weights_say_of_the_dozen(desk, name):
    job = desk.start(name, dataset="digits", steps=ENDLESS)
    desk.steps(job, 5)
    step = paused(desk, job).step
    look = until(lambda: (found := desk.manager.look(job, 0)) and found.step == step and found)
    data = load_dataset("digits", desk.data)
    chosen = watched(data.y_test.numpy())
    assert look.labels.tolist() == data.y_test[chosen].tolist() == [*range(10), 0, 1]
    np.testing.assert_array_equal(look.images, data.x_test.numpy()[chosen])
    model = build_model(desk.run(job).config().model)
    model.load_state_dict(desk.manager.live_weights(job, timeout=10).weights)
    said = torch.softmax(predict_logits(model.eval(), data.x_test[chosen]), dim=1).numpy()
    np.testing.assert_allclose(look.sure, said.max(axis=1), atol=1e-3)
    assert look.answers.tolist() == said.argmax(axis=1).tolist()
    assert look.right == (said.argmax(axis=1) == look.labels).sum()
    assert np.abs(look.templates).max() == 1
    assert len(look.states) == len(look.favourites)
    assert bool(look.states) == (name == "dpn")


def test_a_look_comes_back_from_json_as_it_was():
    rng = np.random.default_rng(0)
    look = Look(
        7,
        rng.integers(0, 256, (3, 3, 8, 9)).astype(np.uint8),
        np.array([2, 0, 1]),
        np.array([2, 2, 1]),
        np.array([0.5, 0.25, 1.0], np.float32),
        np.linspace(-1, 1, 2 * 8 * 9, dtype=np.float32).reshape(2, 8, 9),
        (4, 9),
        (1, 0),
    )
    back = Look.from_event(json.loads(json.dumps(look.to_event())))
    for name in ("images", "labels", "answers", "sure"):
        np.testing.assert_array_equal(getattr(back, name), getattr(look, name))
    np.testing.assert_allclose(back.templates, look.templates, atol=1 / 127)
    assert (back.step, back.states, back.favourites, back.right) == (7, (4, 9), (1, 0), 2)


def test_many_who_watch_ask_once_and_nobody_asks_nothing(desk):
    job = desk.start(steps=ENDLESS)
    desk.steps(job, 3)
    assert asked(desk) == 0
    first = until(lambda: desk.manager.look(job, 3600))
    desk.steps(job, first.step + 5)
    assert all(desk.manager.look(job, 3600) is first for _ in range(20))
    assert asked(desk) == 1
    assert until(lambda: (new := desk.manager.look(job, 0)).step > first.step and new)


def test_a_training_that_stands_still_is_looked_at_once(desk):
    job = desk.start(steps=ENDLESS)
    step = paused(desk, job).step
    look = until(lambda: (found := desk.manager.look(job, 0)) and found.step == step and found)
    before = asked(desk)
    assert all(desk.manager.look(job, 0) is look for _ in range(20))
    assert asked(desk) == before
    desk.manager.step(job)
    assert until(lambda: desk.manager.look(job, 0).step == step + 1)


def test_one_that_waits_is_seen_untrained_and_one_that_is_over_as_it_last_was(desk):
    desk.reaches(desk.start(steps=ENDLESS), "running")
    waiting = desk.start(steps=ENDLESS)
    desk.reaches(waiting, "queued")
    look = until(lambda: desk.manager.look(waiting, 0))
    assert look.step == 0
    desk.manager.stop(waiting)
    desk.reaches(waiting, "stopped")
    before = asked(desk)
    assert desk.manager.look(waiting, 0).step == 0
    assert asked(desk) == before
    assert desk.manager.look("unknown", 0) is None


def test_a_training_is_asked_once_until_it_answers_and_again_when_it_has_learned(tmp_path):
    class Process:
        asked = 0

        def send(self, command):
            self.asked += command == {"do": "look"}

    process = Process()
    job = Job(Run(tmp_path), process, JobView("one", "running"))
    said = []
    for step in (0, 1, 1, 2):
        job.update(step=step)
        for _ in range(3):
            job.ask_for_look(0)
        said.append(process.asked)
        nothing = np.zeros(0)
        job.take(
            {"event": "look", **Look(step, nothing, nothing, nothing, nothing, nothing).to_event()},
            1e9,
        )
    assert said == [1, 2, 2, 3]


def test_looks_that_take_long_come_seldom(tmp_path, monkeypatch):
    class Process:
        asked = 0

        def send(self, command):
            self.asked += 1

    now = [1_000.0]
    monkeypatch.setattr("dpn.jobs.job.time.monotonic", lambda: now[0])
    process = Process()
    job = Job(Run(tmp_path), process, JobView("one", "running"))
    nothing = np.zeros(0)
    for took in (5.0, 0.02, 0.5):  # what is done once, a usual one, one on a busy machine
        job.ask_for_look(1.0)
        job.update(step=job.view.step + 1)
        job.take({"event": "look", **Look(0, *[nothing] * 5, seconds=took).to_event()}, 1e9)
        now[0] += 2.1
    assert process.asked == 3
    now[0] += 1.0 - 2.1
    job.ask_for_look(1.0)
    assert process.asked == 3
    now[0] += 1.1
    job.ask_for_look(1.0)
    assert process.asked == 4


@pytest.mark.parametrize("name", ["dpn", "residual"])
def test_to_be_watched_changes_no_bit(desk, name):
    jobs_done = []
    for is_watched in (False, True):
        job = desk.start(name, steps=25, augmentation="shift")
        while is_watched and desk.view(job).live:
            desk.manager.look(job, 0)
        desk.reaches(job, "finished")
        jobs_done.append(job)
    assert asked(desk) > 1
    assert same_tensors(*(dict(desk.run(job).load_model().state_dict()) for job in jobs_done))


def test_a_look_that_fails_does_not_end_the_training(desk, monkeypatch, caplog):
    def broken(_):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(Showing, "_look", broken)
    job = desk.start(steps=ENDLESS)
    desk.steps(job, 1)
    assert desk.manager.look(job, 0) is None
    desk.steps(job, desk.view(job).step + 5)
    assert desk.state(job) == "running"
    until(lambda: "the look cannot be shown" in caplog.text)
