"""A public server: everybody sees all trainings, and each is its owner's."""

import pytest

from dpn import ui
from dpn.jobs.visitors import owner_of
from dpn.runs.folder import list_runs
from dpn.ui import access
from dpn.ui.train import live as train_live
from tests.helpers import short_training, small_model, until, write_npz
from tests.pages.session import Session, finished_run
from tests.workers import ENDLESS

TRAIN = "pages/1_Train.py"


@pytest.fixture(autouse=True)
def public(monkeypatch):
    monkeypatch.setenv("DPN_PUBLIC", "1")


def owner(session):
    return owner_of(session.at.session_state["visitor"])


def press_anyway(session, owners, key):
    """Press a button of the owner's page: whoever speaks the protocol can name any."""
    states = session.at._tree.get_widget_states()
    states.widgets.add(id=owners.at.button(key=key).proto.id, trigger_value=True)
    session.at._run(states)


def start(data, **address):
    write_npz(data)
    session = Session(TRAIN, **address).set("selectbox", "dataset", "small")
    key = next(box.key for box in session.at.number_input if box.label == "Epochs")
    return session.set("number_input", key, 50.0).press("job_start")


def test_others_watch_and_only_the_owner_has_the_buttons(data):
    mine = start(data)
    run_id = mine.at.query_params["run"]
    mine.until(lambda: mine.buttons == {"pause", "stop"})
    other = Session(TRAIN, run=run_id)
    assert owner(mine) != owner(other)
    assert other.buttons == {"start", "step"}  # of one of their own
    assert access.NOT_YOURS in other.texts
    assert access.NOT_YOURS not in mine.texts
    for key in ("job_pause", "job_stop"):
        press_anyway(other, mine, key)
    view = ui.jobs().view(run_id)
    assert view.state in ("running", "finished")
    mine.press("job_pause").until(lambda: ui.jobs().view(run_id).state == "paused")
    mine.run()
    assert other.run().buttons == {"start", "step"}
    press_anyway(other, mine, "job_resume")
    assert ui.jobs().view(run_id).state == "paused"
    mine.press("job_stop").until(lambda: ui.jobs().view(run_id).state == "stopped")


def test_only_the_owner_resumes_or_deletes(data, runs):
    mine = start(data)
    run_id = mine.at.query_params["run"]
    mine.until(lambda: ui.jobs().view(run_id).step > 0)
    mine.press("job_stop").until(lambda: ui.jobs().view(run_id).state == "stopped")
    mine.run()
    (run,) = (run for run in list_runs(runs) if run.id == run_id)
    assert run.config().owner == owner(mine)
    other = Session(TRAIN, run=run_id)
    assert other.buttons == {"start", "step"}
    press_anyway(other, mine, "job_resume")
    assert ui.jobs().view(run_id).state == "stopped"
    assert not [button for button in other.at.button if button.key == "job_delete_sure"]
    assert "resume" in mine.buttons
    mine.press("job_delete_sure")
    assert not run.path.exists()
    assert "run" not in mine.at.query_params
    assert not mine.errors
    assert Session(TRAIN, run=run_id).errors  # there is no such run


def test_what_has_had_its_seconds_is_not_offered_to_go_on(data, monkeypatch):
    mine = start(data)
    run_id = mine.at.query_params["run"]
    mine.until(lambda: ui.jobs().view(run_id).step > 0)
    mine.press("job_stop").until(lambda: ui.jobs().view(run_id).state == "stopped")
    said = "It has trained for as long as a training may on this server."
    assert "resume" in mine.run().buttons
    assert said not in mine.texts
    monkeypatch.setenv("DPN_MAX_SECONDS", "1e-9")
    assert "resume" not in mine.run().buttons
    assert said in mine.texts


def test_runs_of_the_server_belong_to_no_visitor(data, runs):
    write_npz(data)
    run = finished_run(data, runs, steps=3)
    session = Session(TRAIN, run=run.id)
    assert access.NOT_YOURS in session.texts
    assert not [button for button in session.at.button if button.key == "job_delete_sure"]
    assert not session.errors


def test_on_ones_own_machine_everything_is_yours(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_PUBLIC", "0")
    write_npz(data)
    run = finished_run(data, runs, steps=3)
    session = Session(TRAIN, run=run.id)
    assert access.NOT_YOURS not in session.texts
    assert [button for button in session.at.button if button.key == "job_delete_sure"]
    session.press("job_delete_sure")
    assert not run.path.exists()


def test_a_training_above_the_limits_is_refused_in_a_sentence(data):
    write_npz(data)
    session = Session(TRAIN).set("selectbox", "dataset", "small")
    key = next(box.key for box in session.at.number_input if box.label == "Epochs")
    session.set("number_input", key, 300.0).press("job_start")
    assert any("epochs must be at most 200" in ui_text(text) for text in session.errors)
    assert not ui.jobs().views()


def ui_text(markdown):
    return markdown.replace("\\", "").replace("\u2060", "")


def test_who_has_to_sign_in_first_is_told_so(data, monkeypatch):
    monkeypatch.setenv("DPN_SIGN_IN", "1")
    session = Session(TRAIN)
    assert access.SIGN_IN_FIRST in session.texts
    assert session.at.button(key="job_start").disabled
    assert session.buttons == set()
    home = Session("app.py").press("train_digits")
    assert any("Sign in to train" in text for text in home.errors)
    assert not ui.jobs().views()


def test_whoever_is_signed_in_is_the_same_everywhere(data, monkeypatch):
    monkeypatch.setenv("DPN_SIGN_IN", "1")
    monkeypatch.setattr(access, "_user", lambda: {"is_logged_in": True, "iss": "i", "sub": "s"})
    write_npz(data)
    sessions = [Session(TRAIN), Session(TRAIN)]
    assert not sessions[0].at.button(key="job_start").disabled
    sessions[0].set("selectbox", "dataset", "small").press("job_start")
    run_id = sessions[0].at.query_params["run"]
    assert ui.jobs().view(run_id).owner == owner_of("user i s")
    again = Session(TRAIN, run=run_id)
    assert access.NOT_YOURS not in again.texts


def test_the_place_in_the_line_is_on_the_page(data, runs):
    write_npz(data)
    other = ui.jobs().start(small_model(), short_training(steps=ENDLESS), data, runs)
    until(lambda: ui.jobs().view(other).state == "running")  # and will for long
    session = start(data)
    waiting = session.at.query_params["run"]
    session.until(lambda: ui.jobs().view(waiting).state == "queued")
    session.run()
    assert "number 1 in line" in " ".join([session.progress, *session.texts])
    ui.jobs().stop(waiting)
    ui.jobs().stop(other)


def test_who_only_watches_a_training_is_there(monkeypatch):
    """For ten minutes without a click nothing of Train is drawn but its panel, by itself."""
    greeted = []
    monkeypatch.setattr("dpn.ui.access.greet", lambda: greeted.append(True))
    monkeypatch.setattr(train_live, "_redraw", lambda *_: None)
    train_live._live_panel("queued", 0.2)
    assert greeted
