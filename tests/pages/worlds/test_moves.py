"""The Moves page: what it says of a series is what the model computed; a drawing is a movement."""

import io

import numpy as np
import pytest

from dpn.address.drawing import Stroke, encode
from dpn.errors import DataError
from dpn.models.config import ModelConfig
from dpn.series.pen import CHANNELS, STEPS
from dpn.series.reading import read_series
from dpn.series.sets import bring
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from dpn.ui import loaded
from dpn.ui.moves.ask import ask, without
from dpn.ui.moves.lesson import to_npz
from dpn.ui.moves.page import opened
from dpn.ui.moves.pen import series_of
from tests.helpers import short_training, small_frames, write_series
from tests.pages.session import BAR, SEVEN, Session

MOVES = "pages/9_Moves.py"


@pytest.fixture
def run(data, runs, tmp_path, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    monkeypatch.setenv("DPN_RUNS_DIR", str(runs))
    name, _ = bring(write_series(tmp_path), data)
    training = short_training(dataset=name)
    trainer, run = open_training(small_frames(), training, data, runs)
    list(run_training(trainer, run))
    return run


def test_a_series_is_answered_and_each_moment_has_its_share(run):
    session = Session(MOVES, example="4")
    found = loaded.series("Small")
    asked = ask(run, found.test[3])
    bars = session.chart("step")
    assert bars["value"].iloc[-1] == pytest.approx(float(asked.found.score[0]), abs=1e-4)
    assert bars["value"].iloc[:-1].sum() == pytest.approx(bars["value"].iloc[-1], abs=1e-9)
    assert session.chart("frame")["added"].sum() == pytest.approx(asked.added.sum(), abs=1e-4)
    pieces = session.chart("piece")
    assert len(pieces) == 2 * (len(found.test[3]) - 1)  # of each of two channels
    assert session.at.query_params["example"] == "4"
    truth = found.class_names[found.y_test[3]]
    assert any(text.startswith(f"The file says **{truth}**") for text in session.texts)

    steps = len(found.test[3])
    session.set("slider", f"blank-{steps}", (1, 4))
    assert any(text.startswith("Without steps 2 to 4: ") for text in session.texts)
    less = ask(run, without(found.test[3], (2, 4)))
    assert session.chart("step")["value"].iloc[-1] == pytest.approx(
        float(less.found.score[0]), abs=1e-4
    )
    session.press("other")
    assert 1 <= session.at.number_input(key="moves_number").value <= 9
    assert "draw" not in session.at.button_group(key="moves_way").options
    far = Session(MOVES, example="99999999")
    assert "a whole number from 1 to 9" in far.at.warning[0].value


def test_a_corrected_series_is_a_lesson_that_is_taught_and_taken_along(run, tmp_path):
    session = Session(MOVES, example="4")
    session.at.button_group[-1].set_value("right")
    session.run()
    session.set("number_input", "moves_number", 2)
    session.at.button_group[-1].set_value("left")
    session.run()
    assert any("Your lesson: 2 series" in head.value for head in session.at.subheader)
    assert "Small, test 4 → **right** ✕" in [
        button.label.replace("\\", "") for button in session.at.button
    ]
    file = tmp_path / "lesson.npz"
    held = {"Small, test 4": "right", "Small, test 2": "left"}
    shown = session.at.session_state["series2_held"]
    found = loaded.series("Small")
    for name, number in (("Small, test 4", 4), ("Small, test 2", 2)):
        np.testing.assert_array_equal(shown[name], found.test[number - 1])
    assert session.at.session_state["series2_lesson"] == held
    file.write_bytes(to_npz(shown, held))
    assert read_series(file).labels == ["right", "left"]
    assert [len(one) for one in read_series(file).values] == [len(shown[name]) for name in held]
    session.press("teach_series")
    session.until(lambda: any(b.key == "keep" for b in session.at.button))
    session.press("keep")
    assert run.config().training.dataset in session.at.selectbox(key="answering").options[0]


def test_a_stretch_that_is_blanked_out_is_a_line_between_its_ends():
    values = np.array([[0, 5], [9, 9], [9, 9], [6, 2]], np.float32)
    np.testing.assert_allclose(without(values, (2, 3)), [[0, 5], [2, 4], [4, 3], [6, 2]], rtol=1e-6)
    np.testing.assert_allclose(without(values, (3, 4))[2:], [[9, 9], [9, 9]])
    np.testing.assert_allclose(without(values, (1, 4)), np.full((4, 2), values.mean(axis=0)))
    assert without(values, None) is values


def test_a_drawing_is_read_as_a_movement_beside_what_the_picture_is(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    monkeypatch.setenv("DPN_RUNS_DIR", str(runs))
    sizes = {"channels": 3, "classes": 10, "states": 4, "decisions": 2, "length": STEPS}
    model = ModelConfig(model="frames", **sizes, context=1, places=2)
    trainer, run = open_training(model, short_training(dataset="strokes"), data, runs)
    list(run_training(trainer, run))
    drawn = encode([Stroke(18, tuple(line)) for line in (SEVEN, BAR)])
    session = Session(MOVES, drawing=drawn)
    assert any("takes it for **7**" in text for text in session.texts)
    objects = session.at.session_state["moves"].strokes
    values = series_of(objects, len(CHANNELS))
    asked = ask(run, values)
    assert session.chart("step")["value"].iloc[-1] == pytest.approx(
        float(asked.found.score[0]), abs=1e-4
    )
    assert (session.chart("piece")["down"] == (values[1:, 2] > 0.5)).all()
    assert session.at.query_params["drawing"]
    session.press("clear-moves")
    assert any("Draw with the mouse" in text for text in session.infos)


def test_a_file_is_read_if_it_has_the_channels_of_the_model(tmp_path):
    content = write_series(tmp_path).read_bytes()
    assert len(opened("../a<b>.ts", content, ("one", "two")).values) == 30
    with pytest.raises(DataError, match=r"a-b-.ts must have 3 channels, .* got 2"):
        opened("a<b>.ts", content, CHANNELS)
    table = b"series,time,y,x,label\na,0,1,2,left\na,1,3,4,left\n"
    assert opened("a.csv", table, ("x", "y")).values[0].tolist() == [[2, 1], [4, 3]]
    with pytest.raises(DataError, match=r"a.npz is damaged"):
        opened("a.npz", b"PK", ("x", "y"))


def test_a_document_is_told_so_in_words_and_no_ending_is_refused_by_its_kind(run):
    session = Session(MOVES)
    session.set("button_group", "moves_way", "file")
    file = session.at.file_uploader(key="moves_file")
    assert not file.proto.type
    file.upload("book.xlsx", b"%PDF-1.7\n")
    session.run()
    assert "is a PDF" in session.errors[-1]


def test_at_first_sight_one_draws_for_the_shipped_model(data, runs):
    session = Session(MOVES)
    assert session.at.selectbox(key="answering").value == "shipped-strokes-frames"
    assert session.at.selectbox(key="answering").options[0].startswith("Pen strokes · Frames · ")
    assert any("Draw with the mouse" in text for text in session.infos)
    assert session.at.button(key="train_strokes").label == "Train your own"
    drawn = encode([Stroke(18, tuple(line)) for line in (SEVEN, BAR)])
    assert Session(MOVES, drawing=drawn).heading.startswith("7")
    session.set("button_group", "moves_way", "example")
    assert any(text.startswith("The file says **") for text in session.texts)
    assert session.chart("frame") is not None
    assert not session.errors


def test_series_are_shown_on_train_evaluate_and_data(run):
    train = Session("pages/1_Train.py", run=run.id)
    assert "Series a second" in train.metrics
    assert any(text.startswith("That is each series ") for text in train.texts)
    assert any("where test series went" in text for text in train.texts)
    evaluate = Session("pages/4_Evaluate.py", model=run.id)
    assert "Test series" in evaluate.metrics
    told = Session("pages/5_Data.py", data="Small")
    assert {"Training series", "Steps a series", "Channels"} <= {*told.metrics}
    assert any("<img" in html.proto.body for html in told.at.get("html"))
    wrong = [b for b in evaluate.at.button if (b.key or "").startswith("open_series_")]
    for button in wrong[:1]:
        button.click()
        evaluate.run()
        assert evaluate.at.session_state["moves_part"] == "test"


def test_a_file_of_the_name_of_another_takes_not_its_place_in_the_lesson(run):
    def npz(slope):
        out = io.BytesIO()
        np.savez(out, x=np.full((1, 7, 2), slope, np.float32) * np.arange(7)[None, :, None])
        return out.getvalue()

    def box(session):
        (found,) = (b for b in session.at.button_group if b.key.startswith("right-series"))
        return found

    session = Session(MOVES).set("button_group", "moves_way", "file")
    session.at.file_uploader(key="moves_file").upload("take.npz", npz(1))
    session.run()
    session.set("button_group", box(session).key, "left")
    session.at.file_uploader(key="moves_file").upload("take.npz", npz(5))
    session.run()
    assert box(session).value in (None, [])
    session.set("button_group", box(session).key, "right")
    taught, held = (session.at.session_state[f"series2_{name}"] for name in ("lesson", "held"))
    assert [float(held[name][-1, 0]) for name in taught] == [6, 30]
    assert [*taught.values()] == ["left", "right"]
    session.at.file_uploader(key="moves_file").upload("other.npz", npz(1))  # known by what it holds
    session.run()
    assert box(session).value == "left"


def test_a_reload_finds_the_lesson_and_its_series_again(run, monkeypatch):
    left = {}
    monkeypatch.setattr("dpn.ui.kept.kept", lambda: left)
    session = Session(MOVES, example="4")
    (box,) = (b for b in session.at.button_group if b.key.startswith("right-series"))
    session.set("button_group", box.key, "left")
    again = Session(MOVES, example="4")
    taught, held = (again.at.session_state[f"series2_{name}"] for name in ("lesson", "held"))
    assert [*taught.values()] == ["left"]
    assert {*taught} <= {*held}
    monkeypatch.setattr("dpn.ui.kept.MOST", 20)  # the series are too large, their names are not
    again.run()
    bare = Session(MOVES, example="1")
    assert bare.at.session_state["series2_lesson"] == {}
