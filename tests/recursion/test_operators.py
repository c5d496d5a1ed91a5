"""The maxima: limits, bounds, gradients, ties, and an outside check of sparsemax."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dpn.recursion.operators import OPERATORS

NAMES = list(OPERATORS)
TAUS = (0.01, 0.3, 1.0, 7.0)


def tables(min_decisions=1):
    """Draw q of shape (A, S) in float64."""
    shapes = st.tuples(st.integers(min_decisions, 6), st.integers(1, 4))
    numbers = st.floats(-50, 50, allow_nan=False, width=32)
    return hnp.arrays(np.float64, shapes, elements=numbers).map(torch.from_numpy)


@pytest.mark.parametrize("name", NAMES)
@given(q=tables(), tau=st.sampled_from(TAUS))
def test_value_is_policy_times_q_minus_penalty(name, q, tau):
    operator = OPERATORS[name]
    pi = operator.policy(q, tau)
    expected = (pi * q).sum(-2) - operator.penalty(pi, tau)
    torch.testing.assert_close(operator.value(q, tau), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
@given(q=tables(), tau=st.sampled_from(TAUS))
def test_policy_is_a_point_of_the_simplex(name, q, tau):
    pi = OPERATORS[name].policy(q, tau)
    assert (pi >= 0).all()
    torch.testing.assert_close(pi.sum(-2), torch.ones(q.shape[1], dtype=q.dtype))


@pytest.mark.parametrize("name", NAMES)
@given(q=tables(), tau=st.sampled_from(TAUS), seed=st.integers(0, 2**20))
def test_no_other_policy_is_worth_more(name, q, tau, seed):
    operator = OPERATORS[name]
    rng = np.random.default_rng(seed)
    other = torch.from_numpy(rng.dirichlet(np.full(q.shape[0], 0.5), q.shape[1]).T.copy())
    worth = (other * q).sum(-2) - operator.penalty(other, tau)
    assert (worth <= operator.value(q, tau) + 1e-9).all()


@given(q=tables(), tau=st.sampled_from(TAUS))
def test_soft_is_between_max_and_max_plus_tau_log_a(q, tau):
    excess = OPERATORS["soft"].value(q, tau) - q.amax(-2)
    assert (excess >= -1e-9).all()
    assert (excess <= tau * math.log(q.shape[0]) + 1e-9).all()


@given(q=tables(), tau=st.sampled_from(TAUS))
def test_sparse_is_between_max_minus_half_tau_and_the_bound_of_a_decisions(q, tau):
    excess = OPERATORS["sparse"].value(q, tau) - q.amax(-2)
    assert (excess >= -tau / 2 - 1e-9).all()
    assert (excess <= -tau / (2 * q.shape[0]) + 1e-9).all()


@pytest.mark.parametrize("name", ["soft", "sparse"])
@given(q=tables())
def test_a_vanishing_temperature_meets_hard(name, q):
    hard = OPERATORS["hard"].value(q, 1.0)
    torch.testing.assert_close(OPERATORS[name].value(q, 1e-6), hard, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_gradient_is_the_policy(name):
    q = torch.randn(5, 4, 3, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(OPERATORS[name].value(q, 0.7).sum(), q)
    torch.testing.assert_close(gradient, OPERATORS[name].policy(q, 0.7))


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_agree_with_finite_differences(name):
    # Integers apart by at least 0.37: no tie, no change of support within the step of the check.
    q = torch.tensor([[[0.0, 1.1], [2.0, 0.4], [1.3, 2.9]]], dtype=torch.float64)
    q.requires_grad_()

    def value(x):
        return OPERATORS[name].value(x, 0.9)

    assert torch.autograd.gradcheck(value, q)
    assert torch.autograd.gradgradcheck(value, q)


def test_hard_gives_a_tie_to_one_index_and_never_splits_it():
    q = torch.zeros(1, 3, 2, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(OPERATORS["hard"].value(q, 1.0).sum(), q)
    assert gradient.tolist() == [[[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]]
    assert OPERATORS["hard"].policy(q, 1.0).tolist() == gradient.tolist()


def test_hard_chooses_the_largest_and_not_the_smallest():
    q = torch.tensor([[[3.0, -1.0], [5.0, -2.0], [4.0, -3.0]]])
    assert OPERATORS["hard"].value(q, 1.0).tolist() == [[5.0, -1.0]]
    assert OPERATORS["hard"].policy(q, 1.0).argmax(-2).tolist() == [[1, 0]]


@pytest.mark.parametrize("decisions", [1, 2, 5])
def test_hard_is_the_same_number_with_and_without_a_gradient_to_follow(decisions):
    q = torch.randn(7, decisions, 6)
    q[0, -1, 0], q[1, 0, 1], q[2, :, 2] = torch.nan, torch.nan, 0.5  # NaN is passed on; a tie
    followed = OPERATORS["hard"].value(q.clone().requires_grad_(), 1.0).detach()
    torch.testing.assert_close(
        OPERATORS["hard"].value(q, 1.0), followed, rtol=0, atol=0, equal_nan=True
    )
    assert torch.isnan(followed).sum() == 2


def test_sparse_policy_is_the_projection_on_the_simplex():
    # Projections worked out by hand: the threshold is (Σ support − 1) / |support|.
    q = torch.tensor([[[0.9], [0.5], [-3.0]]], dtype=torch.float64)
    expected = torch.tensor([[[0.7], [0.3], [0.0]]], dtype=torch.float64)
    torch.testing.assert_close(OPERATORS["sparse"].policy(q, 1.0), expected)


@pytest.mark.parametrize("name", NAMES)
def test_large_numbers_stay_finite_in_float32(name):
    q = torch.tensor([[[3e30], [1e4], [-3e30]]])
    assert torch.isfinite(OPERATORS[name].value(q, 1e-3)).all()
