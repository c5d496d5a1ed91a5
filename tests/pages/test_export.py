"""Export and Open a bundle on the Classify page."""

import pytest

from dpn import ui
from dpn.doubt.kept import save_doubt
from dpn.errors import RunError
from dpn.export.bundle import to_bundle
from dpn.export.kinds import KINDS
from dpn.runs.folder import find_run, list_runs
from dpn.ui import access
from dpn.ui.classify import export
from tests.doubt.made import doubt_for
from tests.export.runs import made_run, rewritten
from tests.pages.session import Session

CLASSIFY = "pages/2_Classify.py"


def saved(session):
    return [button.label for button in session.at.get("download_button")]


def test_each_kind_has_words():
    assert export.WORDS.keys() == KINDS.keys()


def test_a_file_is_made_when_asked_for_and_of_the_chosen_model(data, runs):
    made_run(runs)
    session = Session(CLASSIFY, model="there")
    assert not saved(session)
    session.press("export_make")
    made = session.at.session_state["exported"]
    assert made.data == to_bundle(find_run("there", runs), data, runs)
    assert len(saved(session)) == 1
    session.set("selectbox", "answering", "shipped-digits-dpn")
    assert not saved(session)


def test_a_file_made_before_there_was_doubt_is_made_again(runs):
    run = made_run(runs)
    session = Session(CLASSIFY, model="there").press("export_make")
    assert len(saved(session)) == 1
    model = run.config().model
    save_doubt(run, doubt_for(model.summaries + model.classes))
    assert not saved(session.run())


def test_what_is_slow_is_made_apart_and_what_is_wrong_is_said(runs, monkeypatch):
    def apart(run, kind, *folders):
        raise RunError(f"{kind} of {run.id} is not possible today. Try it tomorrow.")

    monkeypatch.setattr(export, "make_apart", apart)
    made_run(runs)
    session = Session(CLASSIFY, model="there").set("button_group", "export_as", "onnx")
    session.press("export_make")
    (error,) = session.errors
    assert "onnx of there is not possible today" in error
    assert not saved(session)


def test_nobody_waits_for_what_is_slow_and_ones_own_images_are_measured_with(
    data, runs, monkeypatch
):
    asked = []
    monkeypatch.setattr(ui.sets, "folder_of", lambda name: asked.append(name) or data / "mine")
    made_run(runs)
    session = Session(CLASSIFY, model="there")
    with export._slow_turn:
        session.press("export_make")
    assert len(saved(session)) == 1
    assert asked[-1] == find_run("there", runs).config().training.dataset


def test_a_bundle_becomes_the_model_that_answers(data, runs):
    sent = to_bundle(made_run(runs), data, runs)
    session = Session(CLASSIFY)
    session.at.file_uploader(key="bundle").upload("mine.zip", sent)
    session.run()
    opened = next(run for run in list_runs(runs) if run.origin == "trained" and run.id != "there")
    assert session.run_id == opened.id
    assert session.at.selectbox(key="answering").value == opened.id
    (said,) = session.at.success
    assert said.value.startswith("Opened: ")
    session.run()
    assert len([run for run in list_runs(runs) if run.origin == "trained"]) == 2


def test_a_bad_bundle_is_one_sentence_and_costs_nothing(runs):
    made_run(runs)
    session = Session(CLASSIFY, model="there")
    session.at.file_uploader(key="bundle").upload("mine.zip", b"no")
    session.run()
    (error,) = session.errors
    assert "mine" in error
    assert "is no zip" in error
    assert session.at.selectbox(key="answering").value == "there"
    assert [run.id for run in list_runs(runs) if run.origin == "trained"] == ["there"]


@pytest.fixture
def public(monkeypatch):
    monkeypatch.setenv("DPN_PUBLIC", "1")


def test_on_a_public_server_models_of_others_stay(public, runs):
    rewritten(made_run(runs), owner="a" * 32)
    session = Session(CLASSIFY, model="there")
    assert access.NOT_YOURS_TO_EXPORT in session.texts
    session.set("selectbox", "answering", "shipped-digits-dpn")
    assert access.NOT_YOURS_TO_EXPORT not in session.texts


def test_on_a_public_server_a_bundle_is_its_visitors_and_within_the_limits(
    public, data, runs, monkeypatch
):
    sent = to_bundle(made_run(runs), data, runs)
    session = Session(CLASSIFY)
    session.at.file_uploader(key="bundle").upload("mine.zip", sent)
    session.run()
    opened = find_run(session.run_id, runs)
    assert opened.config().owner
    monkeypatch.setenv("DPN_MAX_PARAMETERS", "100")
    ui.shared.Once.forget_all()
    other = Session(CLASSIFY)
    other.at.file_uploader(key="bundle").upload("mine.zip", sent)
    other.run()
    (error,) = other.errors
    assert "100" in error
