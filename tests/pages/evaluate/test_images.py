"""Evaluate: the images of a cell of the confusion matrix."""

import re
import types

import numpy as np
import pytest
import streamlit as st

from dpn import ui
from dpn.charts.confusion import CELL
from dpn.doubt.known import claims
from dpn.evaluation.scores import ranked_cell
from dpn.language import percent
from dpn.runs.run import SHIPPED, Run
from dpn.ui.evaluate import matrix, under_change
from dpn.ui.evaluate import page as evaluate
from dpn.ui.inside import tiles
from tests.helpers import write_npz
from tests.pages.evaluate.seen import EVALUATE, NAMES, choose, chosen, heading, words_of
from tests.pages.session import Session, finished_run


def outlined(session):
    rows = session.matrix[session.matrix["chosen"]]
    return list(zip(rows["truth"], rows["answer"], strict=True))


def test_at_first_all_mistakes_are_shown_worst_first(run):
    session = Session(EVALUATE)
    scores = ui.evaluation(run)
    wrong = scores.probabilities.argmax(axis=1) != scores.labels
    ranked = [int(i) for i in ranked_cell(scores.probabilities, scores.labels, None, None)]
    mistakes = [i for i in ranked if wrong[i]]
    assert len(mistakes) > evaluate.SHOWN
    assert heading(session) == f"{len(mistakes)} mistakes, surest of the wrong class first"
    assert list(session.tiles) == mistakes[: evaluate.SHOWN]
    assert all(words == words_of(scores, i) for i, words in session.tiles.items())
    assert len(session.at.image) == evaluate.SHOWN + under_change.SHOWN + 3  # and the templates
    assert outlined(session) == []


def test_a_tile_is_as_sure_as_inside_is_of_its_image():
    """They had P(class) and Inside that times known: 70% here, and 69.1% there."""
    shipped = Run(SHIPPED / "shipped-digits-dpn")
    session = Session(EVALUATE, run=shipped.id, truth="1", answer="1")
    scores, images = ui.evaluation(shipped), ui.test_images(shipped)[0].numpy()
    shown = list(session.tiles)
    answer = ui.model_server().predict(shipped, images[shown])
    claimed = claims(answer.probabilities, answer.known).max(axis=1)
    said = [words.rsplit("\u00a0", 1)[1] for words in session.tiles.values()]
    assert said == [percent(p, 0) for p in claimed.tolist()]
    assert said != [percent(p, 0) for p in scores.probabilities[shown].max(axis=1).tolist()]


def test_the_pictures_are_those_of_the_numbers_below_them(run, monkeypatch):
    shown, draw = [], tiles.to_picture
    monkeypatch.setattr(tiles, "to_picture", lambda image: shown.append(image) or draw(image))
    session = Session(EVALUATE)
    pixels = ui.test_images(run)[0].numpy()
    last = shown[: -under_change.SHOWN][-len(session.tiles) :]
    np.testing.assert_array_equal(last, pixels[list(session.tiles)])
    strips = session.at.image[: len(session.tiles)]
    assert all(strip.value[0].endswith(".png") for strip in strips)
    assert len({strip.value[0] for strip in strips}) == len(session.tiles)


def test_more_shows_the_next_ones_until_another_cell_is_chosen(run):
    session = Session(EVALUATE)
    first = list(session.tiles)
    session.press("more")
    assert len(session.tiles) > len(first) == evaluate.SHOWN
    assert list(session.tiles)[: len(first)] == first
    while [button for button in session.at.button if button.key == "more"]:
        session.press("more")
    count = int(re.match(r"\d+", heading(session))[0])
    assert len(session.tiles) == len(set(session.tiles)) == count
    choose(session, 0, None)
    assert len(session.tiles) == evaluate.SHOWN


def test_a_cell_that_is_chosen_in_the_lists_shows_its_images(run):
    scores = ui.evaluation(run)
    truth, answer = np.argwhere(scores.confusion * (1 - np.eye(3, dtype=int)))[0]
    session = choose(Session(EVALUATE), int(truth), int(answer))
    count = scores.confusion[truth, answer]
    start = f"{count} image{'s' if count > 1 else ''} of {NAMES[truth]}"
    assert heading(session).startswith(f"{start} answered as {NAMES[answer]}")
    ranked = ranked_cell(scores.probabilities, scores.labels, truth, answer)
    assert list(session.tiles) == ranked[: evaluate.SHOWN].tolist()
    assert outlined(session) == [(truth, answer)]


