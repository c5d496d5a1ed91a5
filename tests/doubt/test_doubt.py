"""Doubt: what a second read-out makes of known and of strange pictures, and how it is fitted."""

import dataclasses

import numpy as np
import pytest
import torch

from dpn.doubt import fit, strangers
from dpn.doubt.eye import KERNELS
from dpn.doubt.fit import LEAST, QUICK, REFUSED, fit_doubt
from dpn.doubt.known import NONE_BELOW, Doubt, claims, is_none
from dpn.doubt.look import fit_eye
from dpn.doubt.strangers import Ink, drawings, mixtures, tents
from dpn.doubt.turning import theta_of
from dpn.errors import RunError
from dpn.evaluation.evaluate import ask_whole
from dpn.models.build import build_model
from tests.helpers import pictures, small_model

INK = Ink(torch.zeros(1), torch.ones(1), 1.0)
SMALL = dataclasses.replace(QUICK, images=200, drawings=120, mixtures=120, hidden=8, steps=60)


def bars(count, seed):
    images, labels = pictures(count, seed)
    return torch.from_numpy(images)[:, None], torch.from_numpy(labels)


def fitted(validation=150, ink=INK, effort=SMALL, name="dpn", seed=0):
    model = build_model(small_model(name), 0).eval()
    return model, fit_doubt(
        model, *bars(200, 0), bars(validation, 1)[0], ink, seed=seed, effort=effort
    )


def known(model, doubt, images):
    values, logits = (part.numpy() for part in ask_whole(model, images))
    return doubt.known(values, logits, images.numpy())


@pytest.mark.parametrize("name", ["dpn", "residual", "mlp"])
@pytest.mark.parametrize("ink", [INK, None])
def test_one_in_a_hundred_validation_images_is_doubted(name, ink):
    model, doubt = fitted(ink=ink, name=name)
    found = known(model, doubt, bars(150, 1)[0])
    assert found.dtype == np.float32
    assert ((found >= 0) & (found <= 1)).all()
    assert (found < NONE_BELOW).mean() <= REFUSED
    assert np.median(found) > 0.97


def test_strange_pictures_are_doubted_more_than_known_ones():
    model, doubt = fitted(effort=dataclasses.replace(SMALL, steps=300, hidden=32, eye_steps=60))
    strange = (drawings(100, 8, 8, INK, torch.Generator().manual_seed(9)) * 255).byte()
    assert (known(model, doubt, strange) < NONE_BELOW).mean() > 0.6


def test_of_images_that_are_not_square_none_is_turned_farther_than_of_others():
    """Level bars: a turn tilts them, and neither slant nor scale nor a move does."""
    bars = torch.zeros(300, 1, 64, 16)
    bars[:, :, 31:33, 2:14] = 1
    turned = fit._varied(bars, INK, torch.Generator().manual_seed(0))[:, 0]
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(16.0), indexing="ij")
    total = turned.sum((1, 2))
    dx, dy = (axis - ((turned * axis).sum((1, 2)) / total)[:, None, None] for axis in (x, y))
    xx, yy, xy = ((turned * product).sum((1, 2)) for product in (dx * dx, dy * dy, dx * dy))
    tilt = torch.rad2deg(torch.atan2(2 * xy, xx - yy) / 2).abs()
    assert 9 < tilt.max() < 14


def test_a_turn_is_one_of_the_picture_whatever_its_sides():
    angle = torch.tensor([0.2, -0.7])
    for height, width in ((28, 28), (64, 16), (8, 40)):
        half = torch.tensor([width / 2, height / 2])
        theta = theta_of(angle, 2.0, 0.0, height, width)
        in_pixels = 2 * half[:, None] * theta[:, :, :2] / half  # scaled back
        cos, sin = angle.cos(), angle.sin()
        turn = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
        torch.testing.assert_close(in_pixels, turn)
        assert not theta[:, :, 2].any()


@pytest.mark.parametrize("side", [8, 28, 64])
def test_drawings_of_any_size_are_made_as_many_at_once_as_memory_holds(monkeypatch, side):
    sizes = []
    drawn = strangers._drawn

    def watched(starts, *rest):
        sizes.append(len(starts))
        return drawn(starts, *rest)

    monkeypatch.setattr(strangers, "_drawn", watched)
    whole = drawings(600, side, side, INK, torch.Generator().manual_seed(1))
    assert sum(sizes) == len(whole) == 600
    assert max(sizes) == {8: 250, 28: 250, 64: 47}[side]
    monkeypatch.setattr(strangers, "DISTANCES", 1)
    one = drawings(600, side, side, INK, torch.Generator().manual_seed(1))
    torch.testing.assert_close(whole, one, rtol=0, atol=1e-5)


