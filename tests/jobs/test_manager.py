"""A training in the background: its buttons in every order, with workers in threads."""

import threading

import pytest

from dpn.errors import RunError
from tests.helpers import same_tensors, short_training, small_model, until, write_npz
from tests.workers import ENDLESS, ThreadWorker


def paused_at(desk, job, step):
    """Wait until it is paused at this step or later."""
    until(lambda: desk.view(job).step >= step and desk.state(job) == "paused")


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
