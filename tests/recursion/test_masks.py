"""Inputs of different lengths in one batch: what is padded changes nothing, to the bit."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dpn.recursion.bellman import decision_flow, final_value, rewards, trace
from dpn.recursion.operators import OPERATORS
from tests.explain.reference import every_template


def ragged(seed, lengths, k=2, S=3, A=2):
    """Rewards (n, B, A·S) in float64, P, and the mask (B, n) of inputs of these lengths.

    All numbers are whole multiples of 1/8 and small, so that sums are exact in whatever order.
    Behind each input stands something large, which nobody may see.
    """
    rng = np.random.default_rng(seed)
    n = max(lengths)
    parts = torch.from_numpy(rng.integers(-8, 9, (len(lengths), n, k)) / 8)
    R, b = rng.integers(-8, 9, (1, k, A * S)) / 8, rng.integers(-8, 9, (1, A * S)) / 8
    P = np.tile(np.eye(S), A) + rng.integers(-1, 2, (S, A * S)) / 8
    mask = torch.arange(n)[None] < torch.tensor(lengths)[:, None]
    parts[~mask] = 512.0
    return rewards(parts, torch.from_numpy(R), torch.from_numpy(b)), torch.from_numpy(P), mask


LENGTHS = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**20), lengths=LENGTHS)
def test_a_padded_input_scores_as_it_does_alone_to_the_bit(seed, lengths):
    r, P, mask = ragged(seed, lengths)
    hard = OPERATORS["hard"]
    together = final_value(r, P, hard, 1.0, mask)
    for i, length in enumerate(lengths):
        alone = final_value(r[:length, i : i + 1], P, hard, 1.0)
        assert torch.equal(together[i], alone[0])


@pytest.mark.parametrize("name", list(OPERATORS))
def test_the_trace_and_the_training_path_agree_and_padding_decides_nothing(name):
    lengths = [4, 1, 3]
    r, P, mask = ragged(5, lengths)
    operator = OPERATORS[name]
    found = trace(r, P, operator, 0.7, mask)
    value = final_value(r, P, operator, 0.7, mask)
    torch.testing.assert_close(found.values[-1], value, rtol=0, atol=1e-12)
    for i, length in enumerate(lengths):
        alone = trace(r[:length, i : i + 1], P, operator, 0.7)
        assert not found.policy[length:, i].any()
        assert not found.penalty[length:, i].any()
        torch.testing.assert_close(found.policy[:length, i], alone.policy[:, 0])
        torch.testing.assert_close(found.values[-1, i], alone.values[-1, 0])
        u = torch.tensor([[0.5, -1.0, 2.0]], dtype=torch.float64)
        flow = decision_flow(found.policy, P, u.expand(len(lengths), -1), mask)
        own = decision_flow(alone.policy, P, u)
        torch.testing.assert_close(flow[:length, i], own[:, 0])
        assert (flow[length:, i] == u).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**20), lengths=st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_each_padded_value_is_the_best_of_every_decision_table(seed, lengths):
    rng = np.random.default_rng(seed)
    n, k, S, A = max(lengths), 2, 2, 2
    parts, R = rng.normal(size=(len(lengths), n, k)), rng.normal(size=(k, A * S))
    b, P = rng.normal(size=A * S), np.abs(rng.normal(size=(S, A * S)))
    mask = torch.arange(n)[None] < torch.tensor(lengths)[:, None]
    r = rewards(*map(torch.from_numpy, (parts, R[None], b[None])))
    found = final_value(r, torch.from_numpy(P), OPERATORS["hard"], 1.0, mask)
    for i, length in enumerate(lengths):
        full_R = np.broadcast_to(R, (length, k, A * S)).reshape(length, k, A, S)
        full_b = np.broadcast_to(b, (length, A * S)).reshape(length, A, S)
        for s in range(S):
            tables = every_template(
                parts[i, :length], full_R, full_b, P.reshape(S, A, S), np.eye(S)[s]
            )
            best = max(score for score, *_ in tables)
            assert found[i, s].item() == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("name", list(OPERATORS))
def test_gradients_pass_padding_by(name):
    r, P, mask = ragged(9, [3, 1])
    r = (r + 0.01 * torch.randn(r.shape, dtype=r.dtype)).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda r, P: final_value(r, P, OPERATORS[name], 0.8, mask), (r, P.requires_grad_())
    )
    (grad,) = torch.autograd.grad(final_value(r, P, OPERATORS[name], 0.8, mask).sum(), r)
    assert torch.isfinite(grad).all()
    assert not grad[1:, 1].any()
