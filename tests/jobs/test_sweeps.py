"""Sweeps: a line of trainings, a few at a time, within the limits of a server."""

import json
import threading

import pytest

from dpn.errors import ConfigError, RunError, TrainingError
from dpn.jobs.job import JobView
from dpn.runs.run import Run
from dpn.runs.title import title_of
from dpn.sweeps.record import FOLDER, list_sweeps, plan, read_sweep
from tests.helpers import short_training, small_model, until
from tests.workers import ENDLESS


def asked(values=None, seeds=1, owner=None, **changes):
    return plan(
        small_model(), short_training(**changes), values or {"states": [2, 3]}, seeds, owner
    )


def start(desk, sweep):
    desk.manager.sweeps.start(sweep, desk.data, desk.runs)
    return sweep


def live(desk):
    return [view for view in desk.manager.views() if view.live]


def over(desk, sweep):
    until(lambda: not desk.manager.sweeps.is_live(sweep.id))
    return read_sweep(sweep.id, desk.runs)


def test_each_combination_is_trained_with_each_seed_and_has_a_title(open_desk):
    with open_desk() as desk:
        values = {"states": [2, 3], "operator": ["hard", "soft"]}
        done = over(desk, start(desk, asked(values, seeds=2, seed=5, steps=2)))
        assert done.waiting == 0
        configs = [Run(desk.runs / trial.run).config() for trial in done.trials]
        found = [(c.model.states, c.model.operator, c.training.seed) for c in configs]
        assert found == [(s, o, seed) for seed in (5, 6) for s in (2, 3) for o in ("hard", "soft")]
        title = title_of(Run(desk.runs / done.trials[1].run))
        assert title == "small · DPN · states 2, operator soft, seed 5"
        assert list_sweeps(desk.runs, 5) == [done]


def test_few_are_under_way_at_a_time_and_stop_ends_the_rest(open_desk):
    with open_desk() as desk:
        sweep = start(desk, asked({"states": [2, 3, 4, 5]}, steps=ENDLESS))
        until(lambda: len(live(desk)) == 2)
        until(lambda: any(view.step for view in live(desk)))
        until(lambda: read_sweep(sweep.id, desk.runs).waiting == 2)
        with pytest.raises(TrainingError, match="under way already"):
            start(desk, sweep)
        desk.manager.sweeps.stop(sweep.id)
        until(lambda: not live(desk))
        rest = read_sweep(sweep.id, desk.runs)
        assert rest.waiting == 2
        assert not desk.manager.sweeps.is_live(sweep.id)


def test_the_rest_of_a_sweep_can_be_trained_later(open_desk):
    with open_desk() as desk:
        sweep = asked({"states": [2, 3, 4]}, steps=1).started(0, "deleted")
        done = over(desk, start(desk, sweep))
        assert done.trials[0].run == "deleted"
        assert all((desk.runs / trial.run).is_dir() for trial in done.trials[1:])


def test_a_sweep_that_was_stopped_goes_on_where_it_was(open_desk):
    """Those under way, too: they were left as they stood, whatever else was trained."""
    with open_desk() as desk:
        sweep = start(desk, asked({"states": [2, 3, 4]}, steps=400))
        until(lambda: any(view.step > 3 for view in live(desk)))
        desk.manager.sweeps.stop(sweep.id)
        until(lambda: not live(desk))
        stopped = read_sweep(sweep.id, desk.runs)
        (first, *_) = (trial.run for trial in stopped.trials)
        begun = Run(desk.runs / first).status()
        assert (begun["state"], begun["step"] < 400) == ("stopped", True)
        assert desk.manager.sweeps.left(stopped, desk.runs) == 3
        done = over(desk, start(desk, stopped))
        assert desk.manager.sweeps.left(done, desk.runs) == done.waiting == 0
        runs = [Run(desk.runs / trial.run) for trial in done.trials]
        assert runs[0].id == first
        assert [run.status()["state"] for run in runs] == ["finished"] * 3
        assert [run.config().model.states for run in runs] == [2, 3, 4]


def test_what_has_failed_is_trained_when_the_sweep_is_asked_for_again(open_desk):
    """As of a full disk: it was left as it stood, and the chart had a hole."""
    with open_desk() as desk:
        sweep = start(desk, asked({"states": [2, 3]}, steps=400))
        until(lambda: any(view.step > 3 for view in live(desk)))
        desk.manager.sweeps.stop(sweep.id)
        until(lambda: not live(desk))
        stopped = read_sweep(sweep.id, desk.runs)
        first = Run(desk.runs / stopped.trials[0].run)
        step = first.status()["step"]
        first.set_status("failed", "The disk is full.", step=step, total_steps=400)
        assert desk.manager.sweeps.left(stopped, desk.runs) == 2
        done = over(desk, start(desk, stopped))
        assert done.trials[0].run == first.id
        states = [Run(desk.runs / trial.run).status()["state"] for trial in done.trials]
        assert states == ["finished"] * 2
        assert desk.manager.sweeps.left(done, desk.runs) == 0


