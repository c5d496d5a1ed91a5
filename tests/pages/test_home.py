"""Home: a canvas that is answered at once, with the sum of what each part of the drawing added."""

import re
import threading

import numpy as np
import pytest
import streamlit as st

from dpn import ui
from dpn.explain.example import SHIPPED_EXAMPLE, load_example
from dpn.jobs.questions import Question
from dpn.models.presets import preset
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import prepare
from dpn.runs.run import SHIPPED, Run
from dpn.ui import frame, shared, widgets
from dpn.ui.classify.draw import pixels
from dpn.ui.home import page as home
from dpn.ui.home import play
from dpn.ui.shared import FIRST
from tests.pages.session import BAR, SEVEN, Session

SHOWN = Run(SHIPPED / FIRST)


def explained(canvas):
    """What the shipped model says of what is on the canvas, without the page."""
    picture = canvas.sent[canvas.asked["key"]].image_bytes
    spec = input_spec(SHOWN.config())
    image = prepare(pixels(picture), spec, "drawing", dark_on_light=True).input
    return ui.model_server().explain(SHOWN, image[None], Question())


def lead_in_words(session):
    (words,) = (text for text in session.texts if "together they make the lead" in text)
    (lead,) = (float(number) for number in re.findall(r"[+-]\d+\.\d+", words))
    return lead


def test_before_a_stroke_the_example_is_there_with_its_sum():
    session = Session("app.py")
    bars = session.chart("bar")
    assert len(session.chart("part")) == 8
    lead = lead_in_words(session)
    assert bars["value"][:-1].sum() == pytest.approx(lead, abs=0.011)
    assert bars["value"].iloc[-1] == pytest.approx(lead, abs=0.006)
    assert session.heading.startswith("Draw a digit")


def test_a_stroke_is_answered_and_its_parts_add_up_to_the_lead(canvas):
    session = Session("app.py")
    canvas.draw(SEVEN)
    session.run()
    found = explained(canvas)
    names = SHOWN.config().class_names
    assert session.heading.startswith(names[int(found.target[0])])
    bars = session.chart("bar")
    assert len(session.chart("part")) == found.contributions.shape[1] == 7
    np.testing.assert_allclose(bars["value"][:7], found.contributions[0], atol=6e-4)
    assert bars["value"][:-1].sum() == pytest.approx(float(found.score[0]), abs=0.01)
    assert lead_in_words(session) == pytest.approx(float(found.score[0]), abs=0.006)
    before = bars["value"].tolist()
    canvas.draw(BAR)
    session.run()
    assert session.chart("bar")["value"].tolist() != before


def test_look_inside_takes_the_drawing_and_the_model_that_answered(canvas, data, runs):
    session = Session("app.py", run="shipped-mnist-residual")
    canvas.draw(SEVEN)
    session.run().press("look_inside")
    session.open("pages/3_Inside.py")
    assert session.at.selectbox(key="answering").value == FIRST
    assert session.at.session_state["picture"] == "drawing"


def test_the_drawing_is_there_again_on_classify(canvas):
    session = Session("app.py")
    canvas.draw(SEVEN)
    session.run().open("pages/2_Classify.py")
    assert len(canvas.asked["initial_drawing"]["objects"]) == 1
    session.open("app.py")
    assert len(canvas.asked["initial_drawing"]["objects"]) == 1


def test_while_the_model_wakes_up_one_can_draw_and_then_it_answers(canvas, monkeypatch):
    with monkeypatch.context() as asleep:
        for user in (ui, frame, shared, widgets):
            asleep.setattr(user, "warm_up", threading.Event)
        session = Session("app.py")
        assert any("still waking up" in text for text in session.texts)  # the footer's device
        canvas.draw(SEVEN)
        session.run()
        assert any("waking up" in info for info in session.infos)
        assert session.chart("bar") is None
    ui.warm_up().wait()
    session.run()
    assert not session.infos
    assert session.heading.startswith("7")
    assert not any("still waking up" in text for text in session.texts)


def test_the_device_is_looked_for_until_it_is_known(monkeypatch):
    paces = []
    fragment = st.fragment

    def watched(function, **options):
        if function.__name__ == "_footer":
            paces.append(options.get("run_every"))
        return fragment(function, **options)

    monkeypatch.setattr(st, "fragment", watched)
    ui.warm_up().wait()
    Session("app.py")
    assert paces[-1] is None
    with monkeypatch.context() as asleep:
        for user in (ui, frame, shared, widgets):
            asleep.setattr(user, "warm_up", threading.Event)
        Session("app.py")
    assert paces[-1] == home.LOOK


def test_the_idea_is_one_line_and_the_formula():
    session = Session("app.py")
    assert "max" in session.at.latex[0].value
    assert any("exactly" in text for text in session.texts)
    assert any("torch" in text and "streamlit" in text for text in session.texts)


def test_train_on_digits_starts_at_once_and_goes_to_the_page_that_shows_it(runs):
    session = Session("app.py").press("train_digits")
    assert session.at.title[0].value == "Train"
    assert session.run_id
    session.open("pages/1_Train.py").until(lambda: session.step > 0)
    model, training = preset("digits", (1, 8, 8), 10)
    assert Run(runs / session.run_id).config().training == training
    assert Run(runs / session.run_id).config().model == model
    session.press("job_stop")


def test_the_example_is_read_once(monkeypatch):
    """Two threads that read an npz at once can fail in CPython 3.11."""
    reads = []
    monkeypatch.setattr(play, "load_example", lambda path: reads.append(path) or load_example(path))
    st.cache_resource.clear()
    for _ in range(2):
        Session("app.py")
    assert reads == [SHIPPED_EXAMPLE]


def test_a_damaged_example_leaves_the_rest_of_home_usable(monkeypatch, tmp_path, canvas):
    monkeypatch.setattr(play, "SHIPPED_EXAMPLE", tmp_path / "none.npz")
    session = Session("app.py")
    (error,) = session.errors
    assert "example" in error
    assert not session.at.button(key="train_digits").disabled
    canvas.draw(SEVEN)
    session.run()
    assert not session.errors


def test_without_the_shipped_model_home_says_so(monkeypatch, tmp_path, canvas):
    monkeypatch.setattr("dpn.runs.run.SHIPPED", tmp_path / "none")
    session = Session("app.py")
    canvas.draw(SEVEN)
    session.run()
    (error,) = session.errors
    assert "no run" in error
    assert not session.at.button(key="train_digits").disabled
