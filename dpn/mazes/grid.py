"""A map of free cells and walls with a start and a goal, and the moves on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dpn.errors import ImageError
from dpn.names import tally

Cell = tuple[int, int]  # row, column

#: Rows and columns that a map may have; 128×128 takes seconds.
MIN_SIDE, MAX_SIDE = 1, 128
#: What a planner sees of each cell, in this order.
CHANNELS = ("wall", "goal")
#: (rows down, columns to the right) of each move; the first four are those of 4 moves.
MOVES: tuple[Cell, ...] = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))
MOVE_NAMES = (
    "up",
    "down",
    "left",
    "right",
    "up-left",
    "up-right",
    "down-left",
    "down-right",
)
#: The decision after the moves: to end here.
STOP = "stop"


@dataclass(frozen=True, eq=False)
class Maze:
    """A map: what one stands on, where one is, and where one wants to.

    Attributes:
        walls: bool (H, W), true where nobody can stand. All around the map is wall, too.
        start: (row, column), free.
        goal: (row, column), free.

    Raises:
        ImageError: a side is not accepted, or the start or the goal is outside or in a wall.
    """

    walls: NDArray[np.bool_]
    start: Cell
    goal: Cell

    def __post_init__(self) -> None:
        height, width = self.walls.shape
        if not (MIN_SIDE <= height <= MAX_SIDE and MIN_SIDE <= width <= MAX_SIDE):
            raise ImageError(
                f"a map must be {MIN_SIDE} to {MAX_SIDE} cells a side, got "
                f"{tally(height, 'row')} and {tally(width, 'column')}; draw a smaller part of it"
            )
        for name, (row, column) in (("start", self.start), ("goal", self.goal)):
            if not (0 <= row < height and 0 <= column < width):
                raise ImageError(f"the {name} ({row}, {column}) is outside of the map; move it in")
            if self.walls[row, column]:
                raise ImageError(
                    f"the {name} ({row}, {column}) is in a wall; move it to a free cell"
                )

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)."""
        return self.walls.shape

    def is_free(self, cell: Cell) -> bool:
        """Return whether one can stand on a cell; outside of the map one cannot."""
        height, width = self.shape
        row, column = cell
        return 0 <= row < height and 0 <= column < width and not self.walls[row, column]


def pictured(maze: Maze, side: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Return what a planner sees of a map, (2, H, W) uint8, 0 or 255 by ``CHANNELS``.

    With ``side`` (H, W) it stands at the top left of so large a map, the rest of it wall.
    """
    seen = np.zeros((len(CHANNELS), *(side or maze.shape)), np.uint8)
    seen[0] = 255
    height, width = maze.shape
    seen[0, :height, :width] = maze.walls * np.uint8(255)
    seen[1, maze.goal[0], maze.goal[1]] = 255
    return seen