def test_a_tent_has_two_legs_and_a_bar_that_reaches_over_one_of_them():
    ink = Ink(torch.zeros(1), torch.ones(1), 20 / 28)
    drawn = tents(60, 28, 28, ink, torch.Generator().manual_seed(0))
    assert drawn.shape == (60, 1, 28, 28)
    assert torch.equal(drawn, tents(60, 28, 28, ink, torch.Generator().manual_seed(0)))
    dark = drawn[:, 0] > 0.5
    pieces = (dark[:, :, 1:] & ~dark[:, :, :-1]).sum(dim=2)  # of ink, in each row
    assert (pieces.amax(dim=1) == 2).float().mean() > 0.9
    widest = dark.sum(dim=2).argmax(dim=1).float()
    assert 13 < widest.mean() < 21  # the bar, below the middle
    assert (widest > 8).float().mean() > 0.8


def test_tents_are_taught_to_the_read_out_alone():
    effort = dataclasses.replace(SMALL, eye_steps=4)
    (_, plain), (_, told) = (
        fitted(effort=effort),
        fitted(effort=dataclasses.replace(effort, tents=40)),
    )
    assert plain.eye is not None
    assert all(np.array_equal(a, told.eye.to_arrays()[n]) for n, a in plain.eye.to_arrays().items())
    assert not np.array_equal(plain.w1, told.w1)


def test_the_same_arguments_give_the_same_doubt():
    (_, first), (_, second), (_, other) = fitted(), fitted(), fitted(seed=1)
    assert all(np.array_equal(a, second.to_arrays()[n]) for n, a in first.to_arrays().items())
    assert not np.array_equal(first.w1, other.w1)


def test_with_few_validation_images_nobody_can_say_and_nothing_is_doubted():
    assert fitted(LEAST)[1] is not None
    assert fitted(LEAST - 1)[1] is None
    values = np.zeros((1, 3), np.float32)
    np.testing.assert_array_equal(claims(values, None), values)
    assert not is_none(None)


def test_what_may_be_claimed_is_the_probability_times_known():
    claimed = claims(np.array([[0.75, 0.25]], np.float32), np.array([0.5], np.float32))
    np.testing.assert_allclose(claimed, [[0.375, 0.125]])
    assert is_none(0.49)
    assert not is_none(0.5)


def test_an_eye_reads_as_the_network_that_was_trained():
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(64, 1, 8, 8, generator=generator)
    eye = fit_eye(images, 1 - images, 3, 0)
    assert len(KERNELS) == 3
    scores = eye.score((images * 255).byte().numpy())
    assert scores.shape == (64,)
    alone = eye.score((images[:1] * 255).byte().numpy())
    np.testing.assert_allclose(alone, scores[:1], atol=1e-5)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda a: a.pop("w2"), "names"),
        (lambda a: a.update(more=a["w2"]), "names"),
        (lambda a: a.update(w2=a["w2"][:-1]), "shapes"),
        (lambda a: a.update(mean=a["mean"][:-1]), "shapes"),
        (lambda a: a.update(w1=a["w1"].astype(np.float64)), "float32"),
        (lambda a: a.update(b2=np.array(np.nan, np.float32)), "finite"),
        (lambda a: a.update(scale=np.array(0, np.float32)), "above 0"),
        (lambda a: a.update({"eye.c1": a["eye.c1"][:, :, :3]}), "shapes"),
        (lambda a: a.update({"eye.h": a["eye.h"][:, :-1]}), "shapes"),
        (lambda a: a.pop("eye.o"), "names"),
    ],
)
def test_a_file_that_holds_something_else_is_told_apart(change, why):
    _, doubt = fitted(effort=dataclasses.replace(SMALL, eye_steps=1))
    arrays = doubt.to_arrays()
    assert Doubt.from_arrays(arrays, 7, (1, 8, 8)).to_arrays().keys() == arrays.keys()
    change(arrays)
    with pytest.raises(RunError, match=why):
        Doubt.from_arrays(arrays, 7, (1, 8, 8))


@pytest.mark.parametrize("features", [6, 8])
def test_the_doubt_of_another_model_is_told_apart(features):
    with pytest.raises(RunError, match="shapes"):
        Doubt.from_arrays(fitted()[1].to_arrays(), features, (1, 8, 8))


@pytest.mark.parametrize(("channels", "height", "width"), [(1, 28, 28), (3, 12, 20), (1, 8, 8)])
def test_strangers_have_the_shape_and_the_ground_of_the_set(channels, height, width):
    ground, full = torch.full((channels,), 0.9), torch.full((channels,), 0.1)
    ink, generator = Ink(ground, full, 0.7), torch.Generator().manual_seed(0)
    drawn = drawings(40, height, width, ink, generator)
    assert drawn.shape == (40, channels, height, width)
    assert drawn.min() >= 0.1 - 1e-6
    assert drawn.max() <= 0.9 + 1e-6
    assert (drawn.flatten(1).amin(dim=1) < 0.6).all()  # each has ink
    images = torch.where(torch.rand(30, 1, height, width, generator=generator) < 0.2, 0.1, 0.9)
    images = images.expand(-1, channels, -1, -1)
    labels = torch.arange(30) % 3
    for kind in (ink, None):
        mixed = mixtures(images, labels, 60, kind, generator)
        assert mixed.shape[1:] == (channels, height, width)
        assert 40 <= len(mixed) <= 80
        assert ((mixed >= 0) & (mixed <= 1)).all()
