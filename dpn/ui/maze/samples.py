"""Maps that are learned from, as small pictures: some of each kind."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dpn.language import t
from dpn.mazes.grid import Maze
from dpn.mazes.making import KIND_NAMES, make_mazes
from dpn.mazes.sets import MIXTURE, PARTS
from dpn.pictures.png import data_url

#: Red, green and blue of a wall, a free cell, the start and the goal: as in an uploaded picture.
WALL, FREE, START, GOAL = (60, 72, 85), (243, 248, 252), (46, 160, 67), (208, 52, 44)
#: Maps that are drawn, and pixels of one.
MAPS, SIDE = 12, 112


def some_maps(seed: int = PARTS["train"][1]) -> None:
    """Draw a dozen maps, as many of each kind and size as can be: the first that a seed makes.

    By default they are the first of the training part.
    """
    found = []
    for index, (kind, side, _) in enumerate(MIXTURE):
        count = MAPS // len(MIXTURE) + (index < MAPS % len(MIXTURE))
        words = f"{t(KIND_NAMES[kind])}, {side}×{side}"
        found += [_tile(maze, words) for maze in make_mazes(kind, side, count, seed)]
    st.html(f'<div class="tiles large">{"".join(found)}</div>')
    st.caption(t("Green: the start. Red: the goal."))


def _tile(maze: Maze, words: str) -> str:
    width = max(1, SIDE // maze.shape[1]) * maze.shape[1]
    return (
        f'<figure><div class="box"><img src="{data_url(coloured(maze), 1)}" width="{width}" '
        f'alt="{words}"></div><figcaption>{words}</figcaption></figure>'
    )


def coloured(maze: Maze) -> NDArray[np.uint8]:
    """Return a map (H, W, 3), a pixel a cell."""
    pixels: NDArray[np.uint8] = np.array([FREE, WALL], np.uint8)[maze.walls.astype(int)]
    pixels[maze.start], pixels[maze.goal] = START, GOAL
    return pixels
