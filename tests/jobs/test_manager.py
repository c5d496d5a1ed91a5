"""The queue of trainings: its buttons in every order, with workers in threads; and real ones."""

import itertools
import json
import os
import random
import signal
import threading

import pytest

from dpn.errors import RunError
from dpn.jobs import manager as jobs
from dpn.jobs.workers.worker import Worker
from dpn.runs.run import LIVE_WEIGHTS
from dpn.training.trainer import Trainer
from tests.helpers import same_tensors, short_training, small_model, until, write_npz
from tests.workers import ENDLESS, ThreadStarter, ThreadWorker, closing_desk


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "Starter", ThreadStarter)
    write_npz(tmp_path / "data")
    with closing_desk(tmp_path) as desk:
        yield desk


def paused_at(desk, job, step):
    """Wait until it is paused at this step or later."""
    until(lambda: desk.view(job).step >= step and desk.state(job) == "paused")


# One job


def test_a_training_goes_from_start_to_finish(desk):
    job = desk.start(steps=6)
    assert desk.view(job).live
    view = desk.reaches(job, "finished", "failed")
    assert view.state == "finished"
    assert not view.live
    assert (view.step, view.total_steps, view.message) == (6, 6, "")
    assert view.seconds > 0
    assert view.seconds_left == 0
    assert desk.run(job).status()["state"] == "finished"
    assert desk.run(job).result()["run"] == job
    assert desk.written(job) == [1, 2, 3, 4, 5, 6]
    assert desk.manager.view("unknown") is None
    assert [view.id for view in desk.manager.views()] == [job]


def test_a_job_computes_what_the_loop_computes(desk):
    """Paused, stepped and resumed, it ends with the same bits."""
    first = desk.start(steps=30, seed=3)
    desk.reaches(first, "finished")
    second = desk.start(steps=30, seed=3)
    for _ in range(3):
        desk.manager.pause(second)
        desk.reaches(second, "paused", "finished")
        desk.manager.step(second)
        desk.manager.resume(second)
    desk.reaches(second, "finished")
    weights = [dict(desk.run(job).load_model().state_dict()) for job in (first, second)]
    assert same_tensors(*weights)
    assert desk.written(second) == list(range(1, 31))


def test_pause_holds_and_resume_goes_on(desk):
    job = desk.start(steps=ENDLESS)
    desk.steps(job, 3)
    desk.manager.pause(job)
    view = desk.reaches(job, "paused")
    assert view.live
    assert desk.run(job).status()["state"] == "paused"
    assert desk.written(job)[-1] == view.step
    assert view.seconds_left > 0
    desk.manager.live_weights(job, timeout=10)  # it has heard and done all that was said before
    assert desk.written(job)[-1] == view.step == desk.view(job).step
    desk.manager.resume(job)
    desk.steps(job, view.step + 3)
    assert desk.state(job) == "running"
    assert desk.run(job).status()["state"] in ("running", "paused")


def test_step_takes_exactly_one_batch(desk):
    job = desk.start(steps=ENDLESS)
    desk.manager.pause(job)
    before = desk.reaches(job, "paused").step
    for count in range(1, 6):
        desk.manager.step(job)
        paused_at(desk, job, before + count)
        desk.manager.live_weights(job, timeout=10)
        assert desk.view(job).step == before + count
        assert len(desk.written(job)) == before + count


def test_step_while_running_takes_at_most_one_more_and_pauses(desk):
    job = desk.start(steps=ENDLESS)
    desk.steps(job, 2)
    desk.manager.step(job)
    view = desk.reaches(job, "paused")
    assert desk.written(job)[-1] == view.step


def test_step_to_the_very_end(desk):
    job = desk.start(steps=2)
    desk.manager.pause(job)
    desk.reaches(job, "paused")
    for count in (1, 2):
        desk.manager.step(job)
        paused_at(desk, job, count)
    desk.manager.step(job)
    assert desk.reaches(job, "finished", "failed").state == "finished"
    assert desk.written(job) == [1, 2]


