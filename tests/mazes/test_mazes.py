"""Maps made by rule can be solved, and the truth about them is true."""

from collections import deque

import numpy as np
import pytest

from dpn.errors import ConfigError, ImageError
from dpn.mazes.grid import MOVES, Maze
from dpn.mazes.making import KINDS, make_mazes
from dpn.mazes.plans import outcome, plan_of, verdict
from dpn.mazes.sets import arrays, mazes_of
from dpn.mazes.truth import NO_WAY, best_moves, distances, shortest, shortest_path


def steps_by_hand(maze, moves):
    """Breadth first, a cell at a time."""
    steps, waiting = {maze.goal: 0}, deque([maze.goal])
    while waiting:
        cell = waiting.popleft()
        for down, right in MOVES[:moves]:
            there = (cell[0] + down, cell[1] + right)
            if maze.is_free(there) and there not in steps:
                steps[there] = steps[cell] + 1
                waiting.append(there)
    return steps


@pytest.mark.parametrize("kind", KINDS)
def test_maps_of_each_kind_can_be_solved_and_their_distances_are_right(kind):
    for side in (5, 8, 13):
        mazes = make_mazes(kind, side, 3, seed=4)
        for moves in (4, 8):
            found = distances(
                np.stack([maze.walls for maze in mazes]), [maze.goal for maze in mazes], moves
            )
            for maze, distance in zip(mazes, found, strict=True):
                expected = np.full((side, side), NO_WAY)
                for cell, steps in steps_by_hand(maze, moves).items():
                    expected[cell] = steps
                np.testing.assert_array_equal(distance, expected)
        assert all(shortest(maze, 4) for maze in mazes)


def test_a_perfect_maze_is_a_tree_over_all_rooms():
    (maze,) = make_mazes("maze", 13, 1, seed=0)
    rooms, free = 7 * 7, int((~maze.walls).sum())
    assert free == 2 * rooms - 1  # as many doors as a tree has edges
    assert len(steps_by_hand(maze, 4)) == free


def test_the_same_seed_makes_the_same_maps_and_another_one_others():
    one, same, other = (make_mazes("obstacles", 8, 2, seed=seed) for seed in (1, 1, 2))
    assert [m.start for m in one] == [m.start for m in same]
    assert all(np.array_equal(a.walls, b.walls) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a.walls, b.walls) for a, b in zip(one, other, strict=True))


def test_what_no_map_can_be_made_of_is_refused():
    with pytest.raises(ConfigError, match="did you mean 'caves'"):
        make_mazes("cave", 8, 1, 0)
    with pytest.raises(ConfigError, match="side must be a whole number from 5 to 64, got 65"):
        make_mazes("caves", 65, 1, 0)
    walls = np.array([[False, True], [False, False]])
    with pytest.raises(ImageError, match="the start .* is in a wall"):
        Maze(walls, (0, 1), (0, 0))
    with pytest.raises(ImageError, match="the goal .* is outside"):
        Maze(walls, (0, 0), (2, 0))


def test_a_plan_is_followed_to_the_goal_or_there_is_none():
    walls = np.array([[0, 1, 0], [0, 0, 0]], bool)
    maze = Maze(walls, (0, 0), (0, 2))
    path = shortest_path(maze, 4)
    assert path == [(0, 0), (1, 0), (1, 1), (1, 2), (0, 2)]
    best = best_moves(distances(walls[None], [(0, 2)], 4), 4)[0]
    q = np.concatenate([best, np.zeros((1, 2, 3), bool)]).astype(float)
    q[4, 0, 2] = 1
    assert plan_of(maze, q) == path
    assert verdict(maze, path, 4) == "4 steps, as short as any."
    assert outcome(path, 4) == 2
    q[4, 1, 1] = 2  # gives up half way
    assert plan_of(maze, q) is None
    q[4, 1, 1], q[:, 1, 1] = 0, [1, 0, 0, 0, 0]  # or walks into the wall
    assert plan_of(maze, q) is None
    near = Maze(walls, (0, 0), (1, 0))
    assert verdict(near, None, 4) == "No plan. There is a way of 1 step."
    assert verdict(maze, None, 4) == "No plan. There is a way of 4 steps."


def test_arrays_keep_maps_in_a_frame_of_wall():
    mazes = make_mazes("rooms", 6, 2, seed=0)
    x, y = arrays(mazes, (8, 9))
    assert x.shape == (2, 3, 8, 9)
    assert y.shape == (2, 2, 8, 9)
    assert (x[:, 0, 6:] == 255).all()
    assert (y[:, :, 6:] == NO_WAY).all()
    again = mazes_of(x)
    assert [(m.start, m.goal) for m in again] == [(m.start, m.goal) for m in mazes]
    assert y[0, 0][mazes[0].start] == shortest(mazes[0], 4)
    assert y[0, 1][mazes[0].start] == shortest(mazes[0], 8)
