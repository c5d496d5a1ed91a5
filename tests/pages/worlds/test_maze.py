"""The Maze page: what it says of a map is true of it, and the value of the start adds up."""

import io
import json

import numpy as np
import pytest
import streamlit as st

from dpn.charts.maze.learning import plans_chart
from dpn.evaluation.plan_account import explain_plan
from dpn.mazes.making import make_mazes
from dpn.mazes.plans import plan_of
from dpn.mazes.truth import shortest
from dpn.runs.folder import find_run
from dpn.ui.maze import board, paper, why
from tests.pages.session import Session

PAGE, TRAIN = "pages/8_Maze.py", "pages/1_Train.py"


@pytest.fixture
def model(runs):
    return find_run("shipped-maze-planner", runs).load_model()


@pytest.mark.parametrize(("operator", "temperature"), [("hard", 1.0), ("soft", 5.0), ("sparse", 5)])
@pytest.mark.parametrize("sweeps", [None, 3])
def test_the_account_of_a_plan_adds_up(model, operator, temperature, sweeps):
    maze = make_mazes("obstacles", 8, 1, 13)[0]
    found = explain_plan(model, maze, operator, temperature, sweeps)
    table = why.rows(found, maze, plan_of(maze, found.q))
    *parts, total = table["earned"]
    assert sum(parts) == pytest.approx(total, abs=1e-9)  # as they are read
    assert total == pytest.approx(found.values[maze.start], rel=1e-5)
    assert found.sweeps == (sweeps or found.most)
    assert (found.smoothing == 0) == (operator == "hard")


def test_the_account_of_hundreds_of_steps_adds_up_as_it_is_read(model):
    maze = make_mazes("maze", 48, 1, 1)[0]
    found = explain_plan(model, maze, "soft", 10.0)
    *parts, total = why.rows(found, maze, plan_of(maze, found.q))["earned"]
    assert len(parts) > 400
    assert sum(parts) == pytest.approx(total, abs=1e-7)
    assert total == pytest.approx(found.values[maze.start], rel=1e-4)


def test_a_move_into_a_wall_or_off_the_map_says_so_and_no_other(here):
    """The Maze page tells the network's huge costs of walls: they are told to be of walls."""
    session = Session(PAGE, kind="obstacles", size="8", seed="13")
    maze = session.at.session_state[board.BOARD]
    row, column = session.at.session_state[board.CHOSEN]
    lines = next(text for text in session.texts if "(at once)" in text).splitlines()
    around = {"up": (-1, 0), "down": (1, 0), "to the left": (0, -1), "to the right": (0, 1)}
    for name, (down, across) in around.items():
        line = next(line for line in lines if line.strip("- *").startswith(name))
        assert ("into a wall" in line) != maze.is_free((row + down, column + across))
    assert sum("into a wall" in line for line in lines) > 0
    assert "wall" not in next(line for line in lines if "stop" in line)


def test_a_reload_finds_the_map_that_was_drawn_on_and_a_link_to_another_does_not(here, monkeypatch):
    things = {}
    monkeypatch.setattr(board, "kept", lambda: things)
    asked = {"kind": "obstacles", "size": "8", "seed": "13"}
    session = Session(PAGE, **asked)
    maze = session.at.session_state[board.BOARD]
    walls = np.array(maze.walls)
    free = next(c for c in map(tuple, np.argwhere(~walls)) if c not in (maze.start, maze.goal))
    walls[free] = True
    session.at.session_state[board.BOARD] = type(maze)(walls, maze.start, maze.goal)
    session.at.session_state[board.AS_MADE] = False
    session.run()
    again = Session(PAGE, **asked)
    assert again.at.session_state[board.BOARD].walls[free]
    assert again.at.session_state["map_stays"]
    other = Session(PAGE, **asked | {"seed": "14"})
    np.testing.assert_array_equal(
        other.at.session_state[board.BOARD].walls, make_mazes("obstacles", 8, 1, 14)[0].walls
    )
    assert not other.at.session_state["map_stays"]


