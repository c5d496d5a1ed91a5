"""Every entry of a menu can be chosen, whatever people call their runs, classes and files."""

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dpn.runs.run import SHIPPED, Run
from dpn.runs.title import set_title, title_of
from dpn.series.sets import bring
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.helpers import (
    pictures,
    short_training,
    small_frames,
    small_words,
    write_npz,
    write_series,
    write_texts,
)
from tests.pages.session import SEVEN, Session, finished_run, write_own

INSIDE = "pages/3_Inside.py"
EVALUATE = "pages/4_Evaluate.py"
OWN = ("any class", "its answer", "the runner-up", "any", "nothing: its own score")


def entries(session, key):
    """What a menu offers, of which no two look the same."""
    options = list(session.at.selectbox(key=key).options)
    assert len({" ".join(option.split()) for option in options}) == len(options)
    return options


def stands(session, key, value):
    session.set("selectbox", key, value).run()
    return session.at.selectbox(key=key).value == value


@pytest.fixture
def run(data, runs):
    """A model whose classes are called like the menus' own entries."""
    images = np.random.default_rng(0).integers(0, 255, (40, 8, 8)).astype(np.uint8)
    write_own(data, "small", images, np.arange(40) % len(OWN), OWN)
    return finished_run(data, runs, steps=3)


@pytest.mark.parametrize(
    ("page", "keys", "own"),
    [
        (INSIDE, ("truth-small",), ["any class"]),
        (INSIDE, ("target-there",), ["its answer"]),
        (INSIDE, ("contrast-there",), ["the runner-up", "nothing: its own score"]),
        (EVALUATE, ("cell-truth-small-5", "cell-answer-small-5"), [None]),
    ],
)
def test_a_class_called_like_a_menus_own_entry_hides_it_no_more(run, page, keys, own):
    session = Session(page, run=run.id)
    for key in keys:
        assert session.at.selectbox(key=key).value == own[0]  # as it begins
        entries(session, key)
        for value in [*range(len(OWN)), *own]:
            assert stands(session, key, value), value
    assert not session.errors


def test_of_any_class_all_images_are_shown_and_of_the_class_only_its_own(run):
    session = Session(INSIDE, run=run.id)
    session.set("selectbox", "truth-small", 0).press("image_next").press("image_next")
    assert session.at.number_input(key="image-small").value % len(OWN) == 0
    session.set("selectbox", "truth-small", "any class").press("image_next")
    assert session.at.number_input(key="image-small").value % len(OWN) == 1


def test_classes_that_look_the_same_can_each_be_said_to_be_right(data, runs, canvas):
    images, labels = pictures(30)
    write_own(data, "small", images, labels, ("cat", "cat ", "caf\u00e9"))
    run = finished_run(data, runs, steps=3)
    session = Session("pages/2_Classify.py", run=run.id)
    canvas.draw(SEVEN)
    session.run()
    (pills,) = (group for group in session.at.button_group if group.key.startswith("right-"))
    assert [option.content for option in pills.proto.options] == ["cat", "cat  (2)", "caf\u00e9"]
    session.set("button_group", pills.key, "cat ")
    assert [p.name for p in session.at.session_state["lesson"].pictures.values()] == ["cat "]


def test_a_file_called_like_a_known_data_set_is_not_taken_for_it(data, runs):
    write_npz(data, "MNIST")
    write_npz(data, "Digits 8×8")  # a title with a character that names may not have
    write_npz(data, "Fashion-MNIST")
    session = Session("pages/1_Train.py")
    options = entries(session, "dataset")
    assert "Fashion-MNIST" in options
    assert "Digits 8×8 (Digits 8×8.npz)" in options
    for name in ("digits", "mnist", "MNIST", "Fashion-MNIST", "fashion_mnist", "Digits 8×8"):
        assert stands(session, "dataset", name), name
    (data / "MNIST.npz").rename(data / "mnist.npz")
    write_npz(data, "MNIST")
    session.run()
    options = entries(session, "dataset")
    assert {"MNIST", "MNIST (MNIST.npz)"} <= set(options)
    session.train_small("MNIST")
    assert Run(runs / session.run_id).config().training.dataset == "MNIST"


def test_a_data_set_stays_chosen_when_it_has_come(data):
    """What is on disk is no longer said to be a download: its label is another one."""
    session = Session("pages/5_Data.py").set("selectbox", "dataset", "kmnist")
    (data / "kmnist.npz").write_bytes(b"no zip")
    session.run().run()
    assert session.at.selectbox(key="dataset").value == "kmnist"
    assert session.errors


