"""Correcting answers and teaching a model, on the Classify page."""

import io
import re
import threading
import zipfile

import numpy as np
import pytest

from dpn.runs.folder import list_runs
from dpn.teaching import fine_tune
from dpn.teaching.lesson_files import Picture, to_zip
from dpn.ui import access
from dpn.ui.classify.teachers import Teaching, teachers
from tests.pages.session import SEVEN, ZERO, Session, png

CLASSIFY = "pages/2_Classify.py"
MNIST = "shipped-mnist-dpn"


@pytest.fixture
def few_steps(monkeypatch):
    """Teach quickly where it does not matter how well."""
    monkeypatch.setattr(fine_tune, "STEPS", 9)


def pictures(session):
    lesson = session.at.session_state["lesson"]
    return [(source, picture.name) for source, picture in lesson.pictures.items()]


def corrected(canvas, name, run=MNIST, lines=SEVEN):
    """A session that drew something and said what it is."""
    session = Session(CLASSIFY, run=run)
    canvas.draw(lines)
    session.run()
    return session.set("button_group", "right-drawing-0", name)


def taught(session):
    session.press("teach")
    return session.until(lambda: any(button.key == "keep" for button in session.at.button))


def progress_of(session):
    return [bar.proto.text for bar in session.at.get("progress")]


def test_a_correction_joins_the_lesson_and_can_be_changed_and_taken_back(canvas):
    session = corrected(canvas, "1")
    assert pictures(session) == [("drawing-0", "1")]
    session.set("button_group", "right-drawing-0", "4")
    assert pictures(session) == [("drawing-0", "4")]
    session.press("drop-drawing-0")
    assert pictures(session) == []
    session.run()
    assert session.at.button_group(key="right-drawing-0").value in (None, [])
    session.set("button_group", "right-drawing-0", "2")
    session.press("clear-draw")
    canvas.draw(ZERO)
    session.run().set("button_group", "right-drawing-1", "0")
    assert pictures(session) == [("drawing-0", "2"), ("drawing-1", "0")]
    assert any("2 pictures" in sub.value for sub in session.at.subheader)


def test_the_lesson_is_still_there_after_another_page(canvas):
    session = corrected(canvas, "1")
    session.open("pages/5_Data.py")
    session.open(CLASSIFY).run()
    assert pictures(session) == [("drawing-0", "1")]
    assert session.at.button_group(key="right-drawing-0").value == "1"


def test_teach_shows_before_and_after_keep_makes_a_run_that_answers_and_inside_compares(
    canvas, runs
):
    session = taught(corrected(canvas, "1"))
    assert "No answer" in " ".join(session.texts) or "7 → **1**" in " ".join(session.texts)
    assert "Taught in" in session.metrics
    session.press("keep")
    (run,) = (run for run in list_runs(runs) if run.origin == "trained")
    assert run.config().lesson["parent"] == MNIST
    assert session.run_id == run.id
    assert session.at.selectbox(key="answering").value == run.id
    assert any("was taught 1 lesson" in box.label for box in session.at.expander)
    words = session.at.selectbox(key="answering").options
    assert any("taught" in word for word in words)
    session.at.session_state["picture"] = "drawing"
    session.open("pages/3_Inside.py")
    session.set("button_group", "deeper", "lesson")
    assert "**Before the lesson**" in session.texts
    assert session.run_id == run.id
    (words,) = (text for text in session.texts if "The template changed most in" in text)
    old, new = (
        float(n) for n in re.findall(r"from ([+-][\d.]+) to \*\*([+-][\d.]+)\*\*", words)[0]
    )
    leads = [text for text in session.texts if "All bars add up" in text]
    assert f"**{new:+.2f}**" in leads[0]
    assert old < new  # what was taught has gained

    config = run.path / "config.json"  # the model of before is deleted
    config.write_text(config.read_text().replace(f'"parent": "{MNIST}"', '"parent": "gone"'))
    assert run.config().lesson["parent"] == "gone"
    session.run()
    assert not session.errors
    assert "**Before the lesson**" not in session.texts


def test_thrown_away_nothing_is_left(canvas, runs, few_steps):
    session = taught(corrected(canvas, "1")).press("throw_away")
    assert not [run for run in list_runs(runs) if run.origin == "trained"]
    assert pictures(session) == [("drawing-0", "1")]
    assert any(button.key == "teach" for button in session.at.button)


def test_a_new_symbol_becomes_a_class(canvas, runs, few_steps):
    session = Session(CLASSIFY, run=MNIST)
    canvas.draw(SEVEN)
    session.run()
    session.at.text_input(key="name-drawing-0").set_value("a *star*")
    next(button for button in session.at.button if button.label == "Add").click()
    session.run()
    assert pictures(session) == [("drawing-0", "a *star*")]
    assert session.at.button_group(key="right-drawing-0").value == "a *star*"
    taught(session).press("keep")
    (run,) = (run for run in list_runs(runs) if run.origin == "trained")
    assert run.config().class_names[-1] == "a *star*"
    assert session.run().errors == []


@pytest.fixture
def left(monkeypatch):
    """What windows leave to the next one of the same visitor."""
    things = {}
    for module in ("dpn.ui.kept", "dpn.ui.classify.follow"):
        monkeypatch.setattr(f"{module}.kept", lambda: things)
    return things


