"""Shortest paths, exactly: SciPy's graph search over the free cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dpn.mazes.grid import MOVES, Cell, Maze

Distances = NDArray[np.int32]
#: The distance of a cell from which no way leads to the goal, and of a wall.
NO_WAY = -1


def distances(walls: NDArray[np.bool_], goals: Sequence[Cell], moves: int) -> Distances:
    """Return how many steps each cell of N maps is from its map's goal, int32 (N, H, W).

    Args:
        walls: bool (N, H, W).
        goals: N cells, free.
        moves: 4, or 8 with the diagonals, which may pass between two walls; each is one step.

    All maps are one graph, and searched at once.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    count, height, width = walls.shape
    number = np.arange(walls.size).reshape(walls.shape)
    tails, heads = [], []
    for down, right in MOVES[:moves]:
        here, there = _overlap(height, down), _overlap(width, right)
        left = (slice(None), here[0], there[0])
        reached = (slice(None), here[1], there[1])
        is_open = ~(walls[left] | walls[reached])
        tails.append(number[left][is_open])
        heads.append(number[reached][is_open])
    tail, head = np.concatenate(tails), np.concatenate(heads)
    graph = coo_matrix((np.ones(len(tail), np.int8), (head, tail)), (walls.size, walls.size))
    ends = [number[index, row, column] for index, (row, column) in enumerate(goals)]
    found = dijkstra(graph.tocsr(), indices=ends, unweighted=True, min_only=True)
    found = np.where(np.isfinite(found), found, NO_WAY).astype(np.int32)
    return found.reshape(count, height, width)


def _overlap(size: int, step: int) -> tuple[slice, slice]:
    """Return the cells of a line that a step leaves, and those that it reaches."""
    if step < 0:
        return slice(-step, size), slice(0, size + step)
    return slice(0, size - step), slice(step, size)


def best_moves(distance: Distances, moves: int) -> NDArray[np.bool_]:
    """Return which moves are the first step of a shortest path, bool (N, moves, H, W).

    Args:
        distance: int32 (N, H, W) as ``distances`` gives it.
        moves: 4 or 8.
    """
    around = np.pad(distance, ((0, 0), (1, 1), (1, 1)), constant_values=NO_WAY)
    _, height, width = distance.shape
    best = [
        around[:, 1 + down : 1 + down + height, 1 + right : 1 + right + width] == distance - 1
        for down, right in MOVES[:moves]
    ]
    return np.stack(best, 1) & (distance > 0)[:, None]


def shortest(maze: Maze, moves: int) -> int | None:
    """Return the steps of a shortest path from start to goal; None where there is no way."""
    found = int(distances(maze.walls[None], [maze.goal], moves)[0][maze.start])
    return None if found == NO_WAY else found


def shortest_path(maze: Maze, moves: int) -> list[Cell] | None:
    """Return one shortest path from start to goal, both with it; None where there is no way."""
    distance = distances(maze.walls[None], [maze.goal], moves)
    if distance[0][maze.start] == NO_WAY:
        return None
    best = best_moves(distance, moves)[0]
    path = [maze.start]
    while path[-1] != maze.goal:
        row, column = path[-1]
        down, right = MOVES[int(best[:, row, column].argmax())]
        path.append((row + down, column + right))
    return path
