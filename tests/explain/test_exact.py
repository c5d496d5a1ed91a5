"""The account of a score: it adds up, it is the true gradient, and brute force finds the same."""

import itertools

import numpy as np
import pytest
import torch
from captum.attr import InputXGradient

from dpn.explain.exact import explain
from dpn.recursion.operators import OPERATORS
from dpn.recursion.parts import cut
from tests.explain.reference import every_template
from tests.explain.samples import (
    MODELS,
    SHAPE,
    WITH_PARTS,
    as_input,
    assert_same,
    make_images,
    make_model,
)

GRID = itertools.product(
    WITH_PARTS,
    OPERATORS,
    ("linear", "stochastic"),
    ("rows", "columns", "patches"),
    ("per_step", "shared"),
)
SETTINGS = ("operator", "transitions", "parts", "rewards")


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        *((name, dict(zip(SETTINGS, rest, strict=True))) for name, *rest in GRID),
        ("residual", {"stem_stride": 1}),
        *(("residual", {"encoder": "pooled", "encoder_blocks": n, "part_size": 1}) for n in (1, 4)),
        ("residual", {"encoder_bias": False}),
        ("residual", {"encoder": "direct", "encoder_blocks": 3, "part_size": 1}),
        ("residual", {"encoder": "wide", "encoder_blocks": 3, "part_size": 1}),
        ("residual", {"stem_stride": 1, "first_size": 0.7}),
        ("mlp", {}),
    ],
)
def test_the_account_equals_the_score(name, settings):
    model, images = make_model(name, **settings), make_images()
    model.begin_step(0.0)  # also of a model that still shrinks its images
    for dtype, bound in ((torch.float64, 1e-9), (torch.float32, 1e-3)):
        model = model.to(dtype)
        with torch.no_grad():
            logits = model(as_input(images).to(dtype)).numpy()
        for contrast in (None, "runner_up", 1):
            found = explain(model, images, contrast=contrast)
            allowed = bound if dtype == torch.float64 else bound * np.maximum(1, abs(found.score))
            np.testing.assert_allclose(found.logits, logits, atol=bound, rtol=0)
            expected = np.take_along_axis(logits, found.target[:, None], 1)[:, 0]
            if contrast is not None:
                expected = expected - np.take_along_axis(logits, found.contrast[:, None], 1)[:, 0]
            assert (abs(found.score - expected) <= allowed).all()
            assert (abs(found.total - found.score) <= allowed).all()
            assert (abs(found.pixel_map.sum((1, 2, 3)) - found.pixels) <= allowed).all()
            if name != "mlp":
                by_part = found.contributions.sum(axis=1)
                assert (abs(found.pixels + found.encoder_bias - by_part) <= allowed).all()
                assert (abs(found.cells.sum((1, 2)) - by_part) <= allowed).all()
            if model.config.operator == "hard":
                assert not found.smoothing.any()
                assert not np.signbit(found.smoothing).any()  # a page shows no "-0.0"


@pytest.mark.parametrize("encoder", ["strided", "pooled"])
def test_without_biases_the_encoder_adds_nothing_that_is_no_pixels(encoder):
    model, images = make_model("residual", encoder=encoder, encoder_bias=False), make_images()
    found = explain(model, images, contrast="runner_up")
    assert not found.encoder_bias.any()
    np.testing.assert_allclose(found.pixels, found.contributions.sum(axis=1), atol=1e-10)
    with torch.no_grad():  # twice as far from the mean, twice the map
        x = as_input(images)
        more = model.feature_map(2 * x - model.mean)
        np.testing.assert_allclose(more, 2 * model.feature_map(x), atol=1e-10)


@pytest.mark.parametrize("name", WITH_PARTS)
@pytest.mark.parametrize("operator", list(OPERATORS))
def test_every_line_of_the_account_from_its_definition(name, operator):
    """Sum over t, s and a as the formulas are written, from q, policy, values and flow."""
    model = make_model(name, operator=operator)
    found = explain(model, make_images(2), target=2)
    n, A, S = found.q.shape[1:]
    R = model.R.detach().numpy().reshape(n, -1, A, S)
    b, P = (x.detach().numpy() for x in (model.b, model.transitions()))
    b, P = b.reshape(n, A, S), P.reshape(S, A, S)
    before = np.concatenate([np.zeros((2, 1, S)), found.values[:, :-1]], axis=1)
    q = np.einsum("ntk,tkas->ntas", found.parts, R) + b + np.einsum("ntz,zas->ntas", before, P)
    np.testing.assert_allclose(found.q, q, atol=1e-10)
    np.testing.assert_allclose(found.policy.sum(axis=2), 1, atol=1e-10)
    u = np.broadcast_to(model.W.detach().numpy()[2], (2, S))
    for t in reversed(range(n)):
        np.testing.assert_allclose(found.flow[:, t], u, atol=1e-10)
        chosen = u[:, None] * found.policy[:, t]
        share = np.einsum("nas,nk,kas->n", chosen, found.parts[:, t], R[t])
        np.testing.assert_allclose(found.contributions[:, t], share, atol=1e-10)
        np.testing.assert_allclose(found.bias[:, t], (chosen * b[t]).sum((1, 2)), atol=1e-10)
        omega = (found.policy[:, t] * found.q[:, t]).sum(1) - found.values[:, t]
        np.testing.assert_allclose(found.smoothing[:, t], -(u * omega).sum(1), atol=1e-10)
        u = np.einsum("nas,zas->nz", chosen, P)
    np.testing.assert_allclose(found.readout, model.w0.detach().numpy()[2])


