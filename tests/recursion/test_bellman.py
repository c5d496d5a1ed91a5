"""The recursion against brute force, and cutting against joining."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dpn.recursion.bellman import decision_flow, final_value, rewards, trace
from dpn.recursion.operators import OPERATORS, Operator
from dpn.recursion.parts import count_parts, cut, join
from tests.explain.reference import every_template, unrolled


def random_problem(seed, n, k, S, A, kind, shared=False):
    """Return parts (1, n, k), R, b, P as float64 tensors, and the NumPy views of the same."""
    rng = np.random.default_rng(seed)
    steps = 1 if shared else n
    parts, R = rng.normal(size=(1, n, k)), rng.normal(size=(steps, k, A * S))
    b, P = rng.normal(size=(steps, A * S)), rng.normal(size=(S, A * S))
    if kind == "stochastic":
        P = np.exp(P) / np.exp(P).sum(axis=0)
    tensors = [torch.from_numpy(x) for x in (parts, R, b, P)]
    full_R = np.broadcast_to(R, (n, k, A * S)).reshape(n, k, A, S)
    full_b = np.broadcast_to(b, (n, A * S)).reshape(n, A, S)
    return tensors, (parts[0], full_R, full_b, P.reshape(S, A, S))


SIZES = {"seed": st.integers(0, 2**20), "k": st.integers(1, 3), "A": st.integers(1, 3)}


@pytest.mark.parametrize("kind", ["linear", "stochastic"])
@settings(max_examples=25, deadline=None)
@given(**SIZES, n=st.integers(1, 3), S=st.integers(1, 2))
def test_stochastic_value_is_the_best_of_every_decision_table(kind, seed, n, k, S, A):
    """With P >= 0 the recursion finds the maximum over all composed templates, and which one."""
    (parts, R, b, P), arrays = random_problem(seed, n, k, S, A, kind)
    if kind == "linear":  # the maximum passes through a sum only with weights >= 0
        P, arrays = P.abs(), (*arrays[:3], np.abs(arrays[3]))
    found = trace(rewards(parts, R, b), P, OPERATORS["hard"], 1.0)
    for s in range(S):
        w = np.eye(S)[s]
        score, _, template = max(every_template(*arrays, w), key=lambda item: item[0])
        assert found.values[-1, 0, s].item() == pytest.approx(score, abs=1e-9)
        u = decision_flow(found.policy, P, torch.from_numpy(w)[None])
        chosen = (u.unsqueeze(2) * found.policy).flatten(2)[:, 0]  # (n, A·S)
        composed = torch.einsum("nx,nkx->nk", chosen, R)
        np.testing.assert_allclose(composed.numpy(), template, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(**SIZES, n=st.integers(1, 3), S=st.integers(1, 2))
def test_linear_policies_are_the_best_at_each_step_by_enumeration(seed, n, k, S, A):
    """With P of any sign: of all tables, ours is the one no single step can improve."""
    (parts, R, b, P), arrays = random_problem(seed, n, k, S, A, "linear")
    found = trace(rewards(parts, R, b), P, OPERATORS["hard"], 1.0)
    ours = found.policy.argmax(2)[:, 0].numpy()
    w = np.random.default_rng(seed + 1).normal(size=S)
    scores = {c.tobytes(): score for score, c, _ in every_template(*arrays, w)}
    assert found.values[-1, 0].numpy() @ w == pytest.approx(scores[ours.tobytes()], abs=1e-9)
    np.testing.assert_array_equal(ours, found.q[:, 0].argmax(dim=1).numpy())


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("kind", ["linear", "stochastic"])
@pytest.mark.parametrize("name", list(OPERATORS))
@settings(max_examples=15, deadline=None)
@given(**SIZES, n=st.integers(1, 4), S=st.integers(1, 4), tau=st.sampled_from([0.2, 1.0, 3.0]))
def test_final_value_equals_the_unrolled_network(name, kind, shared, seed, n, k, S, A, tau):
    (parts, R, b, P), arrays = random_problem(seed, n, k, S, A, kind, shared)
    r = rewards(parts, R, b)
    expected = unrolled(*arrays, np.eye(S), np.zeros(S), name, tau)
    np.testing.assert_allclose(final_value(r, P, OPERATORS[name], tau)[0], expected, atol=1e-9)
    np.testing.assert_allclose(trace(r, P, OPERATORS[name], tau).values[-1, 0], expected, atol=1e-9)


@pytest.mark.parametrize("name", list(OPERATORS))
def test_gradients_of_the_whole_recursion(name):
    (parts, R, b, P), _ = random_problem(3, 3, 2, 2, 2, "linear")
    weights = [x.requires_grad_() for x in (R, b, P)]

    def score(R, b, P):
        return final_value(rewards(parts, R, b), P, OPERATORS[name], 0.8)

    assert torch.autograd.gradcheck(score, weights)


@pytest.mark.parametrize("shape", ["rows", "columns", "patches"])
@given(
    channels=st.sampled_from([1, 3]),
    height=st.integers(8, 20),
    width=st.integers(8, 20),
    size=st.integers(1, 9),
)
def test_join_undoes_cut(shape, channels, height, width, size):
    images = torch.rand(2, channels, height, width)
    parts = cut(images, shape, size)
    assert parts.shape[:2] == (2, count_parts(height, width, shape, size))
    assert torch.equal(join(parts, (channels, height, width), shape, size), images)


def test_cut_keeps_reading_order_and_pads_with_zeros():
    image = torch.arange(9 * 8, dtype=torch.float32).view(1, 1, 9, 8)
    rows = cut(image, "rows", 4)
    assert torch.equal(rows[0, 0], image[0, 0, :4].flatten())
    assert torch.equal(rows[0, 2], torch.cat([image[0, 0, 8], torch.zeros(24)]))
    patches = cut(image[:, :, :8], "patches", 4)
    assert torch.equal(patches[0, 1], image[0, 0, :4, 4:].flatten())


@pytest.mark.parametrize("masked", [False, True])
def test_the_hard_recursion_as_one_function_has_the_gradients_of_its_steps(masked):
    """To the bit, also where decisions tie: small whole numbers, so that many do."""
    rng = np.random.default_rng(4)
    n, B, S, A = 4, 5, 3, 3
    r = torch.from_numpy(rng.integers(-1, 2, (n, B, A * S)).astype(float)).requires_grad_()
    P = torch.from_numpy(rng.integers(-1, 2, (S, A * S)).astype(float)).requires_grad_()
    mask = torch.arange(n)[None] < torch.tensor([4, 1, 3, 2, 4])[:, None] if masked else None
    u = torch.from_numpy(rng.integers(1, 9, (B, S)).astype(float))
    found = []
    for operator in (OPERATORS["hard"], Operator(*OPERATORS["hard"])):  # a copy is taken in steps
        value = final_value(r, P, operator, 1.0, mask)
        found.append((value, *torch.autograd.grad((value * u).sum(), (r, P))))
    for one, steps in zip(*found, strict=True):
        assert torch.equal(one, steps)
    assert found[0][1].ne(0).sum(dim=2).max() <= S  # one decision of each state
