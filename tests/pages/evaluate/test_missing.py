"""Evaluate: what is not there, damaged, or only under way."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dpn import ui
from dpn.runs.run import SHIPPED, Run
from dpn.ui.evaluate import page
from tests.helpers import pictures
from tests.pages.evaluate.seen import EVALUATE, NAMES, choose, heading, words_of, write_mixed
from tests.pages.session import Session, finished_run, stopped_run, write_own

MARKUP = ("<b>bold</b>", "[x](y)", "$a$ :red[x]")


def test_without_the_test_images_what_the_training_noted_is_shown():
    session = Session(EVALUATE, run="shipped-mnist-dpn")
    assert "no test images" in session.infos[0]
    assert "Data" in [link.value for link in session.at.main.get("page_link")]
    result = Run(SHIPPED / "shipped-mnist-dpn").result()
    assert session.metrics["Test accuracy"] == f"{result['test_accuracy']:.2%}"  # of 10,000
    assert session.matrix["images"].tolist() == np.ravel(result["confusion"]).tolist()
    assert not session.tiles
    assert not session.at.get("button_group")


def test_data_that_changed_since_are_not_used(run, data):
    images, labels = pictures(60)
    write_own(data, "small", images, labels, ("a", "b", "c"))
    session = Session(EVALUATE)
    assert "no test images" in session.infos[0]
    assert not session.tiles
    assert session.matrix["images"].sum() == 120


def test_pictures_that_are_others_now_under_the_same_labels_are_not_used_either(run, data):
    with np.load(data / "small.npz") as file:
        arrays = dict(file)
    session = Session(EVALUATE)
    assert session.tiles
    np.savez(data / "small.npz", **arrays | {"x_test": 255 - arrays["x_test"]})
    session.run()
    assert "has changed since run" in session.infos[0]
    assert not session.tiles


@pytest.mark.parametrize("known", [True, False])
def test_answers_are_those_of_the_test_images_as_they_are_now(run, data, known):
    """Runs of an earlier version know their data by the labels alone, and lessons not even so."""
    file = run.path / "config.json"
    config = json.loads(file.read_text())
    marks = config["data"].pop("labels")
    config["data"] |= {"labels": marks.partition("-")[0]} if known else {}
    file.write_text(json.dumps(config))
    session = Session(EVALUATE)
    before = session.metrics
    images, labels = pictures(120)
    labels[::2] = 0
    count = 120 if known else 60
    write_own(data, "small", 255 - images[:count], labels[:count], NAMES)
    session.run()
    assert session.metrics["Test images"] == str(count)
    assert session.metrics["Cross-entropy"] != before["Cross-entropy"]
    assert session.matrix["images"].sum() == count
    assert not session.errors


def test_of_a_run_that_was_deleted_no_part_of_the_page_is_drawn_alone(run, monkeypatch):
    draw = page._classes

    def deleted_meanwhile(*what):
        if run.path.exists():
            run.delete()
        draw(*what)

    monkeypatch.setattr(page, "_classes", deleted_meanwhile)
    session = Session(EVALUATE)
    assert session.at.selectbox(key="answering").value != run.id
    assert any("chosen before was deleted" in text for text in session.texts)
    assert not session.errors


def test_what_goes_wrong_in_a_part_that_is_drawn_alone_is_a_sentence():
    def alone():
        from dpn.errors import RunError
        from dpn.runs.run import SHIPPED, Run
        from dpn.ui.evaluate import page

        def draw(*_):
            raise RunError("It is so.")

        page._alone(draw, Run(SHIPPED / "shipped-digits-dpn"), None, 0, ())

    window = AppTest.from_function(alone).run()
    assert not window.exception
    assert window.error[0].value == r"It is so\."


def test_a_stopped_run_without_a_result_is_scored(data, runs):
    write_mixed(data)
    run = stopped_run(data, runs)
    session = Session(EVALUATE, run="there")
    assert run.result() is None
    assert session.metrics["Cross-entropy"] == f"{ui.evaluation(run).loss:.3f}"
    (data / "small.npz").unlink()
    session.run()
    assert len(session.infos) == 1
    assert session.matrix is None


def test_weights_that_are_damaged_are_said_in_a_sentence(run):
    (run.path / "weights.safetensors").write_bytes(b"x")
    (error,) = Session(EVALUATE).errors
    assert "weights" in error


def test_a_model_that_is_training_is_scored_again_when_asked():
    session = Session("pages/1_Train.py").train_long().open(EVALUATE)
    assert session.at.selectbox(key="answering").value == session.run_id

    def batch():
        words = next(text for text in session.texts if "Still training" in text)
        return int(re.search(r"batch ([\d,]+)", words)[1].replace(",", ""))

    first = batch(), session.metrics
    session.run()
    assert (batch(), session.metrics) == first  # it stands still while it is looked at
    session.until(lambda: session.press("again") and batch() > first[0])
    session.until(lambda: session.press("again") and session.metrics != first[1])


def test_without_any_model_the_page_invites_to_train_one(monkeypatch, tmp_path):
    monkeypatch.setattr("dpn.runs.run.SHIPPED", tmp_path / "none")
    session = Session(EVALUATE)
    assert "no model yet" in session.infos[0]
    assert session.matrix is None


def test_class_names_are_shown_as_they_are(data, runs):
    write_mixed(data, MARKUP)
    run = finished_run(data, runs, steps=2)
    session = Session(EVALUATE)
    scores, plain = ui.evaluation(run), [ui.plain(name) for name in MARKUP]
    assert all(words == words_of(scores, i, plain) for i, words in session.tiles.items())
    choose(session, 1, None)
    assert plain[1] in heading(session)
    assert MARKUP[1] not in heading(session)
    assert session.at.selectbox(key="cell-truth-small-3").options == ["any", *MARKUP]
