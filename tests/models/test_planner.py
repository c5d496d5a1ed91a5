"""The planner: trained a little, resumed to the bit, and the shipped one on maps it never saw."""

import numpy as np
import pytest
import torch

from dpn.commands.worlds.mazes import load_planner
from dpn.data.loading import Dataset
from dpn.errors import ConfigError
from dpn.evaluation.plans import score_plans, think
from dpn.mazes.grid import Maze
from dpn.mazes.making import make_mazes
from dpn.mazes.plans import plan_of
from dpn.mazes.sets import OUTCOMES, arrays
from dpn.models.config import ModelConfig, TrainConfig
from dpn.runs.run import SHIPPED, Run
from dpn.training.trainer import Trainer

STEPS = 12


@pytest.fixture(scope="module")
def shipped():
    return load_planner(Run(SHIPPED / "shipped-maze-planner"))


def trainer(moves=4):
    parts = [
        torch.from_numpy(array)
        for seed in (0, 1, 2)
        for array in arrays(make_mazes("obstacles", 6, 16, seed), (6, 6))
    ]
    data = Dataset("maze", OUTCOMES, "", *parts, world="maze")
    model = ModelConfig(model="planner", classes=len(OUTCOMES), decisions=moves)
    training = TrainConfig(dataset="maze", steps=STEPS, batch_size=8, learning_rate=0.05)
    return Trainer(model, training, data)


@pytest.mark.parametrize("moves", [4, 8])
def test_it_learns_and_goes_on_to_the_bit_where_it_was_stopped(moves):
    whole = trainer(moves)
    losses = [whole.step().loss for _ in range(STEPS)]
    assert all(np.isfinite(losses))
    assert losses[STEPS // 2 - 1] < losses[0]
    half = trainer(moves)
    for _ in range(STEPS // 2 + 1):  # after weights were left out
        half.step()
    again = trainer(moves)
    again.load_state(half.state())
    while not again.done:
        again.step()
    for name, value in whole.state().items():
        if name != "progress":
            torch.testing.assert_close(again.state()[name], value, rtol=0, atol=0)
    scores = whole.validate()
    assert scores.confusion.sum() == 16
    assert 0 <= scores.accuracy <= 1


def test_a_planner_has_four_moves_or_eight():
    with pytest.raises(ConfigError, match="decisions must be 4 or 8"):
        ModelConfig(model="planner", decisions=5)


def test_the_shipped_planner_plans_on_larger_maps_of_each_kind(shipped):
    for kind, side in (("obstacles", 24), ("maze", 33), ("rooms", 24), ("caves", 24)):
        score = score_plans(shipped, make_mazes(kind, side, 5, seed=77))
        assert (score.success, score.optimal) == (1, 1), kind


def test_it_says_that_there_is_no_way(shipped):
    walls = np.zeros((9, 9), bool)
    walls[:, 4] = True
    maze = Maze(walls, (2, 1), (7, 7))
    assert plan_of(maze, think(shipped, maze).q) is None
    walls[8, 4] = False
    maze = Maze(walls, (2, 1), (7, 7))
    path = plan_of(maze, think(shipped, maze).q)
    assert len(path) - 1 == 6 + 6 + 1
    assert (8, 4) in path


def test_values_come_to_rest_and_more_sweeps_change_no_plan(shipped):
    (maze,) = make_mazes("obstacles", 16, 1, seed=5)
    thought = think(shipped, maze)
    more = think(shipped, maze, least=thought.sweeps + 20)
    assert thought.settled
    assert more.sweeps >= thought.sweeps + 20
    assert plan_of(maze, more.q) == plan_of(maze, thought.q)
    few = think(shipped, maze, most=2)
    assert (few.sweeps, few.settled) == (2, False)
