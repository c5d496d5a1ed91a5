"""Every page opens, and shows names as they are."""

import os
from pathlib import Path

import pytest
import streamlit as st

from dpn import ui
from dpn.ui import frame
from tests.helpers import pictures, write_npz
from tests.pages.session import SEVEN, Session, write_own

ROOT = Path(__file__).parents[2]


PAGES = [page for page, _, _ in frame.PAGES]


MARKUP = ("<b>bold</b>", "[x](y)", "$a$ :red[x]")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_its_sidebar_and_without_a_problem(page):
    session = Session(page)
    assert not session.errors
    links = [link.value for link in session.at.sidebar.get("page_link")]
    assert links == [label for _, label, _ in frame.PAGES]
    assert sorted(PAGES[1:]) == sorted(
        f"pages/{page.name}" for page in (ROOT / "pages").glob("*.py")
    )
    assert [text.value for text in session.at.sidebar.caption] == ["Nothing is training."]
    assert session.at.title[0].value


def test_every_page_shows_the_training_that_is_under_way(data):
    write_npz(data)
    session = Session("pages/1_Train.py").train_long()
    run_id = session.run_id
    for page in PAGES:
        session.at.query_params = {}  # as after a click on a link of the sidebar
        session.open(page)
        (caption,) = (text.value for text in session.at.sidebar.caption)
        assert ui.plain("Digits 8×8 · DPN · today") in caption
        assert session.run_id not in caption
        assert "training" in caption or "paused" in caption
        assert session.run_id == run_id  # so that a reload finds it again
    other = Session("pages/5_Data.py")  # which has no training of its own
    assert ui.plain("Digits 8×8 · DPN · today") in other.at.sidebar.caption[0].value
    assert other.run_id is None


def test_only_who_follows_a_training_is_told_how_far_it_is(data, monkeypatch):
    """On a busy server each look of a sidebar may lose what the page has just drawn."""
    paces, fragment = {}, st.fragment

    def noted(function, **how):
        paces[function.__name__] = how.get("run_every")
        return fragment(function, **how)

    monkeypatch.setattr(st, "fragment", noted)
    write_npz(data)
    session = Session("pages/1_Train.py").train_long()
    assert paces["_sidebar_state"] is None  # the page shows it
    assert session.run().at.sidebar.caption[0].value.endswith("  \ntraining")  # which stays true
    assert not session.at.sidebar.get("progress")
    session.open("pages/2_Classify.py")
    assert paces["_sidebar_state"] == frame.FOLLOWED
    assert "training, " in session.at.sidebar.caption[0].value
    other = Session("pages/2_Classify.py")
    assert paces["_sidebar_state"] is None
    assert other.at.sidebar.caption[0].value.endswith("\ntraining")


def test_class_names_are_shown_as_they_are(data, canvas):
    images, labels = pictures(60)
    labels[::2] = 0  # so that the model makes mistakes
    write_own(data, "__set__ +1", images, labels, MARKUP)
    session = Session("pages/5_Data.py").set("selectbox", "dataset", "__set__ +1")
    names = [text.value for text in session.at.main.markdown]
    assert {ui.plain(name) for name in MARKUP} <= set(names)
    assert session.figures[0]["data"][0]["x"][0] == "&lt;b&gt;bold&lt;/b&gt;"

    session.open("pages/1_Train.py").train_small("__set__ +1")
    session.until(lambda: session.tiles)
    words = session.tiles.values()
    used = {part for label in words for part in label.rsplit(" ·", 1)[0].split(" → ")}
    assert used <= {ui.plain(name) for name in MARKUP}
    assert "\\_\\_set\\_\\_" in session.at.sidebar.caption[0].value

    session.open("pages/2_Classify.py").set("button_group", "way-photo", "draw")
    canvas.draw(SEVEN)
    session.run()
    assert any(ui.plain(name) in session.heading for name in MARKUP)
    assert not any(name in session.heading for name in MARKUP)


def test_no_file_is_written_outside_the_two_folders(data, runs):
    write_npz(data)
    before = {path for path in ROOT.iterdir() if path.name in ("data", "runs")}
    session = Session("pages/1_Train.py").train_small()
    assert os.listdir(runs) == [session.run_id]
    assert {path for path in ROOT.iterdir() if path.name in ("data", "runs")} == before
