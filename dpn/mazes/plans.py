"""From what a planner thinks of each move to a plan, and what the plan is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.language import t
from dpn.mazes.grid import MOVES, Cell, Maze
from dpn.mazes.truth import shortest

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Thought:
    """What a planner made of a map.

    Attributes:
        values: (n + 1, H, W), the value of each cell before the first sweep and after each.
        q: (M + 1, H, W), what each move, and stopping, is worth in each cell in the end.
        rewards: (M + 1, H, W), what each earns at once.
        settled: whether more sweeps would change no plan.
    """

    values: Floats
    q: Floats
    rewards: Floats
    settled: bool

    @property
    def sweeps(self) -> int:
        """How many sweeps there were."""
        return len(self.values) - 1


@dataclass(frozen=True, eq=False)
class Account:
    """What a planner thinks after some of its sweeps, and what the start's value consists of.

    Attributes:
        values: (H, W), what each cell is worth.
        q: (M + 1, H, W), what each move, and stopping, is worth by the sweep that gave ``values``.
        rewards: (M + 1, H, W), what each earns at once.
        earned: (M + 1, H, W), what each move in each cell added to the start's value.
        smoothing: what mixing moves added to it; 0 for the hard maximum.
        sweeps: how many sweeps these are, from 1.
        most: how many were made in all.
        settled: whether more sweeps than ``most`` would change no plan.
        moments: some of the sweeps, (F,), from the first to ``most``.
        history: (F, H, W), the values after each of them.
    """

    values: Floats
    q: Floats
    rewards: Floats
    earned: Floats
    smoothing: float
    sweeps: int
    most: int
    settled: bool
    moments: NDArray[np.integer[Any]]
    history: Floats


def follow(maze: Maze, q: Floats) -> list[Cell]:
    """Return where the best move of each cell leads from the start, as far as it is a plan.

    It ends where the planner would stop, would walk into a wall, or has been before. ``q`` is
    (M + 1, H, W).
    """
    choice = q.argmax(axis=0)
    path = [maze.start]
    been = {maze.start}
    while choice[path[-1]] < len(q) - 1:
        down, right = MOVES[int(choice[path[-1]])]
        step = (path[-1][0] + down, path[-1][1] + right)
        if step in been or not maze.is_free(step):
            break
        path.append(step)
        been.add(step)
    return path


def plan_of(maze: Maze, q: Floats) -> list[Cell] | None:
    """Return the plan from start to goal, both with it; None where the planner has none.

    It has one if its best moves lead to the goal and it would stop there. ``q`` is (M + 1, H, W).
    """
    path = follow(maze, q)
    if path[-1] != maze.goal or q[:, maze.goal[0], maze.goal[1]].argmax() != len(q) - 1:
        return None
    return path


def verdict(maze: Maze, path: list[Cell] | None, moves: int) -> str:
    """Say in a sentence how a plan compares with a shortest path."""
    least = shortest(maze, moves)
    if path is None:
        if least is None:
            return t("No way, and there is none.")
        return t(
            "No plan. There is a way of {least} step."
            if least == 1
            else "No plan. There is a way of {least} steps.",
            least=least,
        )
    steps = len(path) - 1
    if steps == least:
        if steps == 1:
            return t("1 step, as short as any.")
        return t("{steps} steps, as short as any.", steps=steps)
    return t("{steps} steps; the shortest way has {least}.", steps=steps, least=least)


def outcome(path: list[Cell] | None, least: int) -> int:
    """Return how a plan turned out where the shortest way has ``least`` steps, of ``OUTCOMES``."""
    return 0 if path is None else 2 if len(path) - 1 == least else 1
