"""The map of this session: made by kind, size and seed, and changed cell by cell."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dpn.charts.maze.map import CELL
from dpn.mazes.grid import Cell, Maze
from dpn.mazes.making import KIND_NAMES, make_mazes
from dpn.ui.address import state

WALL, ERASE, START, GOAL, LOOK = "Wall", "Erase", "Start", "Goal", "Look"
MODES = (WALL, ERASE, START, GOAL, LOOK)
#: Where the session keeps its map, the cell looked at, and how many taps there were.
BOARD, CHOSEN, TAPS = "maze_board", "maze_chosen", "maze_taps"
SMALLEST, LARGEST, USUAL = 8, 64, 8
MOST_SEED = 2**31 - 1


def board() -> Maze:
    """Draw what makes a new map, and return the map as it is now."""
    for name, usual in (("kind", "obstacles"), ("size", USUAL), ("seed", 13)):
        asked = state.take(name)
        if asked is not None:
            st.session_state[f"maze_{name}"] = asked
            st.session_state.pop(BOARD, None)
        st.session_state.setdefault(f"maze_{name}", usual)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="new_map"):
        st.selectbox(
            "Kind",
            list(KIND_NAMES),
            format_func=KIND_NAMES.__getitem__,
            key="maze_kind",
            persist_state="session",
            width=150,
        )
        st.number_input(
            "Size", SMALLEST, LARGEST, key="maze_size", persist_state="session", width=120
        )
        st.number_input("Seed", 0, MOST_SEED, key="maze_seed", persist_state="session", width=120)
        st.button("New map", icon=":material/add:", key="maze_new", on_click=_new)
    if BOARD not in st.session_state:
        _make()
    return st.session_state[BOARD]  # type: ignore[no-any-return]  # only maps are put there


def _new() -> None:
    """Make another map if nothing but the button was touched, else the one that is asked for."""
    asked = tuple(st.session_state[f"maze_{name}"] for name in ("kind", "size", "seed"))
    if asked == st.session_state.get("maze_made"):
        st.session_state["maze_seed"] = (asked[2] + 1) % (MOST_SEED + 1)
    _make()


def _make() -> None:
    kind, size, seed = (st.session_state[f"maze_{name}"] for name in ("kind", "size", "seed"))
    st.session_state["maze_made"] = (kind, size, seed)
    st.session_state[BOARD] = maze = make_mazes(kind, size, 1, seed)[0]
    st.session_state[CHOSEN] = maze.start
    state.put(kind=kind, size=size, seed=seed)


def tapped(chart: str) -> None:
    """Do with the cell that was tapped what the mode says."""
    (place, *_) = st.session_state[chart]["selection"].get(CELL) or [{}]
    # The browser tells no second tap on the cell it knows to be chosen; a new chart knows none.
    st.session_state[TAPS] = st.session_state.get(TAPS, 0) + 1
    if "row" in place:
        change(st.session_state["maze_mode"], (int(place["row"]) - 1, int(place["column"]) - 1))


def change(mode: str, cell: Cell) -> None:
    """Build or rub out a wall at a cell, put the start or the goal there, or look at it."""
    maze: Maze = st.session_state[BOARD]
    walls, start, goal = np.array(maze.walls), maze.start, maze.goal
    if mode == LOOK or (mode == WALL and cell in (start, goal)):
        st.session_state[CHOSEN] = cell
        return
    walls[cell] = mode == WALL
    start = cell if mode == START else start
    goal = cell if mode == GOAL else goal
    st.session_state[BOARD] = Maze(walls, start, goal)