def test_runs_of_one_title_are_all_reachable(data, runs):
    write_npz(data)
    shipped = Run(SHIPPED / "shipped-mnist-dpn")
    made = [finished_run(data, runs, f"{i}-small-{i}bcd", steps=3) for i in (1, 2, 3)]
    for run in made:
        set_title(run, title_of(shipped))
    session = Session("pages/2_Classify.py")
    options = entries(session, "answering")
    assert sum(option.startswith(title_of(shipped)) for option in options) == 4
    for run in (*made, shipped, made[0]):
        assert stands(session, "answering", run.id)
        assert session.at.query_params["model"] == run.id
    assert f"{title_of(shipped)} (1bcd)" in options


def test_a_chosen_run_stays_chosen_when_its_title_changes(data, runs):
    write_npz(data)
    made = [finished_run(data, runs, f"{i}-small-{i}bcd", steps=3) for i in (1, 2)]
    session = Session("pages/2_Classify.py").set("selectbox", "answering", made[0].id)
    for title in ("first", "second", ""):
        set_title(made[0], title)
        session.run().run()
        assert session.at.selectbox(key="answering").value == made[0].id


@pytest.mark.parametrize("what", ["digit", "number"])
def test_of_a_run_that_was_deleted_elsewhere_the_page_says_so_and_another_answers(
    data, runs, canvas, what
):
    write_npz(data)
    gone = finished_run(data, runs, "1-small-1bcd", steps=3)
    session = Session("pages/2_Classify.py", model=gone.id, what=what)
    assert session.at.selectbox(key="answering").value == gone.id
    shutil.rmtree(gone.path)
    session.at.session_state["answering-held"] = (gone.id, "as it was called")
    session.run()
    assert any("was deleted" in text for text in session.texts)
    usual = session.at.selectbox(key="answering").value
    assert usual != gone.id
    session.run()  # it is said until another is chosen
    assert any("was deleted" in text for text in session.texts)
    session.set("selectbox", "answering", "shipped-mnist-residual")
    assert not any("was deleted" in text for text in session.texts)


def test_a_fragment_whose_run_was_deleted_has_the_page_drawn_anew(data, runs, monkeypatch):
    def app(run_id):
        import streamlit as st

        from dpn import ui
        from dpn.ui.model import answering

        if not st.session_state.get("drawn"):
            st.session_state["drawn"] = True
            with ui.guard():
                st.text(answering.still_here(run_id).id)
        else:
            st.text("anew")

    write_npz(data)
    there = finished_run(data, runs, "1-small-1bcd", steps=3)
    assert AppTest.from_function(app, args=(there.id,)).run().text[0].value == there.id
    at = AppTest.from_function(app, args=("gone",)).run()
    assert not at.error
    assert at.text[0].value == "anew"


def test_a_row_of_choices_stands_at_the_first_when_what_was_chosen_is_gone():
    def app():
        import streamlit as st

        from dpn.ui import menus

        names = st.session_state.get("names", "ab")
        st.text(menus.switch({name: f"say {name}" for name in names}, "Which?", "which"))

    at = AppTest.from_function(app).run()
    at.button_group(key="which").set_value("b").run()
    assert at.text[0].value == "b"
    at.session_state["names"] = "ac"
    at.run()
    assert not at.exception
    assert at.text[0].value == "a"


SHOW_TEXTS = ("1_Train", "4_Evaluate", "5_Data", "7_Words")
SHOW_SERIES = ("1_Train", "4_Evaluate", "5_Data", "9_Moves")
PAGES = ("7_Words", *SHOW_SERIES, "2_Classify", "3_Inside", "6_Compare")


@pytest.mark.parametrize("world", ["text", "series"])
def test_a_run_of_another_world_is_offered_where_it_can_be_shown_and_breaks_no_page(
    data, runs, world, tmp_path
):
    if world == "text":
        write_texts(data)
        shown, model = SHOW_TEXTS, small_words()
    else:
        bring(write_series(tmp_path, "small"), data)
        shown, model = SHOW_SERIES, small_frames()
    training = short_training(preparation="auto")
    trainer, run = open_training(model, training, data, runs)
    list(run_training(trainer, run))
    for page in PAGES:
        session = Session(f"pages/{page}.py", run=run.id)
        assert not session.errors, page
        offered = [option for box in session.at.selectbox for option in box.options]
        assert any("small" in option for option in offered) == (page in shown), page
        assert f"tick-{run.id}" not in [box.key for box in session.at.checkbox]
    asked = Session("pages/6_Compare.py", runs=f"{run.id},shipped-digits-dpn")
    assert all(f"reads no picture but a {world}" in words for words in asked.errors)
    assert "dpn compare" in asked.errors[0]
