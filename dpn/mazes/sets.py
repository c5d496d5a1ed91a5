"""Maps to learn from and to be judged by, as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dpn.language import msg
from dpn.mazes.grid import Maze, pictured
from dpn.mazes.making import make_mazes
from dpn.mazes.truth import distances

#: The name of the set that is made here.
NAME = "maze"
ABOUT = msg("Maps of up to 15×15 cells, made by rule: obstacles, mazes, rooms, caves.")
#: How a plan can turn out, the best last.
OUTCOMES = ("no plan", "detour", "shortest")
SHORTEST = OUTCOMES.index("shortest")
#: Cells a side of the largest map that is trained on; smaller ones stand in a frame of wall.
SIDE = 15
#: kind, side, share of the maps.
MIXTURE = (
    ("obstacles", 8, 0.2),
    ("obstacles", 15, 0.3),
    ("maze", 9, 0.25),
    ("rooms", 15, 0.15),
    ("caves", 15, 0.1),
)
#: How many maps each part has, and the seed that makes them; sides and kinds are those above.
PARTS = {"train": (2_400, 1), "val": (300, 2), "test": (1_000, 3)}

Arrays = tuple[NDArray[np.uint8], NDArray[np.int64]]


def arrays(mazes: Sequence[Maze], side: tuple[int, int]) -> Arrays:
    """Return maps as a planner sees them and how far their cells are from the goal.

    Args:
        mazes: N maps, none larger than ``side``.
        side: (H, W); smaller maps stand at the top left, the rest is wall.

    Returns:
        x: uint8 (N, 3, H, W), 0 or 255: wall, goal, start.
        y: int64 (N, 2, H, W): steps to the goal by 4 and by 8 moves, −1 where there is no way.
    """
    x = np.zeros((len(mazes), 3, *side), np.uint8)
    for seen, maze in zip(x, mazes, strict=True):
        seen[:2] = pictured(maze, side)
        seen[2, maze.start[0], maze.start[1]] = 255
    goals = [maze.goal for maze in mazes]
    y = np.stack([distances(x[:, 0] > 0, goals, moves) for moves in (4, 8)], axis=1)
    return x, y.astype(np.int64)


def mixed(count: int, seed: int) -> list[Maze]:
    """Return about ``count`` maps of the ``MIXTURE``, by seed."""
    return [
        maze
        for kind, side, share in MIXTURE
        for maze in make_mazes(kind, side, max(1, round(share * count)), seed)
    ]


def part(name: str) -> Arrays:
    """Return one part of the set, by its name in ``PARTS``; see ``arrays``."""
    count, seed = PARTS[name]
    return arrays(mixed(count, seed), (SIDE, SIDE))


def mazes_of(x: NDArray[np.uint8]) -> list[Maze]:
    """Return the maps of x (N, 3, H, W), with their frames."""
    found = []
    for wall, goal, start in x:
        places = [tuple(int(i) for i in np.argwhere(layer)[0]) for layer in (start, goal)]
        found.append(Maze(wall > 0, places[0], places[1]))  # type: ignore[arg-type]  # pairs
    return found
