"""The three models: shapes of every kind, the seeds, the size, and the listing's double softmax."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dpn.models.build import build_model, model_size
from dpn.models.config import MODEL_NAMES, ModelConfig
from dpn.models.dpn import DPN
from dpn.models.residual import Scaling, grown
from tests.explain.reference import unrolled

SHAPES = [(1, 8, 8), (1, 28, 28), (3, 32, 32), (3, 64, 64), (1, 9, 23)]


@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("classes", [2, 10, 37])
def test_a_batch_of_one_and_of_many(name, shape, classes):
    channels, height, width = shape
    config = ModelConfig(
        model=name, channels=channels, height=height, width=width, classes=classes, states=8
    )
    model = build_model(config).eval()
    images = torch.rand(5, *shape)
    logits = model(images)
    assert logits.shape == (5, classes)
    torch.testing.assert_close(model(images[:1]), logits[:1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("operator", ["hard", "soft", "sparse"])
def test_a_recursion_of_many_parts_begins_within_bounds(operator):
    many = ModelConfig(parts="patches", part_size=1, operator=operator)  # 784 of them
    assert build_model(many).train()(torch.rand(8, 1, 28, 28)).abs().max() < 1e7
    few = build_model(ModelConfig()).P - torch.eye(64).repeat(1, 4)
    assert few.std().item() == pytest.approx(0.02, rel=0.05)


@pytest.mark.parametrize("operator", ["hard", "soft", "sparse"])
@pytest.mark.parametrize("transitions", ["linear", "stochastic"])
@pytest.mark.parametrize("parts", ["rows", "columns", "patches"])
@pytest.mark.parametrize("rewards", ["per_step", "shared"])
def test_dpn_equals_the_independent_version(operator, transitions, parts, rewards):
    config = ModelConfig(
        height=8,
        width=8,
        classes=3,
        parts=parts,
        part_size=4,
        states=3,
        decisions=2,
        operator=operator,
        transitions=transitions,
        rewards=rewards,
        temperature=0.5,
    )
    model = build_model(config, seed=4).double()
    assert isinstance(model, DPN)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
        image = torch.rand(1, 1, 8, 8, dtype=torch.float64)
        cut = model.parts(image)[0].numpy()
        n, k = cut.shape
        R = np.broadcast_to(model.R.numpy(), (n, k, 6)).reshape(n, k, 2, 3)
        b = np.broadcast_to(model.b.numpy(), (n, 6)).reshape(n, 2, 3)
        P = model.P.numpy()
        if transitions == "stochastic":
            P = np.exp(P) / np.exp(P).sum(axis=0)
        expected = unrolled(
            cut, R, b, P.reshape(3, 2, 3), model.W.numpy(), model.w0.numpy(), operator, 0.5
        )
        np.testing.assert_allclose(model(image)[0].numpy(), expected, atol=1e-9)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_seed_fixes_the_weights_and_leaves_the_global_numbers_alone(name):
    config = ModelConfig(model=name, height=8, width=8)
    before = torch.random.get_rng_state()
    first, again, other = (build_model(config, seed) for seed in (1, 1, 2))
    assert torch.equal(before, torch.random.get_rng_state())
    pairs = list(zip(first.parameters(), again.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b in pairs)
    pairs = list(zip(first.parameters(), other.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_size_counts_what_the_model_has(name):
    config = ModelConfig(model=name)
    parameters, multiply_adds = model_size(config)
    assert parameters == sum(p.numel() for p in build_model(config).parameters())
    if name == "mlp":  # every weight of a linear layer is used once
        assert multiply_adds == 784 * 256 + 256 * 256 + 256 * 10
    if name == "dpn":  # rewards, transitions of all steps but the first, read-out
        assert multiply_adds == 7 * 112 * 256 + 6 * 64 * 256 + 64 * 10


def test_stochastic_transitions_are_probabilities():
    model = build_model(ModelConfig(transitions="stochastic", states=5, decisions=3))
    assert isinstance(model, DPN)
    torch.testing.assert_close(model.transitions().sum(0), torch.ones(15))
    assert (model.transitions() >= 0).all()


def test_normalisation_keeps_grey_ground_at_zero_and_centres_colour():
    images = torch.randint(0, 256, (50, 1, 8, 8), dtype=torch.uint8)
    grey = build_model(ModelConfig(height=8, width=8))
    grey.fit_normalisation(images)
    assert torch.equal(grey.normalise(torch.zeros(1, 1, 8, 8)), torch.zeros(1, 1, 8, 8))
    colours = torch.randint(0, 256, (50, 3, 8, 8), dtype=torch.uint8)
    colour = build_model(ModelConfig(channels=3, height=8, width=8))
    colour.fit_normalisation(colours)
    normal = colour.normalise(colours.float() / 255)
    torch.testing.assert_close(normal.mean((0, 2, 3)), torch.zeros(3), rtol=0, atol=1e-5)
    torch.testing.assert_close(normal.square().mean((0, 2, 3)), torch.ones(3), rtol=0, atol=1e-4)


def test_normalisation_is_of_all_images_where_they_are_sorted(monkeypatch):
    monkeypatch.setattr("dpn.models.base.MOST_MEASURED", 20)
    shades = torch.arange(200, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 8, 8)
    model = build_model(ModelConfig(channels=3, height=8, width=8))
    model.fit_normalisation(shades)
    torch.testing.assert_close(255 * model.mean.flatten(), torch.full((3,), 99.5), rtol=0, atol=3)


def test_hard_linear_is_positively_homogeneous():
    """Twice the image and twice the biases give twice the score: no centring is needed."""
    model = build_model(ModelConfig(height=8, width=8, states=4)).double()
    assert isinstance(model, DPN)
    image = torch.rand(1, 1, 8, 8, dtype=torch.float64)
    once = model(image)
    torch.testing.assert_close(model(2 * image), 2 * once)  # the biases start at 0


def test_where_the_encoder_halves_the_image_leaves_the_map_as_it_is():
    images = torch.rand(2, 3, 32, 30)
    settings = {"model": "residual", "channels": 3, "height": 32, "width": 30}
    strides = {}
    for stem in (1, 2):
        model = build_model(ModelConfig(**settings, stem_stride=stem)).eval()
        assert model.feature_map(images).shape == (2, 32, 8, 8)
        strides[stem] = [model.stem.stride[0], *(block.conv1.stride[0] for block in model.blocks)]
    assert strides == {1: [1, 2, 2], 2: [2, 2, 1]}


def test_scaling_learns_the_mean_square_and_adds_nothing():
    layer, x = Scaling(2), torch.randn(8, 2, 4, 4) * 3 + 5
    for _ in range(200):
        trained = layer(x)
    torch.testing.assert_close(trained.square().mean((0, 2, 3)), torch.ones(2))
    layer.eval()
    torch.testing.assert_close(layer(x), trained)
    assert layer(x).mean() > 0.8  # where batch normalisation would take the mean away
    torch.testing.assert_close(layer(2 * x), 2 * layer(x))


@pytest.mark.parametrize(
    ("blocks", "size"), [(1, (8, 16, 15)), (2, (16, 8, 8)), (3, (32, 4, 4)), (5, (32, 4, 4))]
)
def test_a_pooled_block_halves_the_map_and_doubles_the_channels_at_most_three_times(blocks, size):
    settings = {"model": "residual", "channels": 3, "height": 32, "width": 30, "part_size": 1}
    config = ModelConfig(
        **settings, encoder="pooled", encoder_channels=4, encoder_blocks=blocks, parts="rows"
    )
    model = build_model(config).eval()
    features = model.feature_map(torch.rand(2, 3, 32, 30))
    assert features.shape == (2, *size)
    assert features.min() >= 0
    assert model.part_count == size[1]
    assert model(torch.rand(2, 3, 32, 30)).shape == (2, 10)


def test_the_second_block_of_a_wide_encoder_is_as_wide_as_the_third():
    size = {"channels": 3, "height": 32, "width": 32}
    config = ModelConfig(
        model="residual", encoder="wide", encoder_channels=4, encoder_blocks=4, **size
    )
    model = build_model(config)
    assert [block.bn2.num_features for block in model.blocks] == [8, 32, 32, 32]
    assert model.feature_map(torch.rand(1, 3, 32, 32)).shape == (1, 32, 4, 4)


def test_the_stem_of_a_direct_encoder_does_the_work_of_the_first_two_layers():
    """With the kernels of both as one, it is the pooled encoder, but at the edges."""
    settings = {"channels": 3, "height": 32, "width": 32, "encoder_channels": 4, "part_size": 1}
    pooled, direct = (
        build_model(ModelConfig("residual", encoder=name, encoder_blocks=3, **settings)).eval()
        for name in ("pooled", "direct")
    )
    weights = pooled.state_dict()
    first, second = weights["stem.weight"], weights.pop("blocks.0.conv1.weight")
    joined = F.conv2d(second, first.flip(2, 3).transpose(0, 1), padding=2)
    direct.load_state_dict(weights | {"stem.weight": joined})
    images = torch.rand(2, 3, 32, 32)
    ours, theirs = (m.stem(images) for m in (direct, pooled))
    theirs = pooled.blocks[0].conv1(theirs)
    torch.testing.assert_close(ours[..., 1:-1, 1:-1], theirs[..., 1:-1, 1:-1])
    assert direct.feature_map(images).shape == (2, 32, 4, 4)


def test_images_grow_in_steps_of_eight_pixels_to_their_whole_size():
    done = [step / 20 for step in range(20)]
    assert [grown(32, 0.5, share) for share in done] == [16] * 7 + [24] * 7 + [32] * 6
    assert [grown(28, 0.5, share) for share in done] == [16] * 7 + [24] * 7 + [28] * 6
    assert {grown(side, 0.25, 0.0) for side in (8, 9, 20, 32, 33)} == {8}
    assert {grown(30, 1.0, share) for share in done} == {30}


def test_a_model_keeps_the_size_that_it_shrinks_images_to_among_its_weights():
    settings = {"encoder": "direct", "encoder_channels": 2, "encoder_blocks": 3, "part_size": 1}
    config = ModelConfig("residual", height=32, width=48, first_size=0.5, **settings)
    model, other = build_model(config).eval(), build_model(config, seed=1).eval()
    images = torch.rand(2, 1, 32, 48)
    whole = model(images)
    assert "reads" not in model.state_dict()
    model.begin_step(0.0)
    assert model.reads == (16, 24)
    assert model.feature_map(images).shape == (2, 16, 4, 6)
    assert other.fits(model.state_dict())
    other.load_state_dict(model.state_dict())
    assert torch.equal(other(images), model(images))
    assert not torch.allclose(model(images), whole)
    assert model.fits(whole_state := build_model(config).state_dict())
    for size in ([16, 49], [7, 16], [16]):
        assert not model.fits(whole_state | {"reads": torch.tensor(size)})
    assert not model.fits(whole_state | {"reads": torch.tensor([16.0, 16.0])})
    model.begin_step(1.0)
    other.load_state_dict(model.state_dict())
    assert model.reads is other.reads is None
    assert torch.equal(other(images), whole)
