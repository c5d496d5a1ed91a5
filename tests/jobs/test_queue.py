"""Who is next: jobs take turns, places are a device's own, and none is lost."""

import itertools
import random
import threading

from dpn.jobs import manager as jobs
from dpn.jobs.workers.worker import Worker
from tests.helpers import until, write_npz
from tests.jobs.test_manager import paused_at
from tests.workers import ENDLESS, ThreadStarter, closing_desk


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
