"""What a visitor may use: read from the environment, held by the queue of trainings."""

import dataclasses
import math
import threading
import time
from pathlib import Path

import pytest

from dpn.data.catalogue import list_datasets
from dpn.errors import ConfigError, TrainingError
from dpn.jobs.job import JobView
from dpn.jobs.limits import OWN, UNLIMITED, VARIABLES, Limits, read_limits
from dpn.jobs.presence import is_abandoned
from dpn.models.build import model_size
from dpn.models.config import MODEL_NAMES, ModelConfig
from dpn.models.presets import PRESET_NAMES, preset
from dpn.models.train_config import TrainConfig
from dpn.runs.run import Run
from dpn.training.trainer import Trainer
from tests.helpers import short_training, small_words, write_texts
from tests.workers import ENDLESS, ThreadWorker

# The settings


def test_a_public_server_has_limits_and_ones_own_machine_has_none(monkeypatch):
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    assert read_limits(public=True) == Limits()
    assert read_limits(public=False) == OWN
    assert all(getattr(Limits(), name) < UNLIMITED for name in VARIABLES)


def test_each_variable_changes_its_limit_and_0_takes_it_away(monkeypatch):
    for value, (field, variable) in enumerate(VARIABLES.items(), start=2):
        monkeypatch.setenv(variable, str(value))
        for public in (True, False):
            assert getattr(read_limits(public=public), field) == value
        monkeypatch.setenv(variable, "0")
        if field != "slots":
            assert getattr(read_limits(public=True), field) == UNLIMITED
        monkeypatch.delenv(variable)


@pytest.mark.parametrize("variable", VARIABLES.values())
@pytest.mark.parametrize("text", ["many", "-1", "nan", "inf"])
def test_a_wrong_limit_is_named(monkeypatch, variable, text):
    monkeypatch.setenv(variable, text)
    with pytest.raises(ConfigError, match=f"{variable} must be a number from 0 up, got '{text}'"):
        read_limits(public=True)


def test_one_training_is_no_trainings():
    """As on a small server, which takes one at a time."""
    with pytest.raises(TrainingError, match=r"^1 training is under way, and this server takes no"):
        Limits(queue=1).check_count(0, 1)
    with pytest.raises(TrainingError, match=r"^You have 1 training under way, .* allows 1\."):
        Limits(jobs=1).check_count(1, 1)


@pytest.mark.parametrize("text", ["0", "1.5"])
def test_slots_are_whole_and_there_is_one(monkeypatch, text):
    monkeypatch.setenv("DPN_SLOTS", text)
    with pytest.raises(ConfigError, match="DPN_SLOTS must be a whole number from 1 up"):
        read_limits(public=True)


# One training


@pytest.mark.parametrize("name", PRESET_NAMES)
@pytest.mark.parametrize("model", MODEL_NAMES)
@pytest.mark.parametrize("info", list_datasets(Path("nowhere")), ids=lambda info: info.name)
def test_what_the_page_offers_is_within_the_limits_of_a_public_server(info, model, name):
    Limits().check(*preset(info.name, info.image_shape, info.classes, model, name))


def test_what_is_too_large_is_refused_with_the_limit():
    model, training = ModelConfig(), TrainConfig(epochs=3)
    Limits().check(model, training)
    with pytest.raises(ConfigError, match="epochs must be at most 2 on this server, got 3"):
        Limits(epochs=2).check(model, training)
    with pytest.raises(ConfigError, match=r"has 219,530 parameters.* allows 1,000\b"):
        Limits(parameters=1000).check(model, training)
    OWN.check(ModelConfig(states=1000, decisions=50), TrainConfig(epochs=10_000))


def test_a_model_that_is_too_large_with_its_words_is_refused_and_what_goes_on_is_not(
    open_desk, tmp_path
):
    write_texts(tmp_path / "data", "said")
    words, training = small_words(), short_training(dataset="said", preparation="auto")
    size, _ = model_size(words)  # without a word
    with open_desk(parameters=size + 10) as desk:
        job = desk.manager.start(words, training, tmp_path / "data", tmp_path / "runs")
        view = desk.reaches(job, "failed")
        assert "The model would have" in view.message
        assert "fewer states, decisions, embedding" in view.message
        job = desk.start(steps=2)
        desk.reaches(job, "finished")
        desk.run(job).set_status("stopped", step=0, total_steps=2)
    with open_desk(parameters=10) as desk:
        desk.manager.resume_run(Run(tmp_path / "runs" / job), tmp_path / "data")
        desk.reaches(job, "finished")


def test_a_training_that_takes_too_long_is_stopped_and_kept(open_desk, tmp_path):
    with open_desk(seconds=0.05) as desk:
        job = desk.start(steps=ENDLESS)
        view = desk.reaches(job, "stopped", "failed")
        assert view.state == "stopped"
        assert view.message == "It reached 0.05 seconds of training, which is this server's limit."
        assert desk.run(job).load_model()
        with pytest.raises(ConfigError):
            desk.start(epochs=1e9)
        with pytest.raises(ConfigError, match="has trained for 0.05 s, as long as one training"):
            desk.manager.resume_run(desk.run(job), tmp_path / "data")
        assert desk.view(job).state == "stopped"
    with open_desk(seconds=1e6) as desk:
        desk.manager.resume_run(Run(tmp_path / "runs" / job), tmp_path / "data")
        desk.reaches(job, "running")


