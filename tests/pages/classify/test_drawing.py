"""Classify: a drawing is answered."""

import io

import numpy as np
import pytest
from PIL import Image

from dpn import ui
from dpn.doubt.known import claims
from dpn.jobs.questions import Answer
from dpn.jobs.serving import ModelServer
from dpn.runs.run import SHIPPED, Run
from dpn.ui import answers
from tests.pages.session import BAR, SEVEN, ZERO, Session


def test_a_drawing_is_answered_as_the_model_answers_it(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(ZERO)
    session.run()
    p = answer_of_shipped(canvas)
    first, second = np.argsort(-p)[:2]
    assert first == 0
    assert session.heading == (
        f"0\n{answers.percent(p[0])} sure, then **{second}** with {answers.percent(p[second])}"
    )
    assert session.charts == 1
    assert session.images == ["drawing", "ink", "crop", "square", "box", "centred input"]
    assert all(url.endswith(".png") for strip in session.at.image for url in strip.value)
    assert not session.infos
    assert not any("Still training" in text for text in session.texts)


def answer_of_shipped(canvas):
    """What may be claimed of the drawing as it is now, on another way."""
    from dpn.pictures.files import input_spec
    from dpn.pictures.prepare import prepare

    run = Run(SHIPPED / "shipped-mnist-dpn")
    picture = Image.open(io.BytesIO(canvas.sent[canvas.asked["key"]].image_bytes))
    prepared = prepare(np.asarray(picture), input_spec(run.config()), "drawing")
    answer = ui.model_server().predict(run, prepared.input[None])
    return claims(answer.probabilities, answer.known)[0]


def test_the_canvas_asks_for_what_the_page_needs(canvas):
    Session("pages/2_Classify.py")
    assert canvas.asked["return_image_data"] is True  # without it there is no picture
    assert canvas.asked["width"] == canvas.asked["height"] <= 300  # fits a phone
    assert canvas.asked["initial_drawing"] is None


@pytest.mark.parametrize(
    ("lines", "width", "words"),
    [
        ([], 18, "Nothing is drawn yet"),
        ([[(140, 140), (141, 141)]], 3, "Only a dot"),
        ([[(130, 140), (150, 140)]], 20, "Only a dot"),
    ],
)
def test_next_to_nothing_gets_no_answer(canvas, lines, width, words):
    session = Session("pages/2_Classify.py")
    canvas.draw(*lines or [[(400, 400), (410, 410)]], width=width)  # outside, it leaves no ink
    session.run()
    assert words in session.infos[0]
    assert not session.charts
    assert session.heading is None


@pytest.mark.parametrize(
    ("best", "heading"),
    [
        (0.59, "Not sure\n**3** (59.0%) or **8** (21.0%)?"),
        (0.61, "3\n61.0% sure, then **8** with 21.0%"),
    ],
)
def test_a_model_that_is_not_sure_says_so(canvas, monkeypatch, best, heading):
    p = np.full((1, 10), (0.79 - best) / 8, dtype=np.float32)
    p[0, 3], p[0, 8] = best, 0.21
    monkeypatch.setattr(ModelServer, "predict", lambda *_: Answer(p, None))
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    session.run()
    assert session.heading == heading
    assert session.charts == 1


@pytest.mark.parametrize(
    ("known", "heading"),
    [
        (0.2, "Not sure\nThis looks like none of my classes. The nearest is **3**."),
        (0.6, "Not sure\n**3** (54.0%) or **8** (6.0%)?"),
        (0.9, "3\n81.0% sure, then **8** with 9.0%"),
        (None, "3\n90.0% sure, then **8** with 10.0%"),
    ],
)
def test_what_looks_like_none_of_the_classes_is_never_called_sure(
    canvas, monkeypatch, known, heading
):
    p = np.zeros((1, 10), dtype=np.float32)
    p[0, 3], p[0, 8] = 0.9, 0.1
    known = None if known is None else np.array([known], np.float32)
    monkeypatch.setattr(ModelServer, "predict", lambda *_: Answer(p, None, known))
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    session.run()
    assert session.heading == heading
    said = "This model cannot tell when a picture is none of its classes."
    assert (said in session.texts) == (known is None)


def test_undo_and_clear_take_strokes_back(canvas):
    session = Session("pages/2_Classify.py")
    session.set("selectbox", "answering", "shipped-digits-dpn")
    canvas.draw(SEVEN)
    session.run()
    seven = session.heading
    canvas.draw(BAR)
    session.run()
    assert session.heading != seven
    key = canvas.asked["key"]
    session.press("undo-draw")
    assert session.heading == seven
    assert canvas.asked["key"] != key  # a new canvas, which begins with what is left
    assert len(canvas.asked["initial_drawing"]["objects"]) == 1
    canvas.draw(BAR)
    session.run().press("clear-draw")
    assert session.infos[0].startswith("Draw with the mouse")
    assert canvas.asked["initial_drawing"] is None
    assert session.at.button(key="undo-draw").disabled
    assert session.at.button(key="clear-draw").disabled


def test_strokes_that_come_together_are_undone_together(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    session.run()
    seven = session.heading
    canvas.draw(BAR, [(60, 60), (60, 200)])
    session.run().press("undo-draw")
    assert session.heading == seven
    assert len(canvas.asked["initial_drawing"]["objects"]) == 1


def test_a_drawing_is_still_there_after_a_look_at_another_page(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    heading = session.run().heading
    key = canvas.asked["key"]
    session.open("pages/5_Data.py").open("pages/2_Classify.py")
    assert session.heading == heading
    assert canvas.asked["key"] != key
    assert len(canvas.asked["initial_drawing"]["objects"]) == 1
    other = Session("pages/2_Classify.py")  # and only in this window
    assert other.heading is None


def test_a_model_that_is_training_answers_with_the_batch_it_has_come_to(canvas):
    session = Session("pages/1_Train.py").train_long().open("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == session.run_id
    canvas.draw(SEVEN)

    def batch():
        words = next((text for text in session.texts if "Still training" in text), "0.")
        return int(words.split()[-1].rstrip(".").replace(",", ""))

    session.until(lambda: batch() > 0)
    first = batch()
    session.until(lambda: batch() > first)
