"""What Copy link leaves out, and what it says about that."""

import pytest
from streamlit.testing.v1 import AppTest

from dpn.address.drawing import Stroke, decode, encode
from dpn.mazes.making import make_mazes
from dpn.ui.address import share
from tests.pages.address.test_address import CLASSIFY, DRAWN, address
from tests.pages.session import SEVEN, Session


def test_what_is_uploaded_stays_here():
    session = Session(CLASSIFY, way="upload", drawing=DRAWN)
    assert session.at.session_state["picture_stays"]
    assert "drawing" not in address(session)
    assert address(session)["way"] == "upload"


def test_a_drawing_that_is_too_long_is_left_out_and_that_is_said(canvas):
    session = Session(CLASSIFY)
    canvas.draw(SEVEN)  # its paths are none that can be written
    session.run()
    assert session.at.session_state["drawing_left_out"]
    assert "drawing" not in address(session)


def test_the_drawing_gives_way_in_an_address_that_is_too_long():
    long = encode([Stroke(18, tuple((float(i % 250), float(7 * i % 250)) for i in range(480)))])
    assert len(decode(long)[0].points) == 480
    session = Session(CLASSIFY, drawing=long, x="y" * 3_000)
    assert "drawing" not in address(session)
    assert address(session)["x"] == "y" * 3_000
    assert session.at.session_state["drawing_left_out"]


def test_what_another_machine_has_not_is_named_where_the_link_is():
    def notes():
        import streamlit as st

        from dpn.ui.address import share

        for name in ("picture_stays", "drawing_left_out", "text_stays", "map_stays"):
            st.session_state[name] = True
        for note in share.notes():
            st.text(note)

    window = AppTest.from_function(notes)
    asked = {"run": "mine", "model": "shipped-mnist-dpn", "runs": "mine,other", "data": "pets"}
    for name, text in asked.items():
        window.query_params[name] = text
    said = [text.value for text in window.run().text]
    assert said[0] == "On this server only: mine, other. Another machine opens the page without."
    assert "pets" in said[1]
    assert "drawing is too long" in said[2]
    assert "text is too long" in said[3]
    assert "map is no longer" in said[4]
    assert "does not travel" in said[5]


@pytest.mark.parametrize(("page", "stays"), [("Train", False), ("Classify", True)])
def test_a_kind_of_model_is_no_run_of_this_server(page, stays):
    def notes(page):
        import streamlit as st

        from dpn.ui.address import share

        st.session_state["page"] = page
        st.text(share.notes())

    window = AppTest.from_function(notes, args=(page,))
    window.query_params["model"] = "mlp"
    assert ("On this server only: mlp" in window.run().text[0].value) == stays


def test_a_map_is_said_to_stay_here_once_it_was_drawn_on(data, runs):
    session = Session("pages/8_Maze.py", kind="obstacles", size="8", seed="13")
    assert not session.at.session_state["map_stays"]
    session.at.session_state["maze_board"] = make_mazes("caves", 8, 1, 1)[0]
    session.at.session_state["maze_as_made"] = False
    session.run()
    assert session.at.session_state["map_stays"]
    session.press("maze_new")
    assert not session.at.session_state["map_stays"]
    session.open("pages/2_Classify.py")
    assert not session.at.session_state["map_stays"]


def test_where_something_stays_here_the_link_promises_no_more_than_it_keeps():
    assert "as you see it" in share.panel("http://x", [])
    assert "as you see it" not in share.panel("http://x", ["It stays here."])
