"""The Maze page: what it says of a map is true of it, and the value of the start adds up."""

import pytest
import streamlit as st

from dpn.evaluation.plan_account import explain_plan
from dpn.mazes.making import make_mazes
from dpn.mazes.plans import plan_of
from dpn.mazes.truth import shortest
from dpn.runs.folder import find_run
from dpn.ui.maze import board, why
from tests.pages.session import Session

PAGE = "pages/8_Maze.py"


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
    assert sum(parts) == pytest.approx(total, rel=1e-5)
    assert found.sweeps == (sweeps or found.most)
    assert (found.smoothing == 0) == (operator == "hard")


def test_a_map_is_planned_and_a_wall_changes_the_plan(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    monkeypatch.setenv("DPN_RUNS_DIR", str(runs))
    session = Session(PAGE, kind="obstacles", size="8", seed="13")
    maze = make_mazes("obstacles", 8, 1, 13)[0]
    least = shortest(maze, 4)
    assert session.heading == f"{least} steps, as short as any."
    assert len(session.chart("plan")) == least + 1
    assert len(session.chart("cell")) == 64

    session.at.session_state[board.BOARD] = changed(maze, [(3, 4)])
    session.run()
    longer = shortest(changed(maze, [(3, 4)]), 4)
    assert session.heading == f"{longer} steps, as short as any."
    row, column = maze.start
    around = [(row + d, column + r) for d, r in ((-1, 0), (1, 0), (0, -1), (0, 1))]
    session.at.session_state[board.BOARD] = changed(maze, [c for c in around if maze.is_free(c)])
    assert session.run().heading == "No way, and there is none."
    assert session.chart("plan") is None
    session.press("maze_new")
    assert session.at.query_params["seed"] == "14"
    session.set("number_input", "maze_size", 64).press("maze_new")
    assert len(session.chart("cell")) == 64 * 64
    assert session.set("toggle", "maze_further", True).heading


def changed(maze, cells):
    walls = maze.walls.copy()
    for cell in cells:
        walls[cell] = True
    return type(maze)(walls, maze.start, maze.goal)


def test_a_tap_does_what_the_mode_says(monkeypatch):
    maze = make_mazes("obstacles", 8, 1, 13)[0]
    session = {board.BOARD: maze}
    monkeypatch.setattr(st, "session_state", session)
    board.change(board.WALL, (3, 4))
    assert session[board.BOARD].walls[3, 4]
    board.change(board.ERASE, (3, 4))
    assert not session[board.BOARD].walls[3, 4]
    board.change(board.WALL, maze.start)
    assert session[board.BOARD].is_free(maze.start)
    board.change(board.START, (0, 0))  # in a wall: it makes way
    board.change(board.GOAL, (7, 7))
    assert (session[board.BOARD].start, session[board.BOARD].goal) == ((0, 0), (7, 7))
    board.change(board.LOOK, (2, 2))
    assert session[board.CHOSEN] == (2, 2)
