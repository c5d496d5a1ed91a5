"""Maps by seed: random obstacles, perfect mazes, rooms with doors, caves; all can be solved."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dpn.errors import ConfigError, did_you_mean, said
from dpn.language import msg
from dpn.mazes.grid import Maze

Walls = NDArray[np.bool_]

#: Sides of the maps that are made.
SMALLEST, LARGEST = 5, 64
#: Of a map at least this share of all cells can be reached from its goal.
MOST_ENCLOSED = 0.1


def _obstacles(rng: np.random.Generator, side: int) -> Walls:
    """Make each cell a wall by chance, from sparse to as dense as can be crossed."""
    return rng.random((side, side)) < rng.uniform(0.1, 0.4)


def _perfect(rng: np.random.Generator, side: int) -> Walls:
    """Grow a spanning tree over every second cell, depth first: one way between any two."""
    walls = np.ones((side, side), bool)
    rooms = (side + 1) // 2
    walls[0, 0] = False
    trail = [(0, 0)]
    while trail:
        row, column = trail[-1]
        around = ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
        fresh = [
            (r, c) for r, c in around if 0 <= r < rooms and 0 <= c < rooms and walls[2 * r, 2 * c]
        ]
        if not fresh:
            trail.pop()
            continue
        r, c = fresh[int(rng.integers(len(fresh)))]
        walls[2 * r, 2 * c] = walls[row + r, column + c] = False
        trail.append((r, c))
    return walls


def _rooms(rng: np.random.Generator, side: int) -> Walls:
    """Cut rooms by walls across, each wall with a door: recursive division."""
    walls = np.zeros((side, side), bool)
    waiting = [(0, side, 0, side)]
    while waiting:
        top, bottom, left, right = waiting.pop()
        height, width = bottom - top, right - left
        if max(height, width) < 5 or (max(height, width) < 10 and rng.random() < 0.3):
            continue
        across = height > width if height != width else bool(rng.integers(2))
        low, high, first, last = (
            (top, bottom, left, right) if across else (left, right, top, bottom)
        )
        wall = int(rng.integers(low + 2, high - 2))
        door = int(rng.integers(first, last))
        line = walls[wall] if across else walls[:, wall]
        line[first:last] = True
        line[door] = False
        # No later wall may end at the door: the two rooms keep a cell of their own beside it.
        if across:
            waiting += [(top, wall, left, right), (wall + 1, bottom, left, right)]
        else:
            waiting += [(top, bottom, left, wall), (top, bottom, wall + 1, right)]
    return walls


def _caves(rng: np.random.Generator, side: int) -> Walls:
    """Smooth noise: a cell becomes what most of the nine around it are, four times over."""
    from scipy.ndimage import uniform_filter

    walls = rng.random((side, side)) < 0.42
    for _ in range(4):
        walls = uniform_filter(walls.astype(np.float32), 3, mode="constant", cval=1.0) > 0.5
    return walls


KINDS: dict[str, Callable[[np.random.Generator, int], Walls]] = {
    "obstacles": _obstacles,
    "maze": _perfect,
    "rooms": _rooms,
    "caves": _caves,
}
#: What a kind is called.
KIND_NAMES = {
    "obstacles": msg("Obstacles"),
    "maze": msg("Maze"),
    "rooms": msg("Rooms"),
    "caves": msg("Caves"),
}


def make_maze(kind: str, side: int, rng: np.random.Generator) -> Maze:
    """Return a map of ``side`` × ``side`` cells with a way from its start to its goal.

    Start and goal are drawn from the cells of the largest part that hangs together (by 4 moves).

    Raises:
        ConfigError: there is no such kind, or the side is not accepted.
    """
    from scipy.ndimage import label

    check_kind(kind, side)
    while True:
        walls = KINDS[kind](rng, side)
        parts, count = label(~walls)
        if not count:
            continue
        sizes = np.bincount(parts.ravel())[1:]
        if sizes.max() < max(4, MOST_ENCLOSED * walls.size):
            continue
        cells = np.argwhere(parts == 1 + sizes.argmax())
        start, goal = cells[rng.choice(len(cells), 2, replace=False)].tolist()
        return Maze(walls, tuple(start), tuple(goal))


def make_mazes(kind: str, side: int, count: int, seed: int) -> list[Maze]:
    """Return ``count`` maps; the same seed gives the same maps, and another one others.

    Raises:
        ConfigError: there is no such kind, or the side is not accepted.
    """
    check_kind(kind, side)
    rng = np.random.default_rng([seed, side, list(KINDS).index(kind)])
    return [make_maze(kind, side, rng) for _ in range(count)]


def check_kind(kind: str, side: int) -> None:
    """Refuse what no map can be made of.

    Raises:
        ConfigError: there is no such kind, or the side is not accepted.
    """
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        raise ConfigError(f"kind must be one of {', '.join(KINDS)}, got {said(kind)}{hint}")
    if type(side) is not int or not SMALLEST <= side <= LARGEST:
        raise ConfigError(
            f"side must be a whole number from {SMALLEST} to {LARGEST}, got {said(side)}; try 16"
        )