def test_any_is_a_whole_row_or_column(run):
    scores = ui.evaluation(run)
    session = choose(Session(EVALUATE), 1, None)
    assert heading(session).startswith(f"{scores.confusion[1].sum()} images of middle, mistakes")
    assert outlined(session) == [(1, 0), (1, 1), (1, 2)]
    choose(session, None, 1)
    assert f"{scores.confusion[:, 1].sum()} images answered as middle" in heading(session)
    assert outlined(session) == [(0, 1), (1, 1), (2, 1)]


def test_a_click_sets_the_lists_and_the_lists_forget_the_click(run, monkeypatch):
    """The browser's part of it is in tests/browser."""
    session = Session(EVALUATE)
    keys = "cell-truth-small-3", "cell-answer-small-3"
    click = {"selection": {CELL: [{"truth": 1, "answer": 0}]}}
    state = {"chart": click, **dict.fromkeys(keys)}
    monkeypatch.setattr(matrix, "st", types.SimpleNamespace(session_state=state))
    matrix._take_click("chart", keys)
    assert [state[key] for key in keys] == [1, 0]
    for nothing in ({}, {CELL: []}, {CELL: {}}):
        state |= {"chart": {"selection": nothing}, keys[0]: 1}
        matrix._take_click("chart", keys)
        assert [state[key] for key in keys] == [None, None]
    monkeypatch.setattr(matrix, "st", st)
    before = session.at.get("vega_lite_chart")[0].proto.id
    assert session.run().at.get("vega_lite_chart")[0].proto.id == before
    choose(session, 1, 0)
    assert session.at.get("vega_lite_chart")[0].proto.id != before  # so that it can be clicked anew


def test_the_cell_stays_when_another_page_has_been_looked_at(run):
    session = choose(Session(EVALUATE), 0, 1)
    session.open("pages/5_Data.py").open(EVALUATE)
    assert chosen(session) == (0, 1)
    assert outlined(session) == [(0, 1)]


@pytest.mark.parametrize(
    ("count", "wrong", "cell", "words"),
    [
        (0, 0, (None, None), "None: every test image was answered right."),
        (1, 1, (None, None), "1 mistake"),
        (1234, 1234, (None, None), "1,234 mistakes, surest of the wrong class first"),
        (12, 12, (0, 1), "12 images of left answered as middle, surest of the wrong class first"),
        (1, 1, (0, 1), "1 image of left answered as middle"),
        (0, 0, (0, 1), "There is no test image of left answered as middle."),
        (5, 0, (2, 2), "5 images of right answered right, the most doubtful first"),
        (7, 3, (2, None), "7 images of right, mistakes first, surest of the wrong class first"),
        (
            7,
            6,
            (None, 2),
            "7 images answered as right, mistakes first, surest of the wrong class first",
        ),
        (7, 0, (2, None), "7 images of right, the most doubtful first"),
        (7, 7, (None, 2), "7 images answered as right, surest of the wrong class first"),
    ],
)
def test_what_is_shown_is_said_in_words(count, wrong, cell, words):
    assert evaluate.cell_words(count, wrong, cell, NAMES) == words


def test_an_empty_cell_and_a_model_without_mistakes_say_so(data, runs):
    write_npz(data)
    finished_run(data, runs, steps=60)
    session = Session(EVALUATE)
    assert session.metrics["Test accuracy"] == "100% of 15"
    assert [text.value for text in session.at.success] == [
        "None: every test image was answered right."
    ]
    choose(session, 0, 1)
    assert session.infos == ["There is no test image of left answered as middle."]
    assert not session.tiles


def test_an_image_opens_inside(run):
    session = Session(EVALUATE)
    index = list(session.tiles)[2]
    session.press(f"open_{index}")
    assert session.at.title[0].value == "Inside"
    assert session.at.query_params["image"] == str(index)
