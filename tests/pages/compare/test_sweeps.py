"""Sweeps: asked for on Train, shown on Compare as one chart."""

import json

import pyarrow as pa
import pytest

from dpn import ui
from dpn.jobs.job import JobView
from dpn.runs.run import Run
from dpn.runs.title import title_of
from dpn.sweeps.record import list_sweeps, plan
from dpn.ui import frame
from tests.helpers import until, write_npz
from tests.pages.compare.test_runs import COMPARE, cells, said
from tests.pages.session import Session, finished_run, stopped_run

TRAIN = "pages/1_Train.py"


def sweep_of_two(session):
    session.set("selectbox", "dataset", "small")
    session.set("number_input", "small-dpn-quick-Epochs", 1.0)
    key = next(b.key for b in session.at.selectbox if (b.key or "").startswith("sweep-first"))
    session.set("selectbox", key, "states")
    (values,) = session.at.text_input
    return session.set("text_input", values.key, "2, 3")


def test_a_sweep_is_counted_started_and_shown_as_one_chart(data, runs):
    write_npz(data)
    session = sweep_of_two(Session(TRAIN))
    assert "**2 trainings**" in session.texts
    session.press("sweep_start").open(COMPARE)
    (sweep,) = list_sweeps(runs, 5)
    until(lambda: not ui.jobs().sweeps.is_live(sweep.id))
    session.run()
    assert session.progress == "2 trainings: 2 finished"
    assert session.at.query_params["sweep"] in (sweep.id, [sweep.id])
    (sweep,) = list_sweeps(runs, 5)
    titles = [title_of(Run(runs / trial.run)) for trial in sweep.trials]
    assert titles == ["small · DPN · states 2, seed 0", "small · DPN · states 3, seed 0"]
    assert "the test images stay unseen" in said(session)
    session.press("sweep_best")
    assert cells(session, "States")
    again = sweep_of_two(Session(TRAIN))
    assert any(text.startswith("**2 trainings**, about ") for text in again.texts)


def test_what_is_left_of_a_sweep_is_trained_from_where_it_was(data, runs):
    write_npz(data)
    stopped = stopped_run(data, runs)
    config = stopped.config()
    sweep = plan(config.model, config.training, {"states": [2, 3]}).started(0, stopped.id)
    sweep.write(runs)
    session = Session(COMPARE, sweep=sweep.id)
    assert session.progress == "2 trainings: 1 stopped, 1 not started"
    assert session.at.main.get("progress")[0].value == 0
    assert session.at.button(key="sweep_on").label == "Train the other 2"
    session.press("sweep_on")
    until(lambda: not ui.jobs().sweeps.is_live(sweep.id))
    session.run()
    assert session.progress == "2 trainings: 2 finished"
    assert stopped.status()["state"] == "finished"


def test_what_names_of_a_setting_are_called_in_a_sweep_in_chinese(data, runs):
    write_npz(data)
    done = finished_run(data, runs, steps=2)
    config = done.config()
    asked = {"operator": ["hard", "soft"]}
    sweep = plan(config.model, config.training, asked).started(0, done.id)
    sweep.write(runs)
    session = Session(COMPARE, lang="zh", sweep=sweep.id)
    (chart,) = session.at.get("vega_lite_chart")
    assert '"domain": ["硬", "软"]' in json.dumps(json.loads(chart.proto.spec), ensure_ascii=False)
    table = pa.ipc.open_stream(chart.proto.data.data).read_pandas()
    assert [*table["first"]] == ["硬"]


def test_what_waits_and_what_was_deleted_elsewhere_is_not_called_otherwise(data, runs, monkeypatch):
    write_npz(data)
    done = finished_run(data, runs, steps=2)
    config = done.config()
    sweep = plan(config.model, config.training, {"states": [2, 3, 4]})
    for place, name in enumerate(("a", "b", "c")):
        sweep = sweep.started(place, name)
    sweep.write(runs)
    states = {"a": "finished", "b": "running", "c": "queued"}
    view = lambda _, name: JobView(name, states[name]) if name in states else None  # noqa: E731
    monkeypatch.setattr("dpn.jobs.manager.JobManager.view", view)
    assert Session(COMPARE, sweep=sweep.id).progress == (
        "3 trainings: 1 deleted, 1 under way, 1 waiting"
    )


def test_the_sidebar_tells_of_what_trains_before_what_waits(data, monkeypatch):
    views = [JobView("b", "queued", total_steps=9), JobView("a", "running", total_steps=9)]
    monkeypatch.setattr("dpn.jobs.manager.JobManager.views", lambda _: views)
    assert any(text.endswith("training") for text in Session(COMPARE).texts)


@pytest.mark.parametrize("is_live", [False, True])
def test_the_sidebar_looks_again_and_again_while_a_sweep_runs(data, monkeypatch, is_live):
    looks, fragment = {}, frame.st.fragment

    def noted(function, **how):
        looks[function.__name__] = how.get("run_every")
        return fragment(function, **how)

    monkeypatch.setattr(frame.st, "fragment", noted)
    monkeypatch.setattr("dpn.jobs.sweeps.Sweeps.any_live", lambda _: is_live)
    Session(COMPARE)
    assert looks["_sidebar_state"] == (frame.FOLLOWED if is_live else None)


def test_a_sweep_beyond_the_limits_cannot_be_started(data, monkeypatch):
    write_npz(data)
    monkeypatch.setenv("DPN_MAX_QUEUE", "3")
    session = sweep_of_two(Session(TRAIN))
    session.set("number_input", "sweep-seeds", 2)
    assert "at most 3 trainings on this server, these are 4" in said(session)
    assert not [b for b in session.at.button if b.key == "sweep_start"]
    session.set("text_input", session.at.text_input[0].key, "2, x")
    assert "states takes whole numbers" in said(session)


def test_an_unknown_sweep_and_none_at_all_are_said(runs):
    session = Session(COMPARE, sweep="no-such")
    assert "There is no sweep" in said(session)
    assert "Start one on Train" in said(session)