@pytest.fixture
def here(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    monkeypatch.setenv("DPN_RUNS_DIR", str(runs))


def shown(session):
    """What the browser is told of the map."""
    (component,) = session.at.get("bidi_component")
    return json.loads(component.proto.json)


def test_a_map_is_planned_and_a_wall_changes_the_plan(here):
    session = Session(PAGE, kind="obstacles", size="8", seed="13")
    maze = make_mazes("obstacles", 8, 1, 13)[0]
    least = shortest(maze, 4)
    assert session.heading == f"{least} steps, as short as any."
    data = shown(session)
    assert len(data["plan"]) == len(data["shortest"]) == least + 1
    assert (data["rows"], data["columns"], len(data["values"])) == (8, 8, 64)
    assert len(data["frames"]) == len(data["sweeps"]) > 2

    session.at.session_state[board.BOARD] = changed(maze, [(3, 4)])
    session.run()
    longer = shortest(changed(maze, [(3, 4)]), 4)
    assert session.heading == f"{longer} steps, as short as any."
    row, column = maze.start
    around = [(row + d, column + r) for d, r in ((-1, 0), (1, 0), (0, -1), (0, 1))]
    session.at.session_state[board.BOARD] = changed(maze, [c for c in around if maze.is_free(c)])
    assert session.run().heading == "No way, and there is none."
    assert shown(session)["plan"] == []
    version = shown(session)["version"]
    session.press("maze_new")
    assert session.at.query_params["seed"] == "14"
    assert shown(session)["version"] > version
    session.set("number_input", "maze_size", 64).press("maze_new")
    assert len(shown(session)["values"]) == 64 * 64
    assert session.set("toggle", "maze_further", True).heading


def changed(maze, cells):
    walls = maze.walls.copy()
    for cell in cells:
        walls[cell] = True
    return type(maze)(walls, maze.start, maze.goal)


@pytest.fixture
def session(monkeypatch):
    maze = make_mazes("obstacles", 8, 1, 13)[0]
    session = {board.BOARD: maze}
    monkeypatch.setattr(st, "session_state", session)
    return session


def told(session, what, cells):
    session[paper.KEY] = {"done": {"what": what, "cells": cells}}
    board.done()
    return session[board.BOARD]


def test_what_is_drawn_changes_the_map(session):
    maze = session[board.BOARD]
    assert told(session, "wall", [[3, 4], [3, 5]]).walls[3, 4:6].all()
    assert not told(session, "erase", [[3, 4], [3, 5]]).walls[3, 4:6].any()
    assert told(session, "wall", [list(maze.start)]).is_free(maze.start)
    told(session, "start", [[0, 0]])  # in a wall: it makes way
    there = told(session, "goal", [[7, 7]])
    assert (there.start, there.goal) == ((0, 0), (7, 7))
    assert told(session, "look", [[2, 2]]) is there
    assert session[board.CHOSEN] == (2, 2)


@pytest.mark.parametrize(
    ("what", "cells"),
    [("wall", []), ("wall", [[8, 0]]), ("fly", [[1, 1]]), ("wall", [[1.5, 1]]), ("wall", "x")],
)
def test_what_no_map_sends_changes_nothing(session, what, cells):
    before = session[board.BOARD]
    assert told(session, what, cells) is before
    assert "Reload the page" in session[board.PROBLEM]


def test_a_map_file_is_taken_and_a_bad_one_leaves_the_map(here):
    session = Session(PAGE)
    session.at.file_uploader(key="maze_file").upload("map.txt", b"S..\n##.\nG..\n", "text/plain")
    assert session.run().heading == "6 steps, as short as any."
    session.at.file_uploader(key="maze_file").upload("map.txt", b"S?G\n", "text/plain")
    assert session.run().heading == "6 steps, as short as any."
    assert len(session.errors) == 1
    mazes = make_mazes("maze", 9, 3, 5)
    packed = io.BytesIO()
    goals = np.zeros((3, 9, 9))
    for goal, maze in zip(goals, mazes, strict=True):
        goal[maze.goal] = 1
    np.savez(packed, np.stack([~maze.walls for maze in mazes]).astype(np.float32), goals)
    upload = session.at.file_uploader(key="maze_file")
    upload.upload("maps.npz", packed.getvalue(), "application/zip")
    session.run()
    assert not session.errors
    session.set("number_input", "maze_number", 3)
    assert session.at.session_state[board.BOARD].goal == mazes[2].goal


def test_mazes_are_shown_on_train_and_data_and_evaluate_asks_for_others(here):
    train = Session(TRAIN, data="maze")
    assert train.at.selectbox(key="maze-planner-quick-Moves").value == 4
    assert not [w for w in train.at.toggle if w.label == "Balanced classes"]
    assert any("each cell takes the best of 4 moves" in text for text in train.texts)
    train.set("selectbox", "maze-planner-quick-Moves", 8)
    assert train.at.query_params["decisions"] == "8"

    train = Session(TRAIN, run="shipped-maze-planner")
    assert any("1,000 as short as any, 0 longer, 0 not arriving" in text for text in train.texts)
    assert train.charts == 3  # loss, accuracy, plans on unseen maps
    assert train.at.button(key="try_it").label == "Plan with it"

    told = Session("pages/5_Data.py", data="maze")
    assert "Training mazes" in told.metrics
    assert "Classes" not in told.metrics
    models = Session("pages/4_Evaluate.py").at.selectbox(key="answering").options
    assert not any("Planner" in name for name in models)


def test_the_chart_of_plans_tells_arrived_from_shortest():
    data, _ = plans_chart(np.array([[0, 8, 0.5, 0.25], [0, 16, 0.4, 0.1]]), 10)
    told = data.set_index(["maps", "plans"])["share"]
    assert told["8×8", "arrived"] == 0.5
    assert told["16×16", "shortest"] == 0.1
