"""The recursion on a map is the recursion, and its account adds up."""

import pytest
import torch

from dpn.recursion import bellman, grid
from dpn.recursion.operators import OPERATORS

M, H, W, SWEEPS = 4, 3, 4, 5


@pytest.fixture
def problem():
    torch.manual_seed(0)
    r = torch.randn(2, M + 1, H, W, dtype=torch.float64)
    P = grid.kernels(torch.randn(M, 9, dtype=torch.float64))
    return r, P


def dense(P):
    """The kernels as transitions (S, A·S) between all cells; stopping leads nowhere."""
    cells = H * W
    full = torch.zeros(cells, M + 1, cells, dtype=P.dtype)
    for a in range(M):
        for s in range(cells):
            for d in range(9):
                row, column = s // W + d // 3 - 1, s % W + d % 3 - 1
                if 0 <= row < H and 0 <= column < W:
                    full[row * W + column, a, s] = P[a, 0, d // 3, d % 3]
    return full.flatten(1)


@pytest.mark.parametrize("name", OPERATORS)
def test_sweeps_are_the_recursion_with_dense_transitions(name, problem):
    r, P = problem
    operator = OPERATORS[name]
    V = torch.zeros(2, H, W, dtype=torch.float64)
    for _ in range(SWEEPS):
        V = grid.sweep(r, V, P, operator, 0.7)
    steps = r.flatten(1).expand(SWEEPS, -1, -1)
    expected = bellman.final_value(steps, dense(P), operator, 0.7)
    torch.testing.assert_close(V.flatten(1), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", OPERATORS)
def test_the_account_adds_up_to_the_value(name, problem):
    r, P = problem
    operator = OPERATORS[name]
    values = [torch.zeros(2, H, W, dtype=torch.float64)]
    for _ in range(SWEEPS):
        values.append(grid.sweep(r, values[-1], P, operator, 0.7))
    u = torch.zeros_like(values[0])
    u[:, 1, 2] = 1
    earned, smoothing = grid.account(r, values, P, operator, 0.7, u)
    total = earned.flatten(1).sum(1) - smoothing
    torch.testing.assert_close(total, values[-1][:, 1, 2], rtol=0, atol=1e-9)
    assert earned.abs().sum() > 0


def test_sure_moves_are_accounted_for_from_cell_to_cell_as_all_are(problem):
    r, _ = problem
    sure = torch.zeros(M, 9, dtype=torch.float64)
    sure[torch.arange(M), torch.tensor([1, 7, 3, 5])] = 9.0  # up, down, left, right
    P, operator = grid.kernels(sure), OPERATORS["hard"]
    values = [torch.zeros(2, H, W, dtype=torch.float64)]
    for _ in range(SWEEPS):
        values.append(grid.sweep(r, values[-1], P, operator, 1.0))
    for cell in range(H * W):
        u = torch.zeros_like(values[0])
        u[:, cell // W, cell % W] = 0.5
        both, _ = grid.account(r, values, P, operator, 1.0, u)
        for i in (0, 1):
            alone = [V[i : i + 1] for V in values]
            found, _ = grid.account(r[i : i + 1], alone, P, operator, 1.0, u[i : i + 1])
            torch.testing.assert_close(found[0], both[i], rtol=0, atol=0)


def test_kernels_are_probabilities_and_a_sure_move_is_exactly_sure():
    logits = torch.full((2, 9), 0.0)
    logits[1, 5] = 3.0
    P = grid.kernels(logits).flatten(1)
    torch.testing.assert_close(P.sum(1), torch.ones(2))
    assert P[1].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0]