# One visitor


def test_a_visitor_has_so_many_trainings_and_others_have_theirs(open_desk):
    with open_desk(jobs=2, slots=2) as desk:
        mine = [desk.start(steps=ENDLESS, owner="me") for _ in range(2)]
        with pytest.raises(TrainingError, match="You have 2 trainings under way.* allows 2"):
            desk.start(steps=ENDLESS, owner="me")
        other = desk.start(steps=5, owner="you")
        assert desk.view(other).owner == "you"
        for job in mine:
            desk.manager.stop(job)
            desk.reaches(job, "stopped")
        desk.manager.resume_run(desk.run(mine[0]), desk.data, "me")  # there is room again
        assert desk.reaches(other, "finished")
        assert desk.run(other).config().owner == "you"


def test_many_at_once_do_not_slip_through(open_desk):
    with open_desk(jobs=1) as desk:
        refused = []

        def press():
            try:
                desk.start(steps=ENDLESS, owner="me")
            except TrainingError:
                refused.append(1)

        threads = [threading.Thread(target=press) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 5


def test_all_visitors_together_have_so_many_trainings(open_desk):
    with open_desk(queue=3) as desk:
        ids = [desk.start(steps=ENDLESS, owner=str(number)) for number in range(3)]
        made = len(ThreadWorker.made)
        with pytest.raises(TrainingError, match="3 trainings are under way, and this server takes"):
            desk.start(owner="late")
        assert len(ThreadWorker.made) == made  # no process was begun for nothing
        desk.manager.stop(ids[0])
        desk.reaches(ids[0], "stopped")
        desk.start(owner="late")


def test_who_waits_sees_the_place_and_about_how_long(open_desk):
    with open_desk() as desk:
        first = desk.start(steps=ENDLESS)
        desk.steps(first, 3)
        second, third = desk.start(steps=5), desk.start(steps=5)
        desk.reaches(second, "queued")
        desk.reaches(third, "queued")
        assert desk.view(first).place == 0
        assert {desk.view(job).place for job in (second, third)} == {1, 2}
        line = sorted((second, third), key=lambda job: desk.view(job).place)
        assert desk.view(line[0]).wait == pytest.approx(desk.view(first).seconds_left, rel=0.5)
        assert desk.view(line[1]).wait is None  # how long the one before takes, nobody knows yet
        desk.manager.stop(first)
        desk.reaches(line[1], "finished")
        again = desk.start(steps=ENDLESS)
        desk.steps(again, 3)
        waiting = [desk.start(steps=5) for _ in range(2)]
        for job in waiting:
            desk.reaches(job, "queued")
        assert all(desk.view(job).wait > 0 for job in waiting)  # as long as others took


def test_a_training_whose_owner_stays_away_is_stopped_and_kept(open_desk):
    with open_desk(grace=1, slots=2) as desk:
        left, watched = (desk.start(steps=ENDLESS, owner=who) for who in ("left", "there"))
        nobodys = desk.start(steps=ENDLESS)
        done = time.monotonic() + 3
        while time.monotonic() < done or desk.state(left) != "stopped":
            desk.manager.seen("there")
            time.sleep(0.05)
            assert time.monotonic() < done + 30
        assert desk.view(left).message.startswith("Nobody had watched it")
        assert desk.run(left).status()["state"] == "stopped"
        assert desk.view(watched).live
        assert desk.view(nobodys).live


def test_a_training_near_its_end_goes_on_without_its_owner(open_desk, monkeypatch):
    step = Trainer.step

    def slowly(trainer):
        time.sleep(0.01)
        record = step(trainer)
        trainer.seconds = trainer.step_count * 0.001  # so that it is always near its end
        return record

    monkeypatch.setattr(Trainer, "step", slowly)
    with open_desk(grace=0.5) as desk:
        job = desk.start(steps=200, owner="left")
        while desk.view(job).step == 0:
            desk.manager.seen("left")
            time.sleep(0.01)
        view = desk.reaches(job, "finished", "stopped")  # after more than a second
        assert (view.state, view.step) == ("finished", 200)


def test_who_is_away_for_how_long_loses_which_training():
    slow = JobView("a", "running", step=10, total_steps=20, seconds=100.0, owner="me")
    fast = dataclasses.replace(slow, seconds=5.0)  # five seconds to go
    for view, away, abandoned in (
        (slow, 9, False),
        (slow, 11, True),
        (fast, 11, False),
        (dataclasses.replace(fast, state="paused"), 11, True),
        (dataclasses.replace(slow, state="finished"), 11, False),
        (dataclasses.replace(slow, owner=None), math.inf, False),
        (JobView("b", owner="me"), 11, True),  # still loading
    ):
        assert is_abandoned(view, away, grace=10) == abandoned
