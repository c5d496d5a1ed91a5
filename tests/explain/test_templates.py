"""The pictures of what a model compares images with are its own weights, put where they belong."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dpn.explain.templates import MOST, favourites, most_read, templates
from dpn.models.config import PART_NAMES, REWARD_NAMES
from dpn.recursion.bellman import rewards
from tests.explain.samples import MODELS, as_input, make_images, make_model

GREY = (1, 10, 9)


@pytest.mark.parametrize("rewards_of", REWARD_NAMES)
@pytest.mark.parametrize("parts", PART_NAMES)
def test_a_template_times_an_image_is_what_its_decision_earns_in_all_steps(parts, rewards_of):
    model = make_model("dpn", shape=GREY, parts=parts, rewards=rewards_of)
    shown = most_read(model)
    pictures = templates(model, shown)
    assert pictures.shape == (len(shown) * 3, 10, 9)
    images = as_input(make_images(shape=GREY))
    earned = rewards(model.parts(images), model.R, torch.zeros_like(model.b)).sum(dim=0)
    earned = earned.view(len(images), 3, 5)[:, :, shown].transpose(1, 2).flatten(1)
    found = torch.einsum("bhw,mhw->bm", model.normalise(images)[:, 0], pictures)
    torch.testing.assert_close(found, earned, rtol=0, atol=1e-10)


def test_of_colours_a_template_is_the_sum():
    model = make_model("mlp")
    shown = most_read(model)
    grey = torch.rand(10, 9, dtype=torch.float64)
    both = F.linear(grey.expand(3, -1, -1).flatten(), model.fc1.weight)[shown]
    torch.testing.assert_close((templates(model, shown) * grey).sum(dim=(1, 2)), both)


def test_of_an_encoder_the_kernels_of_its_first_layer_are_shown():
    model = make_model("residual")
    assert templates(model, most_read(model)).tolist() == model.stem.weight.sum(dim=1).tolist()
    assert favourites(model, [0]) == []


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("decisions", [1, 3, 5, 40])
def test_there_are_a_dozen_pictures_at_most_and_one_at_least(name, decisions):
    model = make_model(name, decisions=decisions, encoder_channels=20, hidden=30)
    count = len(templates(model, most_read(model)))
    assert 1 <= count <= MOST
    assert name == "dpn" or count == MOST


def test_the_states_shown_are_those_that_count_most_for_a_class():
    model = make_model("dpn")
    with torch.no_grad():
        model.W.fill_(0.1)
        model.W[2, 4], model.W[1, 3], model.W[3, 3] = 3.0, -2.0, 0.5
    shown = most_read(model)
    assert shown[:2] == [4, 3]
    assert favourites(model, shown)[:2] == [2, 3]
    assert len(shown) == 4
    assert np.unique(shown).size == 4
