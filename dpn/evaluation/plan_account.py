"""What a planner makes of a map after some sweeps, and what its value of the start consists of."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from dpn.evaluation.plans import think
from dpn.mazes.grid import Maze, pictured
from dpn.mazes.plans import Account
from dpn.recursion.grid import account, kernels, look_ahead
from dpn.recursion.operators import OPERATORS

if TYPE_CHECKING:
    from dpn.models.base import Classifier
    from dpn.models.worlds.planner import Planner

#: Of the sweeps so many are kept to be played, and so many values of all of them together.
FRAMES, NUMBERS = 48, 60_000


@torch.inference_mode()
def explain_plan(
    model: Classifier,
    maze: Maze,
    operator: str,
    temperature: float,
    sweeps: int | None = None,
    least: int = 0,
) -> Account:
    """Plan on a map and account for the value of its start.

    Args:
        model: a ``Planner``.
        maze: the map.
        operator: of the sweeps, whatever it was trained with.
        temperature: likewise.
        sweeps: after how many to look, 1 or more; None for after all.
        least: sweeps that are made in any case.
    """
    planner = cast("Planner", copy.copy(model))
    planner.config = replace(model.config, operator=operator, temperature=temperature)
    thought = think(planner, maze, least=least)
    most = thought.sweeps
    now = most if sweeps is None else max(1, min(sweeps, most))
    P = kernels(planner.k).cpu().double()
    x = torch.from_numpy(pictured(maze)).unsqueeze(0).to(planner.k) / 255
    r = planner.rewards(x).cpu().double()
    values = torch.from_numpy(thought.values[: now + 1]).unsqueeze(1).unbind()
    at_start = torch.zeros_like(values[0], dtype=r.dtype)
    at_start[0, maze.start[0], maze.start[1]] = 1.0
    earned, smoothing = account(r, values, P, OPERATORS[operator], temperature, at_start)
    frames = max(2, min(FRAMES, NUMBERS // maze.walls.size, most))
    moments = np.unique(np.linspace(1, most, frames).round().astype(int))
    return Account(
        values[-1][0].numpy(),
        look_ahead(r, values[-2].double(), P)[0].numpy(),
        r[0].numpy(),
        earned[0].numpy(),
        -float(smoothing[0]),
        now,
        most,
        thought.settled,
        moments,
        thought.values[moments],
    )
