"""How good a planner's plans are: do they arrive, and is there a shorter way."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dpn.mazes.grid import Maze, pictured
from dpn.mazes.plans import Thought, plan_of
from dpn.mazes.truth import shortest

if TYPE_CHECKING:
    from dpn.models.worlds.planner import Planner


@dataclass(frozen=True)
class Score:
    """What came of planning on N maps.

    Attributes:
        maps: N.
        success: share of the maps with a way on which the plan arrives, 0..1.
        optimal: share of them on which it is as short as any.
        no_way: share of all maps of which it is rightly said whether there is a way.
    """

    maps: int
    success: float
    optimal: float
    no_way: float


def think(model: Planner, maze: Maze, most: int | None = None, least: int = 0) -> Thought:
    """Return what a planner makes of a map; see ``Planner.think``."""
    import torch

    x = torch.from_numpy(pictured(maze)).to(next(model.parameters()).device, torch.float32) / 255
    return model.think(x, most, least)


def score_plans(model: Planner, mazes: Sequence[Maze]) -> Score:
    """Plan on maps and compare with the shortest ways; N >= 1."""
    moves = model.config.decisions
    rows: list[tuple[bool, bool, bool]] = []  # is there a way, is there a plan, is it the shortest
    for maze in mazes:
        path, least = plan_of(maze, think(model, maze).q), shortest(maze, moves)
        rows.append(
            (least is not None, path is not None, path is not None and len(path) - 1 == least)
        )
    there, found, is_best = np.array(rows).T
    solvable = max(1, int(there.sum()))
    return Score(
        len(rows),
        float((there & found).sum() / solvable),
        float((there & is_best).sum() / solvable),
        float((there == found).mean()),
    )


#: Sides of the maps on which a planner that learns is watched, half of them mazes, and how many.
WATCHED, WATCHED_MAPS, WATCHED_SEED = (8, 16, 32), 20, 4


def plans_on_unseen(model: Any) -> list[tuple[int, float, float]]:
    """Plan on a few maps of each size in ``WATCHED``, always the same.

    Args:
        model: a ``Planner``.

    Returns:
        Of each size: cells a side, share of plans that arrive, share as short as any, 0..1.
    """
    found = []
    for side in WATCHED:
        won, _ = outcomes(model, *_watched(side))
        arrived, shortest_too = (float((won >= least).float().mean()) for least in (1, 2))
        found.append((side, arrived, shortest_too))
    return found


@functools.cache
def _watched(side: int) -> Any:
    import torch

    from dpn.mazes.making import make_mazes
    from dpn.mazes.sets import arrays

    count = WATCHED_MAPS // 2
    mazes = [*make_mazes("obstacles", side, count, WATCHED_SEED)]
    mazes += make_mazes("maze", side, count, WATCHED_SEED)
    return [torch.from_numpy(array) for array in arrays(mazes, (side, side))]


def outcomes(model: Any, x: Any, y: Any) -> tuple[Any, float]:
    """Return how the plan on each map turned out, and the loss of imitating shortest ways.

    Args:
        model: a ``Planner``.
        x: uint8 tensor (N, 3, H, W), as ``dpn.mazes.sets.arrays`` makes them.
        y: int64 tensor (N, 2, H, W), likewise.

    Returns:
        The outcomes int64 (N,), of ``dpn.mazes.sets.OUTCOMES``; the mean loss of a cell in nats.
    """
    import torch

    from dpn.mazes.plans import outcome
    from dpn.mazes.sets import mazes_of

    device = next(model.parameters()).device
    q = model.settled_q(x.to(device, torch.float32) / 255).cpu()
    distance = y[:, 0 if model.config.decisions == 4 else 1].cpu().numpy()
    found = [
        outcome(plan_of(maze, thought), int(steps[maze.start]))
        for maze, thought, steps in zip(mazes_of(x.cpu().numpy()), q.numpy(), distance, strict=True)
    ]
    return torch.tensor(found), float(model.imitation(q, y.cpu(), y.shape[-1] ** 2)[0])