def test_a_reload_finds_what_is_being_taught(canvas, left, few_steps):
    corrected(canvas, "1").press("teach")
    again = Session(CLASSIFY, run=MNIST)
    assert not any(button.key == "teach" for button in again.at.button)
    again.until(lambda: any(button.key == "keep" for button in again.at.button))
    again.press("throw_away")
    assert any(button.key == "teach" for button in Session(CLASSIFY, run=MNIST).at.button)


def test_a_reload_finds_the_lesson_again_if_it_is_not_too_large(canvas, left, monkeypatch):
    corrected(canvas, "1")
    again = Session(CLASSIFY, run=MNIST)
    assert pictures(again) == [("drawing-0", "1")]
    monkeypatch.setattr("dpn.ui.kept.MOST", 10)
    again.run()
    assert pictures(again) == [("drawing-0", "1")]
    assert pictures(Session(CLASSIFY, run=MNIST)) == []


def test_a_picture_that_is_read_otherwise_is_taught_so(canvas):
    session = Session(CLASSIFY, run=MNIST).set("button_group", "way-ink", "upload")
    session.at.file_uploader[0].upload("zero.png", png(ZERO))
    session.run()
    (box,) = (one for one in session.at.button_group if one.key.startswith("right-"))
    session.set("button_group", box.key, "0")
    session.set("button_group", "ground", "light")
    (picture,) = session.at.session_state["lesson"].pictures.values()
    assert (picture.name, picture.dark_on_light) == ("0", False)


def test_two_sessions_never_see_each_others_lesson(canvas):
    corrected(canvas, "1")
    other = Session(CLASSIFY, run=MNIST)
    assert pictures(other) == []
    assert "Your lesson" in [sub.value for sub in other.at.subheader]


def test_a_lesson_travels(canvas):
    files = [("7", png(SEVEN)), ("b", png(ZERO))]
    session = Session(CLASSIFY, run=MNIST)
    session.at.file_uploader(key="lesson_upload").upload("lesson.zip", to_zip(files))
    session.run()
    assert [name for _, name in pictures(session)] == ["7", "b"]
    saved = {element.proto.label for element in session.at.get("download_button")}
    assert len(saved) == 2


def test_what_is_left_out_of_a_lesson_is_said_and_a_blank_picture_is_named(canvas):
    out = io.BytesIO(to_zip([("7", png(SEVEN)), ("b", b"no picture")]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("7/._0.png", b"x")
        archive.comment = b""  # as if it were made elsewhere
    session = Session(CLASSIFY, run=MNIST)
    session.at.file_uploader(key="lesson_upload").upload("lesson.zip", out.getvalue())
    session.run()
    assert [name for _, name in pictures(session)] == ["7"]
    texts = " ".join(session.texts).replace("\\", "")
    assert "1 hidden or system file passed over." in texts
    assert "b/0001.png is not an image" in texts
    assert "1 of 2 pictures left out." in texts
    blank = to_zip([("7", png([(0, 0), (0, 0)]))])
    session.at.file_uploader(key="lesson_upload").upload("blank.zip", blank)
    session.run()
    assert any("7/0000.png: " in error.replace("\\", "") for error in session.errors)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"no", "is no lesson"), (to_zip([("7", b"no picture")]), "0000.png|7")],
)
def test_a_file_that_is_no_lesson_costs_nothing(canvas, data, words):
    session = corrected(canvas, "1")
    session.at.file_uploader(key="lesson_upload").upload("x.zip", data)
    session.run()
    for _ in range(2):  # as long as the file is there
        assert len(session.run().errors) == 1
        assert pictures(session) == [("drawing-0", "1")]


def test_pictures_of_another_size_are_said(canvas):
    session = corrected(canvas, "1")
    lesson = session.at.session_state["lesson"]
    lesson.pictures["x"] = Picture("1", image=np.zeros((1, 8, 8), np.uint8))
    session.run()
    assert any("has the shape" in error for error in session.errors)


@pytest.fixture
def busy_teacher(canvas):
    """A teacher who is held up by another lesson until the test lets go."""
    teacher, go = teachers(), threading.Event()
    other = Teaching(teacher._pool.submit(go.wait, 60))
    teacher._line.append(other)
    yield teacher
    go.set()
    other.future.result(60)


def test_a_lesson_waits_for_those_before_it_and_says_so(canvas, busy_teacher):
    session = corrected(canvas, "1").press("teach")
    assert any("1 other lesson first" in text for text in progress_of(session))
    assert not session.errors


def test_too_many_lessons_are_refused_and_yours_is_kept(canvas, busy_teacher, monkeypatch):
    monkeypatch.setattr("dpn.ui.classify.teachers.MOST_WAITING", 0)
    session = corrected(canvas, "1").press("teach")
    assert any("press Teach again in a minute" in text for text in session.errors)
    assert pictures(session) == [("drawing-0", "1")]
    assert any(button.key == "teach" for button in session.at.button)


def test_who_has_to_sign_in_to_train_has_to_sign_in_to_teach(canvas, monkeypatch):
    monkeypatch.setenv("DPN_SIGN_IN", "1")
    session = corrected(canvas, "1")
    assert access.SIGN_IN_FIRST in session.texts
    assert not any(button.key == "teach" for button in session.at.button)
