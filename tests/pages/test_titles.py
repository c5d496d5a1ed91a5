"""Runs by their titles: who may change one, what is shown of it, and which run answers."""

import json

import pytest

from dpn import ui
from dpn.errors import RunError
from dpn.runs.folder import list_runs
from dpn.runs.run import SHIPPED, Run
from dpn.runs.title import own_title, set_title, title_of
from dpn.ui import access
from tests.helpers import write_npz
from tests.pages.session import Session, finished_run

TRAIN, CLASSIFY = "pages/1_Train.py", "pages/2_Classify.py"


def heading(session):
    (words,) = (text.value for text in session.at.main.subheader if text.value != "Result")
    return words


def can_rename(session):
    return any(box.label == "Title" for box in session.at.text_input)


def rename(session, text):
    (box,) = (box for box in session.at.text_input if box.label == "Title")
    box.set_value(text)
    return session.press("title_save")


# Renaming


def test_the_owner_gives_a_run_a_title_and_takes_it_back(data, runs):
    write_npz(data)
    run = finished_run(data, runs)
    usual = title_of(run)
    session = Session(TRAIN, run=run.id)
    assert heading(session) == ui.plain(usual)
    assert [code.value for code in session.at.code] == [run.id]  # to be copied
    rename(session, " My <b>best</b> *one* ")
    assert own_title(run) == "My <b>best</b> *one*"
    assert heading(session) == ui.plain("My <b>best</b> *one*")
    assert session.run_id == run.id  # by which a reload finds it
    session.open(CLASSIFY)
    assert "My <b>best</b> *one*" in session.at.selectbox(key="answering").options
    again = Session(TRAIN, run=run.id)
    assert heading(again) == ui.plain("My <b>best</b> *one*")
    rename(again, "")
    assert heading(again) == ui.plain(usual)
    assert not again.errors


@pytest.mark.parametrize("text", ["a\u202eb", "a\x1b[0mb"])
def test_a_bad_title_is_answered_by_a_sentence_and_the_old_one_stays(data, runs, text):
    write_npz(data)
    run = finished_run(data, runs)
    set_title(run, "old")
    session = rename(Session(TRAIN, run=run.id), text)
    (error,) = session.errors
    assert "at most 64 characters" in error
    assert heading(session) == "old"
    rename(session, "x" * 65)  # which no browser sends
    assert own_title(run) in ("old", "x" * 64)
    assert not rename(session, "new").errors
    assert own_title(run) == "new"


def test_a_stranger_on_a_public_server_renames_nothing(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_PUBLIC", "1")
    write_npz(data)
    mine = Session(TRAIN).train_small()
    rename(mine, "Mine")
    run = Run(runs / mine.run_id)
    assert own_title(run) == "Mine"
    other = Session(TRAIN, run=run.id)
    assert heading(other) == "Mine"
    assert not can_rename(other)
    monkeypatch.setattr(access, "owner", lambda: "somebody else")
    with pytest.raises(RunError, match="Only who started"):
        access.rename(run, "theirs")
    servers_own = finished_run(data, runs)
    with pytest.raises(RunError, match="Only who started"):
        access.rename(servers_own, "theirs")
    assert not can_rename(Session(TRAIN, run=servers_own.id))
    (run.path / "config.json").write_text("{")  # nobody can tell any more whose it is
    with pytest.raises(RunError, match="Only who started"):
        access.rename(run, "theirs")
    assert own_title(run) == "Mine"


def test_a_shipped_run_is_renamed_by_nobody():
    session = Session(TRAIN, run="shipped-mnist-dpn")
    assert heading(session) == ui.plain(title_of(Run(SHIPPED / "shipped-mnist-dpn")))
    assert not can_rename(session)
    with pytest.raises(RunError):
        access.rename(Run(SHIPPED / "shipped-mnist-dpn"), "mine")


def test_a_run_without_a_folder_yet_is_a_new_training(monkeypatch, runs):
    def load(*_args, progress, **_named):
        for _ in range(10_000_000):
            progress(1, 2)

    monkeypatch.setattr("dpn.training.opening.load_dataset", load)
    session = Session(TRAIN).set("selectbox", "dataset", "kmnist")
    assert heading(session) == "What it will learn"
    session.press("job_start")
    assert heading(session) == "A new training"
    assert session.at.sidebar.caption[0].value == "**A new training**  \nloading the data"
    assert not can_rename(session)
    assert not [run for run in list_runs(runs) if run.origin == "trained"]
    session.press("job_stop").until(lambda: "Stopped" in session.progress)


def test_the_lessons_of_a_model_name_their_parents_by_title(data, runs):
    write_npz(data)
    parent, taught = finished_run(data, runs, "1-parent"), finished_run(data, runs, "2-taught")
    config = json.loads((taught.path / "config.json").read_text())
    lesson = {"parent": parent.id, "method": "full", "new_classes": 0, "images": 1}
    lesson |= {"accuracy_before": None, "accuracy_after": None}
    (taught.path / "config.json").write_text(json.dumps({**config, "lesson": lesson}))
    set_title(parent, "=1+1")
    session = Session(CLASSIFY, run=taught.id)
    (table,) = session.at.dataframe
    assert table.value["taught from"].tolist() == ["'=1+1"]  # no formula to a spreadsheet
    parent.delete()
    (table,) = session.run().at.dataframe
    assert table.value["taught from"].tolist() == [parent.id]


# Which run answers


def test_what_was_chosen_last_answers_after_a_reload_and_in_a_new_window(data, runs):
    write_npz(data)
    old, new = (finished_run(data, runs, name) for name in ("1-old", "2-new"))
    session = Session(CLASSIFY)
    assert session.at.selectbox(key="answering").value == new.id
    session.set("selectbox", "answering", old.id)
    address = {name: session.at.query_params[name] for name in session.at.query_params}
    for page in (CLASSIFY, "pages/3_Inside.py", "pages/4_Evaluate.py"):
        again = Session(page, **address)
        assert again.at.selectbox(key="answering").value == old.id
        assert Session(page).at.selectbox(key="answering").value == old.id
    assert Session(CLASSIFY, run=new.id).at.selectbox(key="answering").value == new.id


def test_of_a_run_and_a_model_in_the_address_the_model_answers(data, runs):
    write_npz(data)
    first, second = (finished_run(data, runs, name) for name in ("1-first", "2-second"))
    session = Session(CLASSIFY, run=second.id, model=first.id)
    assert session.at.selectbox(key="answering").value == first.id
    assert session.run_id == second.id
    session.run().open("pages/3_Inside.py")
    assert session.at.selectbox(key="answering").value == first.id
    for odd in ("gone", "../elsewhere", "<b>", "\0", "x" * 5000):
        session = Session(CLASSIFY, run=second.id, model=odd)
        assert session.at.selectbox(key="answering").value == second.id
        assert not session.errors


def test_each_visitor_has_chosen_for_themselves(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_PUBLIC", "1")
    write_npz(data)
    old, new = (finished_run(data, runs, name) for name in ("1-old", "2-new"))
    session = Session(CLASSIFY).set("selectbox", "answering", old.id)
    assert session.at.selectbox(key="answering").value == old.id
    assert Session(CLASSIFY).at.selectbox(key="answering").value == new.id
