"""Changes along a model's own slope, and what is exact about the nearest one."""

import copy
import json
import math

import pytest
import torch

from dpn.__main__ import main
from dpn.commands.evaluate import _print_attacks
from dpn.data.loading import load_dataset
from dpn.errors import ConfigError
from dpn.evaluation.evaluate import predict_logits
from dpn.models.build import build_model
from dpn.robustness import under_attack
from dpn.robustness.attacks import ATTACKS, attacking, led_astray, radii
from dpn.robustness.pieces import is_piecewise_linear, nearest_change, nearest_in_piece
from dpn.robustness.smallest import seeking
from dpn.runs.folder import find_run
from tests.helpers import small_frames, small_model


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    folder = tmp_path_factory.mktemp("none")
    data = load_dataset("digits", folder)
    model = find_run("shipped-digits-dpn", folder).load_model().eval()
    return model, data.x_test[:40], data.y_test[:40]


def right(model, images, labels):
    return (predict_logits(model, images).argmax(dim=1) == labels).float().mean().item()


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_stays_within_its_radius_and_does_more_with_more(shipped, name):
    model, images, labels = shipped
    before, shares = images.clone(), []
    for radius in radii(name, 1)[::2]:
        made = torch.cat(list(attacking(model, images, labels, name, radius, seed=1)))
        assert (made.shape, made.dtype) == (images.shape, torch.uint8)
        again = torch.cat(list(attacking(model, images, labels, name, radius, seed=1)))
        assert torch.equal(made, again)
        change = (made.float() - images.float()).flatten(1) / 255
        size = change.abs().amax(1) if ATTACKS[name].norm == "linf" else change.norm(dim=1)
        assert size.max() <= radius + 1e-6
        shares.append(right(model, made, labels))
    assert torch.equal(images, before)
    assert right(model, images, labels) > shares[0] > shares[1] >= shares[2]
    assert shares[2] < 0.2
    # Chance of the same size does nothing of the kind.
    noise = (torch.rand(images.shape, generator=torch.Generator().manual_seed(0)) - 0.5).sign()
    blind = (images + noise * 255 * radii("pgd", 1)[2]).clamp(0, 255).byte()
    assert right(model, blind, labels) > 0.9


@pytest.mark.parametrize("side", [8, 64])
@pytest.mark.parametrize("name", ATTACKS)
def test_a_small_radius_on_a_colour_image_is_used_though_levels_are_whole(name, side):
    model = build_model(small_model(height=side, width=side, channels=3), seed=0).eval()
    images = torch.randint(20, 236, (3, 3, side, side), generator=torch.Generator().manual_seed(0))
    images, radius = images.byte(), radii(name, 3)[0]
    (made,) = attacking(model, images, torch.zeros(3, dtype=torch.long), name, radius)
    change = (made.float() - images.float()).flatten(1) / 255
    if ATTACKS[name].norm == "linf":
        assert (change.abs() - radius).abs().lt(1e-6).float().mean() > 0.5
    else:
        assert change.norm(dim=1).min() > 0.95 * radius
        assert change.norm(dim=1).max() <= radius + 1e-6


def test_more_steps_find_more_and_all_weights_stay_as_they_are(shipped):
    model, images, labels = shipped
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    shares = {}
    for name in ("fgsm", "pgd"):
        made = torch.cat(list(attacking(model, images, labels, name, 0.1)))
        shares[name] = right(model, made, labels)
    assert shares["pgd"] < shares["fgsm"]
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())
    assert all(weight.grad is None for weight in model.parameters())
    with pytest.raises(ConfigError, match="attack must be one of fgsm, pgd, pgd_l2, got 'pdg'"):
        radii("pdg", 1)


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_the_smallest_change_turns_the_answer_and_is_of_the_size_it_says(shipped, norm):
    model, images, _ = shipped
    for image in images[:3]:
        x = image[None].float() / 255
        *_, found = seeking(model, x, norm)
        change = (found.image - x[0]).flatten()
        size = change.abs().max() if norm == "linf" else change.norm()
        assert size.item() == pytest.approx(found.radius, abs=1e-6)
        assert found.image.min() >= 0
        assert found.image.max() <= 1
        with torch.no_grad():
            answers = model(torch.stack([x[0], found.image])).argmax(dim=1).tolist()
        assert answers[1] == found.answer != answers[0]
        # And an attack with half the radius does not get there.
        label = torch.tensor([answers[0]])
        near = led_astray(model, x, label, found.radius / 2, norm, 20, torch.Generator())
        with torch.no_grad():
            assert model(near).argmax() == answers[0]


# What is exact


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_without_borders_it_is_the_gap_over_the_dual_norm(norm):
    slope = torch.tensor([[[0.3, -0.4], [0.0, 1.2]]], dtype=torch.float64)
    x = torch.full((1, 2, 2), 0.5, dtype=torch.float64)
    change = nearest_change(x, slope, 0.13, norm)
    dual = slope.abs().sum() if norm == "linf" else slope.norm()
    size = change.abs().max() if norm == "linf" else change.norm()
    assert size.item() == pytest.approx(0.13 / dual.item())
    assert (slope * change).sum().item() == pytest.approx(0.13)


