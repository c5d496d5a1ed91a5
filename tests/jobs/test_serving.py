"""Who is answered: with the newest weights, whoever asks and how many, though a device is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from dpn.explain.exact import explain
from dpn.jobs import answering, ready, serving
from dpn.jobs import manager as jobs
from dpn.jobs.job import LiveWeights
from dpn.jobs.questions import Question
from dpn.models.base import Classifier
from dpn.models.build import build_model
from dpn.models.config import MODEL_NAMES
from dpn.runs.run import Run
from tests.helpers import small_model, until, write_npz
from tests.jobs.served import IMAGES, answers_of, closing_server, save, saved_run
from tests.workers import ENDLESS, ThreadStarter, closing_desk


def test_a_model_is_read_once_and_again_when_its_weights_change(server, tmp_path, monkeypatch):
    run, first = saved_run(tmp_path, seed=1)
    read = []
    load = Run.load_model
    monkeypatch.setattr(Run, "load_model", lambda run, moment: read.append(run.id) or load(run))
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
    monkeypatch.setattr(ready, "MODELS", 2)
    kept = [saved_run(tmp_path, seed=seed) for seed in range(3)]
    for index in (0, 1, 0, 2):
        run, model = kept[index]
        np.testing.assert_allclose(
            server.predict(run, IMAGES).probabilities, answers_of(model), atol=1e-6
        )
    assert list(server._models._kept) == [(kept[index][0].id, None) for index in (0, 2)]


def test_many_explain_at_once_and_each_gets_their_own(server, tmp_path):
    run, model = saved_run(tmp_path, "residual", seed=7)
    ours = explain(model, IMAGES)

    def ask(turn):
        index = turn % len(IMAGES)
        return index, server.explain(run, IMAGES[index : index + 1], Question(contrast=None))

    with ThreadPoolExecutor(12) as pool:
        for index, found in pool.map(ask, range(60)):
            np.testing.assert_allclose(found.pixel_map[0], ours.pixel_map[index], atol=1e-5)
            np.testing.assert_allclose(found.total, found.score, atol=1e-4)


def test_others_are_answered_while_many_images_are_scored(server, tmp_path, monkeypatch):
    run, _ = saved_run(tmp_path)
    server.predict(run, IMAGES)
    images = torch.zeros(5_000, 1, 8, 8, dtype=torch.uint8)
    order, predict, ask = [], serving.predict_logits, answering.ask_whole
    started, hold = threading.Event(), threading.Event()

    def watched(model, batch):
        started.set()
        hold.wait(10)
        order.append(len(batch))
        return predict(model, batch)

    def asked(model, batch):
        order.append(len(batch))
        return ask(model, batch)

    monkeypatch.setattr(serving, "predict_logits", watched)
    monkeypatch.setattr(answering, "ask_whole", asked)
    with ThreadPoolExecutor(2) as pool:
        labels = torch.zeros(5_000, dtype=torch.int64)
        scoring = pool.submit(server.evaluate, run, images, labels)
        until(started.is_set)
        one = pool.submit(server.predict, run, IMAGES[:1])
        until(server._executor._work_queue.qsize)
        hold.set()
        scores, answer = scoring.result(), one.result()
    assert len(scores.labels) == 5_000
    assert len(answer.probabilities) == 1
    assert order.index(1) < len(order) - 1, "the one image waited for all the others"


def test_a_device_that_is_lost_is_left_for_the_cpu(server, tmp_path, monkeypatch, caplog):
    """A stand-in: models moved to it work until it fails, and then never again."""
    to, normalise, works = Classifier.to, Classifier.normalise, [True]

    def moved(model, device):
        model.is_there = torch.device(device).type == "cuda"
        return to(model, "cpu")

    def computed(model, images):
        if model.is_there and not works[0]:
            raise torch.AcceleratorError("CUDA error: unspecified launch failure")
        return normalise(model, images)

    monkeypatch.setattr("dpn.jobs.ready.pick_device", lambda: torch.device("cuda"))
    monkeypatch.setattr(Classifier, "to", moved)
    monkeypatch.setattr(Classifier, "normalise", computed)
    monkeypatch.setattr(Classifier, "is_there", False, raising=False)
    run, model = saved_run(tmp_path)
    tensor, labels = torch.from_numpy(IMAGES), torch.zeros(len(IMAGES), dtype=torch.int64)
    for ask in (
        lambda: server.predict(run, IMAGES).probabilities,
        lambda: server.explain(run, IMAGES, Question()).probabilities,
        lambda: server.evaluate(run, tensor, labels).probabilities,
    ):
        server._models.device = None
        server._models._kept.clear()
        works[0] = True
        caplog.clear()
        before = ask()
        assert not caplog.records
        works[0] = False
        np.testing.assert_allclose(ask(), before, atol=1e-6)
        np.testing.assert_allclose(before, answers_of(model), atol=1e-6)
        assert len(caplog.records) == 1
        ask()  # nobody tries it again
        assert len(caplog.records) == 1


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
    monkeypatch.setattr(jobs, "Starter", ThreadStarter)
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
    pairs = [saved_run(tmp_path, name, seed=7) for name in MODEL_NAMES]

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
