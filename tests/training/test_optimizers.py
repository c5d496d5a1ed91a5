"""The optimisers: Muon against its definition by singular values, and what each remembers."""

import pytest
import torch

from dpn.models.build import build_model
from dpn.models.config import MODEL_NAMES
from dpn.models.train_config import OPTIMIZER_NAMES
from dpn.training.optimizers import MOMENTUM, TURN, Muon, make_optimizer, orthogonal, remembered
from tests.helpers import short_training, small_model


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def by_singular_values(matrix):
    """The same polynomial, three times, of the singular values: the steps change nothing else."""
    u, s, v = torch.linalg.svd(matrix.double(), full_matrices=False)
    s = s / s.square().sum().sqrt()
    for _ in range(3):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return (u * s) @ v


@pytest.mark.parametrize("shape", [(6, 40), (40, 6), (8, 8), (1, 5), (5, 1), (32, 288)])
def test_orthogonal_changes_only_singular_values(shape):
    matrix = noise(*shape)
    torch.testing.assert_close(
        orthogonal(matrix), by_singular_values(matrix).float(), rtol=1e-3, atol=1e-4
    )


def test_orthogonal_brings_singular_values_near_one():
    values = torch.linalg.svdvals(orthogonal(noise(16, 144)))
    assert values.min() > 0.5
    assert values.max() < 1.3


def test_orthogonal_takes_zeros():
    assert torch.equal(orthogonal(torch.zeros(3, 7)), torch.zeros(3, 7))


def steps_of(optimizer, weight, grads):
    for grad in grads:
        weight.grad = grad.clone()
        optimizer.step()
    return weight.detach()


def test_kernels_keep_their_norm_and_turn_towards_the_orthogonal_direction():
    kernel = torch.nn.Parameter(noise(4, 3, 3, 3))
    grads = [noise(4, 3, 3, 3, seed=seed) for seed in (1, 2, 3)]
    expected, kept = kernel.detach().double(), torch.zeros(4, 3, 3, 3, dtype=torch.float64)
    for grad in grads:
        kept = MOMENTUM * kept + grad
        direction = by_singular_values((grad + MOMENTUM * kept).reshape(4, 27)).reshape(4, 3, 3, 3)
        expected = 2 * expected / expected.norm() - TURN * 0.01 * direction  # √4 outputs
    found = steps_of(Muon([kernel], lr=0.01, weight_decay=0.5), kernel, grads)
    torch.testing.assert_close(found, expected.float(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("shape", [(5,), (4, 6), (2, 3, 4)])
def test_other_weights_are_adamws(shape):
    ours, theirs = (torch.nn.Parameter(noise(*shape)) for _ in range(2))
    settings = {"lr": 0.01, "weight_decay": 0.5}
    grads = [noise(*shape, seed=seed) for seed in range(5)]
    found = steps_of(Muon([ours], **settings), ours, grads)
    expected = steps_of(torch.optim.AdamW([theirs], fused=True, **settings), theirs, grads)
    assert torch.equal(found, expected)


def test_a_kernel_without_a_gradient_stays():
    kernel = torch.nn.Parameter(noise(4, 3, 3, 3))
    before = kernel.detach().clone()
    optimizer = Muon([kernel], lr=0.01, weight_decay=0.5)
    optimizer.step()
    assert torch.equal(kernel, before)
    assert not optimizer.state


@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("optimizer", OPTIMIZER_NAMES)
def test_what_is_remembered_is_what_is_there_after_a_step(name, optimizer):
    model = build_model(small_model(name))
    made = make_optimizer(model, short_training(optimizer=optimizer))
    model(torch.rand(6, *model.config.image_shape)).square().sum().backward()
    used = [weight for weight in model.parameters() if weight.grad is not None]
    assert len(used) >= 4
    made.step()
    for weight in used:
        there = {key: value.shape for key, value in made.state[weight].items()}
        assert there == remembered(optimizer, weight)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_muon_turns_kernels_alone(name):
    model = build_model(small_model(name))
    made = make_optimizer(model, short_training(optimizer="muon"))
    assert type(made) is Muon
    model(torch.rand(6, *model.config.image_shape)).square().sum().backward()
    made.step()
    for weight in model.parameters():
        assert ("momentum_buffer" in made.state[weight]) == (weight.ndim == 4)