def test_a_pixel_that_is_white_already_leaves_more_to_the_others():
    slope = torch.tensor([[[1.0, 1.0]]])
    x = torch.tensor([[[0.9, 0.2]]])
    assert nearest_change(x, slope, 0.5, "linf").flatten().tolist() == pytest.approx([0.1, 0.4])
    assert nearest_change(x, slope, 1.0, "linf") is None  # 0.9 is all that there is room for
    assert nearest_change(x, torch.zeros_like(slope), 0.1, "l2") is None


@pytest.mark.parametrize("kind", ["dpn", "residual", "mlp"])
@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_nothing_nearer_turns_the_answer_while_the_same_decisions_win(kind, norm):
    """By chance: changes of the size that is said, from a model that was not trained."""
    model = build_model(small_model(kind), seed=3).eval()
    x = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    near = nearest_in_piece(model, x, norm)
    assert 0 < near.distance < math.inf
    assert 0 <= near.reach <= 1
    generator = torch.Generator().manual_seed(1)
    chance = torch.randn(2_000, 1, 8, 8, generator=generator)
    if norm == "linf":
        chance = chance.sign()
    else:
        chance = chance / chance.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
    # In the piece for sure: as near as the piece reaches on the worst way that was tried.
    for share in (0.99, 0.1):
        moved = (x + share * near.distance * chance).clamp(0, 1)
        with torch.no_grad():
            turned = model(moved).argmax(dim=1) != model(x).argmax(dim=1)
        if near.reach == 1 or share == 0.1:
            assert not turned.any()


def test_where_the_piece_reaches_that_far_another_class_draws_level_there():
    """A model of one decision is linear everywhere, so the formula is the whole truth."""
    model = build_model(small_model("dpn", decisions=1), seed=0).eval()
    x = torch.full((1, 1, 8, 8), 0.5)
    for norm in ("linf", "l2"):
        near = nearest_in_piece(model, x, norm)
        assert near.reach == 1
        *_, found = seeking(model, x, norm)
        assert found.radius == pytest.approx(near.distance, rel=0.02)
        assert found.radius >= near.distance - 1e-5
        assert found.answer == near.other


def test_only_a_hard_maximum_is_piecewise_linear():
    assert is_piecewise_linear(small_model())
    assert is_piecewise_linear(small_model("mlp", operator="soft"))
    assert not is_piecewise_linear(small_model(operator="soft"))
    assert not is_piecewise_linear(small_frames())


def test_smallest_changes_are_sought_of_images_spread_over_all(shipped, monkeypatch):
    monkeypatch.setattr(under_attack, "SOUGHT", 3)
    monkeypatch.setattr(under_attack, "ATTACKS", {})
    sought = []
    monkeypatch.setattr(under_attack, "smallest_change", lambda _, x, *__: sought.append(x))
    model, images, _ = shipped
    images = images.sort(dim=0).values  # the ink of each pixel grows with the index
    under_attack.under_attack(model, images, torch.zeros(40))
    ink = [float(x.mean()) for x in sought[:3]]
    assert ink == sorted(ink)
    assert ink[1] > images[10].float().mean() / 255


def test_where_no_change_is_found_none_is_told(shipped, monkeypatch, capsys):
    """Not the largest that was sought, as if it had turned the answer."""
    monkeypatch.setattr(under_attack, "SOUGHT", 3)
    monkeypatch.setattr(under_attack, "ATTACKS", {})
    model, images, labels = shipped
    stubborn = copy.deepcopy(model)
    with torch.no_grad():
        stubborn.w0[0] += 1e4
    found = under_attack.under_attack(stubborn, images[:3], labels[:3])
    assert found.smallest == found.exact == {"linf": None, "l2": None}
    _print_attacks(found)
    first, second = capsys.readouterr().out.splitlines()
    assert "linf: none up to 1 for half of the images or more; nearest in the" in first
    assert "l2: none up to 16 for half of the images or more" in second
    assert "exactly: none for half of them or more" in second


# On the command line


def test_attacks_on_the_command_line(capsys, monkeypatch):
    monkeypatch.setattr(under_attack, "SOUGHT", 1)
    asked = ["robustness", "shipped-digits-dpn", "--images", "3", "--kinds", "turn", "--attacks"]
    asked += ["--attacked", "2"]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["attacks"]
    assert list(told["accuracy"]) == list(told["radii"]) == list(ATTACKS)
    assert (told["images"], told["sought"]) == (2, 1)
    assert 0.01 < told["smallest"]["linf"] < 0.3
    assert 0.01 < told["exact"]["linf"] < 0.3
    assert set(told["reached"]) == {"linf", "l2"}
    assert main(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines[3:9:2]] == ["radius"] * 3
    assert " on average under 1 kind of change, " in lines[2]
    assert lines[9].startswith("smallest change found, linf: median")
    assert lines[9].endswith(" (1 image)")
    assert main([*asked[:-1], "0"]) == 2
    assert "--attacked must be 1 or more, got 0" in capsys.readouterr().err