def test_buttons_pressed_before_the_data_are_loaded_count(desk, monkeypatch):
    gate = threading.Event()
    hold_loading(monkeypatch, gate)
    paused, stepped, stopped = (desk.start(steps=ENDLESS) for _ in range(3))
    desk.manager.pause(paused)
    desk.manager.step(stepped)
    desk.manager.stop(stopped)
    assert {desk.state(job) for job in (paused, stepped, stopped)} == {"loading"}
    gate.set()
    assert desk.reaches(paused, "paused").step == 0
    assert desk.reaches(stepped, "paused").step == 1
    assert desk.reaches(stopped, "stopped").step == 0
    assert desk.run(stopped).status()["state"] == "stopped"
    assert desk.written(paused) == desk.written(stopped) == []


def test_stop_while_downloading_ends_the_download_and_leaves_no_run(desk, monkeypatch):
    def load(*_args, progress, **_named):
        for done in range(1_000_000):
            progress(done, 1_000_000)
        raise AssertionError("the download went on")

    monkeypatch.setattr("dpn.training.opening.load_dataset", load)
    job = desk.start()
    until(lambda: desk.view(job).download is not None)
    assert desk.view(job).download[1] == 1_000_000
    assert desk.state(job) == "loading"
    desk.manager.stop(job)
    view = desk.reaches(job, "stopped", "failed")
    assert (view.state, view.message, view.download) == ("stopped", "", None)
    assert not desk.runs.exists()


def hold_loading(monkeypatch, gate):
    from dpn.data.loading import load_dataset

    def load(*args, **named):
        assert gate.wait(60)
        return load_dataset(*args, **named)

    monkeypatch.setattr("dpn.training.opening.load_dataset", load)


@pytest.mark.parametrize("state", ["running", "paused", "queued"])
def test_stop_from_every_state_leaves_a_run_that_goes_on(desk, state):
    other = desk.start(steps=ENDLESS) if state == "queued" else None
    job = desk.start(steps=30)
    if state == "paused":
        desk.manager.pause(job)
    desk.reaches(job, state, "finished")
    desk.manager.stop(job)
    desk.manager.resume(job)  # too late
    view = desk.reaches(job, "stopped", "finished")
    assert desk.run(job).status()["state"] == view.state
    if other:
        desk.manager.stop(other)
        desk.reaches(other, "stopped")
    if view.state == "stopped":
        assert desk.manager.resume_run(desk.run(job), desk.data) == job
        assert desk.reaches(job, "finished", "failed").state == "finished"
    assert desk.written(job) == list(range(1, 31))


def test_buttons_of_a_job_that_is_over_or_unknown_do_nothing(desk):
    job = desk.start(steps=1)
    desk.reaches(job, "finished")
    for press in (desk.manager.pause, desk.manager.resume, desk.manager.step, desk.manager.stop):
        press(job)
        press("unknown")
    assert desk.state(job) == "finished"


def test_a_resumed_run_shows_where_it_is(desk):
    job = desk.start(steps=ENDLESS)
    desk.steps(job, 5)
    desk.manager.stop(job)
    stopped = desk.reaches(job, "stopped")
    desk.manager.resume_run(desk.run(job), desk.data)
    desk.manager.pause(job)
    view = desk.reaches(job, "paused")
    assert view.step >= stopped.step
    assert view.total_steps == ENDLESS
    with pytest.raises(RunError, match="already training"):
        desk.manager.resume_run(desk.run(job), desk.data)


def test_a_worker_that_was_told_to_stop_takes_no_other_order(tmp_path):
    write_npz(tmp_path / "data")
    worker = ThreadWorker()
    order = {"do": "train", "model": small_model().to_dict(), "run_id": "one"}
    order |= {"training": short_training().to_dict(), "data_dir": str(tmp_path / "data")}
    for command in (order | {"runs_dir": str(tmp_path)}, *({"do": w} for w in ("stop", "run"))):
        worker.send(command)
    *_, last = worker.events()
    worker.wait(30)
    assert (last["event"], last["state"]) == ("over", "stopped")


# Failing


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


# The queue


