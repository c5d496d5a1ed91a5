"""Inside: which image is looked into, and how it is named for all."""

import json

import numpy as np
import pytest

from dpn import ui
from tests.pages.inside.seen import DIGITS, INSIDE, assert_shows, explained, values
from tests.pages.session import SEVEN, ZERO, Session, finished_run, png, said_by


def test_images_one_after_the_other_by_class_and_at_random():
    labels = ui.test_images(DIGITS)[1].numpy()
    session = Session(INSIDE)
    index = lambda: session.at.number_input(key="image-digits").value  # noqa: E731
    assert index() == 0
    session.press("image_next")
    assert index() == 1
    session.press("image_previous").press("image_previous")
    assert index() == len(labels) - 1
    assert session.at.query_params["image"] == str(len(labels) - 1)
    session.set("selectbox", "truth-digits", 4).press("image_next")
    assert index() == np.flatnonzero(labels == 4)[0]
    seen = set()
    for _ in range(4):
        session.press("image_random")
        assert labels[index()] == 4
        seen.add(index())
    assert len(seen) > 1
    session.set("number_input", "image-digits", 17)
    assert_shows(session, explained(DIGITS, 17), DIGITS)


def test_mistakes_alone(run, data):
    evaluation = ui.evaluation(run)
    answered = evaluation.probabilities.argmax(axis=1)
    session = Session(INSIDE, run=run.id)
    session.at.toggle(key="mistakes_only").set_value(True)
    session.run()
    wrong = np.flatnonzero(answered != evaluation.labels)
    if len(wrong):
        session.press("image_next")
        assert session.at.number_input(key="image-small").value in wrong
    else:
        assert session.at.button(key="image_next").disabled
        assert any("makes no mistake" in text for text in session.texts)


@pytest.mark.parametrize("asked", ["-1", "360", "x", "1e3", "9" * 40, "", "٣"])
def test_an_image_that_is_none_in_the_address_is_the_first_one(asked):
    session = Session(INSIDE, image=asked)
    assert session.at.number_input(key="image-digits").value == 0
    assert_shows(session, explained(DIGITS, 0), DIGITS)


def test_while_test_images_are_read_the_page_says_so(monkeypatch):
    import streamlit as st

    said, spinner = [], st.spinner
    monkeypatch.setattr(st, "spinner", lambda words, **how: said.append(words) or spinner(words))
    Session(INSIDE, image="3")
    assert "Reading the test images …" in said


def test_without_the_images_of_a_model_the_page_says_what_to_do(run, data):
    (data / "small.npz").unlink()
    session = Session(INSIDE, run=run.id)
    assert any("small" in text and "Draw something instead" in text for text in session.infos)
    assert session.chart("bar") is None


def test_a_drawing_is_looked_into(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(ZERO)
    session.run()
    answer = session.heading.splitlines()[0]
    session.press("look_inside").open(INSIDE)
    assert session.at.button_group(key="picture").value == "drawing"
    assert session.at.selectbox(key="answering").value == "shipped-mnist-dpn"
    assert any(text.startswith(f"#### Why {answer} and not") for text in session.texts)
    assert any("Your drawing" in text for text in session.texts)
    bars = values(session)
    assert bars[:-1].sum() == pytest.approx(bars[-1], abs=0.01)
    session.set("selectbox", "answering", DIGITS.id)
    session.set("button_group", "picture", "test")
    assert_shows(session, explained(DIGITS, 0), DIGITS)
    session.set("button_group", "picture", "drawing")
    assert any("Your drawing" in text for text in session.texts)


def test_what_classify_shows_has_words_for_those_who_do_not_see_it(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(ZERO)
    session.run()
    (chart,) = session.at.get("vega_lite_chart")
    assert chart.proto.alt == "How likely each class is"
    assert said_by(chart)[0].startswith("0: ")
    (strip,) = session.at.image
    assert [image.alt for image in strip.proto.imgs] == [
        f"What the model sees: {caption}" for caption in session.images
    ]


def test_an_upload_is_looked_into():
    session = Session("pages/2_Classify.py").set("button_group", "way-ink", "upload")
    session.at.file_uploader[0].upload("my seven.png", png(SEVEN))
    session.run()
    answer = session.heading.splitlines()[0]
    session.press("look_inside").open(INSIDE)
    assert session.at.button_group(key="picture").value == "upload"
    assert any(text.startswith(f"#### Why {answer} and not") for text in session.texts)
    assert any(ui.plain("my seven.png") in text for text in session.texts)


def test_every_figure_and_picture_has_words_for_those_who_do_not_see_it(run):
    for deeper in ("steps", "time"):
        session = Session(INSIDE, run=run.id).set("button_group", "deeper", deeper)
        charts = session.at.get("vega_lite_chart")
        assert len(charts) >= 6
        assert all(len(chart.proto.alt) > 20 for chart in charts)
        assert all(image.alt for strip in session.at.image for image in strip.proto.imgs)
    bars = said_by(next(c for c in charts if c.proto.alt.startswith("What each place")))
    assert bars[0].startswith("place 1: ")
    assert any(one.startswith("lead") for one in bars)


def test_every_lesson_is_taught_somewhere(run, data, runs):
    from dpn.ui.explainers import EXPLAINERS

    session, shown = Session(INSIDE, run=run.id), []
    for deeper in ("steps", "what_if", "time"):
        session.set("button_group", "deeper", deeper)
        shown += [expander.label for expander in session.at.expander]
    shown += [text.splitlines()[0].strip("*") for text in session.texts if text]
    shown += [e.label for e in Session("pages/4_Evaluate.py", run=run.id).at.expander]
    session = Session("pages/1_Train.py").set("button_group", "model", "mlp")
    shown += [expander.label for expander in session.at.expander]
    other = finished_run(data, runs, "other", steps=8, seed=3)
    both = Session("pages/6_Compare.py", runs=f"{run.id},{other.id}")
    shown += [expander.label for expander in both.at.expander]
    assert {title for title, _ in EXPLAINERS.values()} <= set(shown)


def test_the_address_leads_back_to_the_image():
    session = Session(INSIDE, image="41")
    again = Session(INSIDE, **dict(session.at.query_params))
    np.testing.assert_allclose(values(again), values(session))
    assert json.dumps(session.at.query_params) == json.dumps(again.at.query_params)