def test_what_the_limit_of_seconds_has_ended_is_not_left_of_a_sweep(open_desk):
    with open_desk(seconds=0.01) as desk:
        done = over(desk, start(desk, asked({"states": [2, 3]}, steps=ENDLESS)))
        assert [Run(desk.runs / trial.run).status()["state"] for trial in done.trials] == [
            "stopped", "stopped",
        ]  # fmt: skip
        assert desk.manager.sweeps.left(done, desk.runs) == 0


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_what_was_over_before_it_had_a_folder_is_started_anew(open_desk, state):
    with open_desk() as desk:
        sweep = asked({"states": [2, 3]}, steps=2).started(0, "nothing").started(1, "deleted")
        view = JobView("nothing", state=state)
        known = desk.manager.view
        desk.manager.view = lambda run_id: view if run_id == "nothing" else known(run_id)
        assert desk.manager.sweeps.left(sweep, desk.runs) == 1
        done = over(desk, start(desk, sweep))
        assert [trial.run for trial in done.trials][1] == "deleted"
        assert Run(desk.runs / done.trials[0].run).status()["state"] == "finished"


def test_of_two_who_start_a_sweep_at_once_one_does(open_desk, monkeypatch):
    with open_desk() as desk:
        sweeps, sweep = desk.manager.sweeps, asked({"states": [2, 3]}, steps=ENDLESS)
        both = threading.Barrier(2)
        monkeypatch.setattr(sweeps, "check", lambda _: both.wait(10))
        told = []

        def begin():
            try:
                sweeps.start(sweep, desk.data, desk.runs)
            except TrainingError as error:
                told.append(str(error))

        threads = [threading.Thread(target=begin) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert told == ["This sweep is under way already."]
        sweeps.stop(sweep.id)


def test_a_sweep_keeps_to_the_limits_of_a_server(open_desk):
    with open_desk(slots=2, jobs=1, queue=3, epochs=10) as desk:
        sweeps = desk.manager.sweeps
        with pytest.raises(ConfigError, match="at most 3 trainings on this server, these are 4"):
            sweeps.check(asked(seeds=2))
        with pytest.raises(ConfigError, match="epochs must be at most 10"):
            sweeps.check(asked({"epochs": [5.0, 20.0]}))
        first = start(desk, asked(owner="ann", steps=ENDLESS))
        until(lambda: live(desk))
        with pytest.raises(TrainingError, match="You have a sweep under way"):
            start(desk, asked(owner="ann"))
        other = over(desk, start(desk, asked(owner="bob", steps=1)))
        assert other.waiting == 0
        assert len([view for view in live(desk) if view.owner == "ann"]) == 1
        sweeps.stop(first.id)


def test_a_sweep_ends_when_its_owner_has_left(open_desk):
    with open_desk(grace=0.4) as desk:
        sweep = start(desk, asked({"states": [2, 3, 4]}, owner="ann", steps=ENDLESS))
        assert over(desk, sweep).waiting >= 1
        until(lambda: not live(desk))


@pytest.mark.parametrize(
    ("values", "seeds", "message"),
    [
        ({}, 1, "varies one or two settings, got 0"),
        ({"states": [1, 2], "decisions": [1, 2], "hidden": [1, 2]}, 1, "got 3"),
        ({"device": ["cpu", "cuda"]}, 1, "varies one of learning_rate"),
        ({"states": [1]}, 1, "2 to 6 different values"),
        ({"states": [1, 0]}, 1, "states must be a whole number"),
        ({"states": [1, 2, 3, 4, 5, 6], "decisions": [1, 2, 3, 4]}, 3, "at most 60 .* are 72"),
        ({"states": [1, 2]}, 0, "at most 60"),
    ],
)
def test_what_is_no_sweep_is_refused(values, seeds, message):
    with pytest.raises(ConfigError, match=message):
        plan(small_model(), short_training(), values, seeds)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw.update(format=2),
        lambda raw: raw.update(names=["device"]),
        lambda raw: raw.update(trials=[]),
        lambda raw: raw["trials"].append([[2], 0]),
        lambda raw: raw["trials"].append([[2, 3], 0, None]),
        lambda raw: raw["trials"].append([[2], 0, "../../elsewhere"]),
        lambda raw: raw["trials"].append([[-1], 0, None]),
        lambda raw: raw.pop("model"),
        lambda raw: raw.clear(),
    ],
)
def test_a_damaged_file_is_said_and_hides_no_other(tmp_path, damage):
    good, bad = asked(), asked()
    good.write(tmp_path)
    bad.write(tmp_path)
    file = tmp_path / FOLDER / f"{bad.id}.json"
    raw = json.loads(file.read_text())
    damage(raw)
    file.write_text(json.dumps(raw))
    with pytest.raises(RunError, match="is damaged"):
        read_sweep(bad.id, tmp_path)
    assert list_sweeps(tmp_path, 5) == [good]


@pytest.mark.parametrize("name", ["gone", "../sweeps/x", "x" * 300, ""])
def test_a_sweep_that_is_not_there_is_said(tmp_path, name):
    with pytest.raises(RunError, match="There is no sweep"):
        read_sweep(name, tmp_path)