def test_jobs_take_turns_and_a_paused_one_gives_its_place_up(desk):
    first = desk.start(steps=ENDLESS)
    desk.reaches(first, "running")
    second, third = (desk.start(steps=ENDLESS) for _ in range(2))
    desk.reaches(second, "queued")
    desk.reaches(third, "queued")
    desk.steps(first, 3)
    assert desk.view(second).step == desk.view(third).step == 0
    desk.manager.pause(first)
    desk.reaches(second, "running")
    desk.steps(second, 3)
    held = desk.view(first).step
    desk.manager.resume(first)
    assert desk.state(first) == "queued"
    desk.manager.stop(second)
    desk.reaches(second, "stopped")
    desk.steps(first, held + 1)
    assert desk.state(third) == "queued"
    desk.manager.pause(third)
    assert desk.state(third) == "paused"
    desk.manager.stop(first)
    desk.reaches(first, "stopped")
    assert desk.state(third) == "paused"
    desk.manager.step(third)
    paused_at(desk, third, 1)
    assert [view.id for view in desk.manager.views()] == [third, second, first]


def test_two_places_train_two(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "Starter", ThreadStarter)
    write_npz(tmp_path / "data")
    with closing_desk(tmp_path, slots=2) as desk:
        started = [desk.start(steps=ENDLESS) for _ in range(3)]
        until(lambda: [desk.state(job) for job in started].count("running") == 2)
        until(lambda: [desk.state(job) for job in started].count("queued") == 1)
        (waiting,) = (job for job in started if desk.state(job) == "queued")
        running = [job for job in started if job != waiting]
        desk.manager.stop(running[0])
        desk.reaches(waiting, "running")
        assert desk.state(running[1]) == "running"


def test_each_device_has_places_of_its_own(desk, monkeypatch):
    """Workers that say they train on another device: every second one."""
    devices = itertools.cycle(["cpu", "cuda"])

    def emit(worker, event, say=Worker._emit):
        if event["event"] == "device":
            event = {**event, "device": next(devices)}
        say(worker, event)

    monkeypatch.setattr(Worker, "_emit", emit)
    started = []
    for _ in range(4):
        started.append(desk.start(steps=ENDLESS))
        desk.reaches(started[-1], "queued", "running")
    cpu, gpu, next_cpu, next_gpu = started
    assert [desk.state(job) for job in started] == ["running", "running", "queued", "queued"]
    assert desk.view(next_cpu).place == desk.view(next_gpu).place == 1
    desk.manager.stop(gpu)
    desk.reaches(next_gpu, "running")
    assert desk.state(cpu) == "running"
    assert desk.state(next_cpu) == "queued"


def test_many_hands_on_many_jobs_lose_no_place(desk):
    """Whatever was pressed, in the end every training finishes in turn."""
    started = [desk.start(steps=40, seed=seed) for seed in range(4)]

    def play(seed):
        dice = random.Random(seed)
        m = desk.manager
        for _ in range(60):
            dice.choice((m.pause, m.resume, m.step, m.resume))(dice.choice(started))
            m.live_weights(dice.choice(started), timeout=0.001)

    hands = [threading.Thread(target=play, args=(seed,)) for seed in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    def all_over():
        for job in started:
            if desk.state(job) == "paused":
                desk.manager.resume(job)
        return all(not view.live for view in desk.manager.views())

    until(all_over)
    assert {desk.state(job) for job in started} == {"finished"}
    assert all(desk.written(job) == list(range(1, 41)) for job in started)
    assert not any(job.holds_place for job in desk.manager._jobs.values())


# Live weights


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


# The end of the app


def test_shutting_down_saves_everything_and_starts_nothing_new(desk):
    running = desk.start(steps=ENDLESS)
    desk.steps(running, 3)
    queued = desk.start(steps=ENDLESS)
    desk.reaches(queued, "queued")
    made = len(ThreadWorker.made)
    desk.manager.shut_down(30)
    assert desk.reaches(running, "stopped").step >= 3
    desk.reaches(queued, "stopped")
    until(lambda: not any(t.name.startswith("job-") for t in threading.enumerate()))
    assert len(ThreadWorker.made) == made
    for job in (running, queued):
        assert desk.run(job).status()["state"] == "stopped"
    assert len(desk.run(running).load_checkpoint()) > 0


# Real processes


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