@pytest.mark.parametrize("transitions", ["linear", "stochastic"])
@pytest.mark.parametrize("contrast", [None, 1])
@pytest.mark.parametrize("seed", range(5))
def test_the_composed_template_is_the_one_brute_force_finds(transitions, contrast, seed):
    shape = (1, 8, 8)
    model = make_model(
        seed=seed, shape=shape, states=2, decisions=2, classes=2, transitions=transitions
    )
    monotone = contrast is None
    with torch.no_grad():
        if monotone:  # the best of all tables is found if no value counts against the score
            model.P.abs_()
            model.W.abs_()
        W, P = model.W.numpy(), model.transitions().numpy().reshape(2, 2, 2)
        R, b = model.R.numpy().reshape(2, 32, 2, 2), model.b.numpy().reshape(2, 2, 2)
    found = explain(model, make_images(1, shape, seed), target=0, contrast=contrast)
    tables = list(every_template(found.parts[0], R, b, P, W[0] - (0 if monotone else W[1])))
    if monotone:
        score, choices, template = max(tables, key=lambda table: table[0])
        np.testing.assert_array_equal(found.policy[0].argmax(axis=1), choices)
    else:
        ours = found.policy[0].argmax(axis=1)
        score, _, template = next(table for table in tables if (table[1] == ours).all())
    assert found.score[0] - found.readout[0] == pytest.approx(score, abs=1e-9)
    np.testing.assert_allclose(found.composed_template[0, 0], template.reshape(8, 8), atol=1e-9)


@pytest.mark.parametrize("operator", list(OPERATORS))
@pytest.mark.parametrize("name", MODELS)
def test_the_pixel_map_is_input_times_gradient(name, operator):
    """Captum differentiates the whole model; we follow the decisions back."""
    model = make_model(name, operator=operator)
    images = make_images(3)
    normal = model.normalise(as_input(images)).detach()

    def logits(normal):
        return model(normal * model.std + model.mean)

    found = explain(model, images, target=np.array([0, 1, 2]))
    outside = InputXGradient(logits).attribute(
        normal.requires_grad_(), target=torch.tensor([0, 1, 2])
    )
    np.testing.assert_allclose(found.pixel_map, outside.detach(), atol=1e-10)
    template = found.composed_template
    np.testing.assert_allclose(found.pixel_map, template * normal.detach().numpy(), atol=1e-10)
    assert ((found.encoder_bias == 0) == (name == "dpn")).all()


def erase(model, images, t, share=1.0):
    """Return images whose t-th band of 4 rows is moved to the mean, which is 0 once normalised."""
    x = as_input(images)
    band = slice(4 * t, 4 * t + 4)
    x[:, :, band] += share * (model.mean - x[:, :, band])
    return x


def test_erasing_a_millionth_of_a_part_takes_as_much_of_its_contribution():
    """With "hard" and no decision near a tie, the score is linear around the image."""
    model, images = make_model(), make_images()
    found = explain(model, images)
    for t in range(3):
        x = erase(model, images, t, share=1e-6)
        after = explain(model, x, target=found.target)
        np.testing.assert_array_equal(after.policy, found.policy)
        lost = found.score - after.score
        np.testing.assert_allclose(lost, 1e-6 * found.contributions[:, t], atol=1e-12)


@pytest.mark.parametrize("operator", list(OPERATORS))
def test_erasing_a_part_costs_at_most_its_contribution(operator):
    """Where no value counts against the score it is convex in the image: others may stand in."""
    model, images = make_model(operator=operator, transitions="stochastic"), make_images()
    with torch.no_grad():
        model.W.abs_()
    found = explain(model, images)
    lost = np.stack(
        [
            found.score - explain(model, erase(model, images, t), target=found.target).score
            for t in range(3)
        ],
        axis=1,
    )
    assert (lost <= found.contributions + 1e-9).all()
    assert (lost < found.contributions - 1e-3).any()  # some decision did change


def test_without_a_choice_erasing_a_part_costs_its_contribution():
    model, images = make_model(decisions=1), make_images()
    found = explain(model, images)
    for t in range(3):
        after = explain(model, erase(model, images, t), target=found.target)
        np.testing.assert_allclose(found.score - after.score, found.contributions[:, t], atol=1e-9)


@pytest.mark.parametrize("parts", ["rows", "columns", "patches"])
def test_padding_contributes_nothing(parts):
    model, images = make_model(parts=parts), make_images()
    before = explain(model, images)
    inside = cut(torch.ones(1, *SHAPE), parts, 4)[0]  # (n, k), 0 where padded
    assert (inside == 0).any()
    with torch.no_grad():
        model.R[(inside == 0).unsqueeze(2).expand_as(model.R)] = 1e6
    assert_same(before, explain(model, images))
    assert before.composed_template.shape == images.shape


@pytest.mark.parametrize("parts", ["rows", "patches"])
def test_a_cell_has_what_its_channels_add(parts):
    """Of the parts as they are cut, by definition; a row of cells adds what its part does."""
    model, images = make_model("residual", part_size=1, parts=parts), make_images(2)
    found = explain(model, images, target=1)
    with torch.no_grad():
        features = model.feature_map(as_input(images))
    each = found.parts.reshape(2, *((3, 8, 3) if parts == "rows" else (9, 8, 1)))
    R = model.R.detach().numpy().reshape(len(each[0]), -1, 3, 5)
    chosen = found.flow[:, :, None] * found.policy
    template = np.einsum("ntas,tkas->ntk", chosen, R).reshape(each.shape)
    expected = (template * each).sum(axis=2).reshape(2, 3, 3)
    np.testing.assert_allclose(found.cells, expected, atol=1e-10)
    if parts == "rows":
        np.testing.assert_allclose(found.cells.sum(axis=2), found.contributions, atol=1e-10)
    assert found.cells.shape[1:] == features.shape[2:]
