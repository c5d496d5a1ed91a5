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
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.history import plans_over_time
from dpn.runs.run import SHIPPED, Run
from dpn.runs.start import create_run
from dpn.training.loop import run_training
from dpn.training.trainer import StepRecord, Trainer

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


def test_values_are_never_rounded_to_bfloat16_by_themselves():
    one = trainer()
    one.device = torch.device("cuda")
    assert not one.bfloat16


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


def test_a_training_notes_its_plans_on_unseen_maps(tmp_path, monkeypatch):
    monkeypatch.setattr("dpn.evaluation.plans.WATCHED", (5, 6))
    one = trainer()
    run = create_run(tmp_path, one.model.config, one.config, OUTCOMES, "none")
    steps = [record.step for record in run_training(one, run) if isinstance(record, StepRecord)]
    rows = plans_over_time(run.path / "metrics.jsonl")
    assert rows[:2, :2].tolist() == [[0, 5], [0, 6]]
    assert rows[-1, :2].tolist() == [steps[-1], 6]
    assert ((rows[:, 3] >= 0) & (rows[:, 3] <= rows[:, 2]) & (rows[:, 2] <= 1)).all()
    with open(run.path / "metrics.jsonl", "a") as file:  # a resumed one did step 0 again
        file.write('{"kind": "plans", "step": 0, "plans": [[5, 1, 0.5]]}\n{"kind": "plans", ')
    again = plans_over_time(run.path / "metrics.jsonl")
    assert again[0].tolist() == [0, 5, 1, 0.5]
    assert len(again) == len(rows) - 1


def test_to_stop_at_the_goal_earns_nothing_whatever_the_bias():
    model = trainer().model
    with torch.no_grad():
        model.w.mul_(model.w.abs() > 1)  # the noise it starts from
        model.b[-1] = -7
    x = torch.zeros(1, 2, 3, 3)
    x[0, 1, 1, 1] = 1
    stop = model.rewards(x)[0, -1].detach()
    assert stop[1, 1] == 0
    assert stop[0, 0] == pytest.approx(np.sinh(-7))


def test_a_kernel_hears_also_of_what_it_has_left_out():
    model = trainer().model.train()
    with torch.no_grad():
        model.k.zero_()
        model.k[:, 8] = 5  # all its weight is on one neighbour: sparsemax alone hears nothing
    maps, steps = sample()
    model.loss(model(model.prepared(maps)), steps, 0.0)[0].backward()
    assert model.k.grad[:, :8].abs().max() > 0


def sample():
    return [torch.from_numpy(a) for a in arrays(make_mazes("obstacles", 6, 8, 3), (6, 6))]
