"""The map of this session: made by kind, size and seed, and changed cell by cell."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dpn import ui
from dpn.errors import ImageError
from dpn.language import msg, t
from dpn.mazes import reading
from dpn.mazes.grid import Cell, Maze
from dpn.mazes.making import KIND_NAMES, make_mazes
from dpn.ui.address import state
from dpn.ui.kept import kept
from dpn.ui.maze import paper

#: What a press on the map does, and what that is called.
MODES = {
    "wall": msg("Wall"),
    "erase": msg("Erase"),
    "start": msg("Start (S)"),
    "goal": msg("Goal (G)"),
    "look": msg("Look"),
}
#: Where the session keeps its map, the cell looked at, how many maps there were, the maps of a
#: file, what was left out of it, and what was wrong with it.
BOARD, CHOSEN, VERSION, FILE, NOTES, PROBLEM = (
    *("maze_board", "maze_chosen", "maze_version"),
    *("maze_of_file", "maze_file_notes", "maze_problem"),
)
#: Of which kind, size and seed the map was made, and whether it is still as it was made.
MADE, AS_MADE = "maze_made", "maze_as_made"
#: What a reload finds again.
LEFT = (BOARD, MADE, AS_MADE, CHOSEN)
#: Of a file that is brought.
MOST_MB = 20
SMALLEST, LARGEST, USUAL = 8, 64, 8
MOST_SEED = 2**31 - 1


def board() -> Maze:
    """Draw what makes a new map, and return the map as it is now."""
    for name, usual in (("kind", "obstacles"), ("size", USUAL), ("seed", 13)):
        asked = state.take(name)
        if asked is not None:
            st.session_state[f"maze_{name}"] = asked
            st.session_state.pop(BOARD, None)  # a reload has left it, if it was drawn on
        st.session_state.setdefault(f"maze_{name}", usual)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="new_map"):
        st.selectbox(
            t("Kind"),
            list(KIND_NAMES),
            format_func=lambda kind: t(KIND_NAMES[kind]),
            key="maze_kind",
            persist_state="session",
            width=150,
        )
        st.number_input(
            t("Size"), SMALLEST, LARGEST, key="maze_size", persist_state="session", width=120
        )
        st.number_input(
            t("Seed"), 0, MOST_SEED, key="maze_seed", persist_state="session", width=120
        )
        st.button(t("New map"), icon=":material/add:", key="maze_new", on_click=_new)
        upload()
    if problem := st.session_state.get(PROBLEM):
        ui.show_error(problem)
    if BOARD not in st.session_state and not _take_left():
        _make()
    st.session_state[state.MAP_STAYS] = not st.session_state.get(AS_MADE)
    kept()[BOARD] = tuple(st.session_state[name] for name in LEFT)
    return st.session_state[BOARD]  # type: ignore[no-any-return]  # only maps are put there


def _take_left() -> bool:
    """Take the map that a reload has left, if it was begun as is asked for now; return whether."""
    left = kept().get(BOARD)
    if left is None or left[1] != _asked() or type(left[0]) is not Maze:
        return False
    st.session_state.update(zip(LEFT, left, strict=True))
    st.session_state[VERSION] = version() + 1
    return True


def _asked() -> tuple[str, int, int]:
    kind, size, seed = (st.session_state[f"maze_{name}"] for name in ("kind", "size", "seed"))
    return kind, size, seed


def _new() -> None:
    """Make another map if nothing but the button was touched, else the one that is asked for."""
    asked = _asked()
    if asked == st.session_state.get(MADE):
        st.session_state["maze_seed"] = (asked[2] + 1) % (MOST_SEED + 1)
    _make()


def _make() -> None:
    st.session_state[MADE] = kind, size, seed = _asked()
    maze = make_mazes(kind, size, 1, seed)[0]
    _put(maze)
    st.session_state[AS_MADE] = True
    st.session_state[CHOSEN] = maze.start
    state.put(kind=kind, size=size, seed=seed)


def version() -> int:
    """Return a number that is another one for another map."""
    return int(st.session_state.get(VERSION, 0))


def done() -> None:
    """Do on the map what was done in the browser."""
    try:
        name, cells = paper.what(st.session_state[BOARD])
    except ImageError as error:
        st.session_state[PROBLEM] = str(error)
        return
    st.session_state.pop(PROBLEM, None)
    for cell in cells:
        change(name, cell)


def change(what: str, cell: Cell) -> None:
    """Build or rub out a wall at a cell, put the start or the goal there, or look at it.

    Start and goal make way for no wall; in a wall they make room for themselves.
    """
    maze: Maze = st.session_state[BOARD]
    walls, start, goal = np.array(maze.walls), maze.start, maze.goal
    if what == "look":
        st.session_state[CHOSEN] = cell
        return
    walls[cell] = what == "wall" and cell not in (start, goal)
    start = cell if what == "start" else start
    goal = cell if what == "goal" else goal
    _put(Maze(walls, start, goal))


def upload() -> None:
    """Draw the place for a map file; one that cannot be read is said so, and the map stays."""
    with st.popover(t("Upload"), icon=":material/upload:"):
        st.file_uploader(
            t("A map: text, PNG, npz or npy"),
            type=[suffix.removeprefix(".") for suffix in reading.SUFFIXES],
            max_upload_size=MOST_MB,
            key="maze_file",
            on_change=_take_file,
            help=t("Text: a line a row, # wall, . free, S start, G goal."),
        )
        for note in st.session_state.get(NOTES, ()) if st.session_state.get("maze_file") else ():
            st.caption(ui.plain(note))
        if st.session_state.get("maze_file") and (count := len(st.session_state.get(FILE, []))) > 1:
            st.number_input(
                t("Map, of {count:,}", count=count),
                1,
                count,
                key="maze_number",
                on_change=_take_from_file,
            )


def _take_file() -> None:
    st.session_state.pop(PROBLEM, None)
    file = st.session_state["maze_file"]
    if file is None:
        return
    with ui.guard():
        notes: list[str] = []
        try:
            mazes = list(reading.maps_of(file.getvalue(), file.name, notes.append))
        except ImageError as error:
            st.session_state[PROBLEM] = str(error)
            return
        st.session_state[NOTES] = notes
        st.session_state[FILE], st.session_state["maze_number"] = mazes, 1
        _take_from_file()


def _take_from_file() -> None:
    """Put that map of the file on the page which is asked for."""
    maze = st.session_state[FILE][st.session_state["maze_number"] - 1]
    _put(maze)
    st.session_state[CHOSEN] = maze.start


def _put(maze: Maze) -> None:
    st.session_state[BOARD] = maze
    st.session_state[AS_MADE] = False
    st.session_state[VERSION] = version() + 1
