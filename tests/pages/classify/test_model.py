"""Classify: which model answers."""

import io
import json

import numpy as np
from PIL import Image

from dpn.runs.folder import world_of
from dpn.runs.run import SHIPPED, Run
from tests.helpers import write_npz
from tests.pages.session import SEVEN, Session, finished_run, stopped_run, write_own


def test_with_nothing_trained_the_shipped_model_answers():
    session = Session("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == "shipped-mnist-dpn"
    assert "shipped" in session.at.selectbox(key="answering").options[0]
    assert session.at.button_group(key="way-ink").value == "draw"
    assert len(session.infos) == 1
    assert session.infos[0].startswith("Draw with the mouse")
    assert not session.charts
    assert session.at.button(key="undo-draw").disabled
    assert session.at.button(key="clear-draw").disabled


def test_without_any_model_the_page_invites_to_train_one(monkeypatch, tmp_path):
    monkeypatch.setattr("dpn.runs.run.SHIPPED", tmp_path / "none")
    session = Session("pages/2_Classify.py")
    assert "no model yet" in session.infos[0]
    links = [link.value for link in session.at.main.get("page_link")]
    assert links == ["Train a model"]


def test_the_newest_run_answers_and_a_damaged_one_hides_no_other(data, runs):
    write_npz(data)
    for name in ("1-good", "2-good", "3-broken", "4-old", "5-undated", "6-empty", "7-unscored"):
        finished_run(data, runs, name)
    (runs / "3-broken" / "config.json").write_text("{")
    (runs / "5-undated" / "config.json").write_text(
        json.dumps({**json.loads((runs / "1-good/config.json").read_text()), "created": "then"})
    )
    (runs / "4-old" / "config.json").write_text('{"format": 0}')
    (runs / "6-empty" / "weights.safetensors").unlink()
    (runs / "7-unscored" / "result.json").write_text("[]")
    session = Session("pages/2_Classify.py")
    chosen = session.at.selectbox(key="answering")
    assert chosen.value == "5-undated"  # which answers as any other
    shipped = sum(world_of(Run(path.parent)) == "picture" for path in SHIPPED.glob("*/config.json"))
    assert len(chosen.options) == 3 + shipped
    assert not session.errors


def test_a_finished_run_answers_rather_than_a_newer_one_that_was_stopped(data, runs):
    write_npz(data)
    finished_run(data, runs, "1-finished")
    stopped_run(data, runs, "2-stopped")
    session = Session("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == "1-finished"
    assert "stopped" in session.at.selectbox(key="answering").options[0]  # it can be chosen


def test_weights_that_are_damaged_are_said_where_the_answer_would_be(data, runs, canvas):
    write_npz(data)
    (finished_run(data, runs).path / "weights.safetensors").write_bytes(b"x")
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    session.run()
    (error,) = session.errors
    assert "weights" in error
    session.set("selectbox", "answering", "shipped-digits-dpn")
    assert not session.errors
    assert session.heading


def test_the_run_just_trained_answers_until_another_is_chosen(data, runs):
    write_npz(data)
    finished_run(data, runs, "0-older")
    session = Session("pages/2_Classify.py")
    session.set("selectbox", "answering", "shipped-digits-dpn")
    session.open("pages/1_Train.py").train_small().open("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == session.run_id
    session.set("selectbox", "answering", "0-older")
    session.open("pages/5_Data.py").open("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == "0-older"


def test_runs_that_read_the_same_can_be_told_apart(data, runs):
    write_npz(data)
    made = [finished_run(data, runs, f"{i}-small-{i}bcd") for i in (1, 2)]
    session = Session("pages/2_Classify.py", run=made[0].id)
    for run in (*made, made[0]):
        session.set("selectbox", "answering", run.id).run()
        assert session.at.selectbox(key="answering").value == run.id
    options = session.at.selectbox(key="answering").options
    assert len(set(options)) == len(options)
    assert sum(option.endswith(("(1bcd)", "(2bcd)")) for option in options) == 2


def test_a_model_of_colour_photos_opens_where_photos_are_uploaded(data, runs):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (30, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(30) % 3, ("a", "b", "c"))
    finished_run(data, runs, name="photos", steps=2)
    session = Session("pages/2_Classify.py")
    assert session.at.button_group(key="way-photo").value == "upload"
    photo = io.BytesIO()
    Image.fromarray(images[0].repeat(9, 0).repeat(7, 1)).save(photo, "PNG")
    session.at.file_uploader[0].upload("cat.png", photo.getvalue())
    session.run()
    assert session.charts == 1
    asked = {group.key.partition("-")[0] for group in session.at.button_group}
    assert asked == {"way", "right", "export_as"}  # nothing to ask about ink
    assert session.images[0] == "photo"
