"""Answers: those of the model itself, with its newest weights, whoever asks and how many."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from dpn import jobs, serving
from dpn.errors import RunError
from dpn.jobs import LiveWeights
from dpn.models import MODELS, build_model
from dpn.runs import Run, create_run
from dpn.serving import ModelServer
from tests.helpers import NAMES, pictures, short_training, small_model, until, write_npz
from tests.workers import ENDLESS, ThreadWorker, closing_desk

IMAGES = pictures(9, seed=5)[0][:, None]


class NoJobs:
    """No training is under way, but those put into ``live``."""

    def __init__(self):
        self.live = {}

    def live_weights(self, run_id, timeout):
        return self.live.get(run_id)


@pytest.fixture
def no_jobs():
    return NoJobs()


@pytest.fixture
def server(no_jobs):
    with closing_server(no_jobs) as server:
        yield server


class closing_server:  # noqa: N801 - used like a function, in a with statement
    def __init__(self, manager):
        self.server = ModelServer(manager)

    def __enter__(self):
        return self.server

    def __exit__(self, *error):
        self.server._executor.shutdown()


def saved_run(folder, name="dpn", seed=0, **changes):
    """A run that holds the weights of a seed, and that model."""
    config = small_model(name, **changes)
    run = create_run(folder, config, short_training(), NAMES, "mnist")
    model = build_model(config, seed).eval()
    save(run, model)
    return run, model


def save(run, model):
    run.save_checkpoint({f"model.{key}": value for key, value in model.state_dict().items()})


@torch.no_grad()
def answers_of(model, images=IMAGES):
    return torch.softmax(model(torch.tensor(images) / 255), dim=1).numpy()


@pytest.mark.parametrize("name", list(MODELS))
def test_the_answers_are_the_models(server, tmp_path, name):
    run, model = saved_run(tmp_path, name, seed=3)
    answer = server.predict(run, IMAGES)
    np.testing.assert_allclose(answer.probabilities, answers_of(model), atol=1e-6)
    np.testing.assert_allclose(answer.probabilities.sum(1), 1, atol=1e-6)
    assert answer.probabilities.dtype == np.float32
    assert answer.step is None
    one = server.predict(run, IMAGES[:1])
    np.testing.assert_allclose(one.probabilities, answer.probabilities[:1], atol=1e-6)


def test_images_that_may_only_be_read_or_lie_oddly_in_memory_are_welcome(server, tmp_path):
    run, model = saved_run(tmp_path)
    images = np.asfortranarray(IMAGES)[:, :, :, ::-1]
    images.flags.writeable = False
    answer = server.predict(run, images)
    np.testing.assert_allclose(answer.probabilities, answers_of(model, images.copy()), atol=1e-6)


def test_a_model_is_read_once_and_again_when_its_weights_change(server, tmp_path, monkeypatch):
    run, first = saved_run(tmp_path, seed=1)
    read = []
    load = Run.load_model
    monkeypatch.setattr(Run, "load_model", lambda run: read.append(run.id) or load(run))
    for _ in range(3):
        server.predict(Run(run.path), IMAGES)
    assert len(read) == 1
    second = build_model(small_model(), 2).eval()
    save(run, second)
    answer = server.predict(run, IMAGES)
    assert len(read) == 2
    np.testing.assert_allclose(answer.probabilities, answers_of(second), atol=1e-6)
    assert np.abs(answers_of(second) - answers_of(first)).max() > 0.01


def test_the_models_used_longest_ago_make_room(server, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "MODELS_KEPT", 2)
    kept = [saved_run(tmp_path, seed=seed) for seed in range(3)]
    for index in (0, 1, 0, 2):
        run, model = kept[index]
        np.testing.assert_allclose(
            server.predict(run, IMAGES).probabilities, answers_of(model), atol=1e-6
        )
    assert list(server._models) == [kept[0][0].id, kept[2][0].id]


def test_what_cannot_be_answered_is_a_sentence_and_the_server_goes_on(server, tmp_path):
    run, model = saved_run(tmp_path)
    for shape in ((2, 1, 8, 9), (2, 3, 8, 8), (2, 8, 8), (1, 8, 8), (8,)):
        with pytest.raises(RunError, match=r"takes images of \(1, 8, 8\)"):
            server.predict(run, np.zeros(shape, np.uint8))
    empty = create_run(tmp_path, small_model(), short_training(), NAMES, "mnist")
    with pytest.raises(RunError, match="before its first checkpoint"):
        server.predict(empty, IMAGES)
    with pytest.raises(RunError, match=r"has no config\.json"):
        server.predict(Run(tmp_path / "nowhere"), IMAGES)
    np.testing.assert_allclose(
        server.predict(run, IMAGES).probabilities, answers_of(model), atol=1e-6
    )


def test_a_model_in_training_answers_with_its_live_weights(server, no_jobs, tmp_path):
    run, saved = saved_run(tmp_path, seed=1)
    for step in (4, 5, 9):
        newest = build_model(small_model(), seed=step).eval()
        no_jobs.live[run.id] = LiveWeights(step, dict(newest.state_dict()))
        answer = server.predict(run, IMAGES)
        assert answer.step == step
        np.testing.assert_allclose(answer.probabilities, answers_of(newest), atol=1e-6)
    no_jobs.live.clear()
    answer = server.predict(run, IMAGES)
    assert answer.step is None
    np.testing.assert_allclose(answer.probabilities, answers_of(saved), atol=1e-6)


def test_a_training_is_followed_from_its_first_step_to_its_last(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "WorkerProcess", ThreadWorker)
    write_npz(tmp_path / "data")
    with closing_desk(tmp_path) as desk, closing_server(desk.manager) as server:
        job = desk.start(steps=ENDLESS)
        desk.steps(job, 1)
        run, seen = desk.run(job), []
        until(lambda: seen.append(server.predict(run, IMAGES)) or seen[-1].step > 20)
        steps = [answer.step for answer in seen]
        assert steps == sorted(steps)
        desk.manager.pause(job)
        view = desk.reaches(job, "paused")
        assert server.predict(run, IMAGES).step == view.step
        desk.manager.stop(job)
        desk.reaches(job, "stopped")
        answer = server.predict(run, IMAGES)
        assert answer.step is None
        np.testing.assert_allclose(answer.probabilities, answers_of(run.load_model()), atol=1e-6)


def test_many_ask_at_once_and_each_gets_their_own_answer(server, tmp_path):
    pairs = [saved_run(tmp_path, name, seed=7) for name in MODELS]

    def ask(turn):
        run, model = pairs[turn % len(pairs)]
        image = IMAGES[turn % len(IMAGES)][None]
        return server.predict(run, image).probabilities, answers_of(model, image)

    with ThreadPoolExecutor(12) as pool:
        for answer, expected in pool.map(ask, range(150)):
            np.testing.assert_allclose(answer, expected, atol=1e-6)


def test_answers_take_one_thread_and_leave_the_others_their_own(server, tmp_path):
    run, _ = saved_run(tmp_path)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        server._executor.submit(int).result()  # its thread has started, and computed nothing
        worker = threading.Thread(target=torch.set_num_threads, args=(2,))  # as a training does
        worker.start()
        worker.join()
        assert server._executor.submit(torch.get_num_threads).result() == 1
        server.predict(run, IMAGES)
        assert server._executor.submit(torch.get_num_threads).result() == 1
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
