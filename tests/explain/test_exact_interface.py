"""How an account is asked for: batches, shapes, every form of question, and what is refused."""

import dataclasses

import numpy as np
import pytest
import torch

from dpn.errors import ConfigError, ImageError
from dpn.explain import exact as module
from dpn.explain.exact import explain
from dpn.explain.explanation import DETAILS, Explanation, part_names
from dpn.models.build import build_model
from dpn.models.config import MODEL_NAMES, PART_NAMES, ModelConfig
from dpn.recursion.operators import OPERATORS
from tests.explain.samples import MODELS, SHAPE, WITH_PARTS, assert_same, make_images, make_model


@pytest.mark.parametrize("operator", list(OPERATORS))
@pytest.mark.parametrize("name", MODELS)
def test_an_image_has_the_same_account_alone_and_in_any_batch(name, operator, monkeypatch):
    model, images = make_model(name, operator=operator), make_images(7)
    targets = np.arange(7) % 4
    whole = explain(model, images, targets, "runner_up")
    monkeypatch.setattr(module, "BATCH", 3)
    assert_same(whole, explain(model, images, targets, "runner_up"))
    monkeypatch.setattr(module, "BATCH_NUMBERS", 1)
    assert_same(whole, explain(model, images, targets, "runner_up"))
    alone = explain(model, images[4:5], int(targets[4]), "runner_up")
    for field in dataclasses.fields(Explanation):
        one, all_of_them = getattr(alone, field.name), getattr(whole, field.name)
        if one is not None and field.name != "P":  # which all images share
            np.testing.assert_allclose(one[0], all_of_them[4], atol=1e-10, err_msg=field.name)


@pytest.mark.parametrize("name", MODELS)
def test_shapes_and_types(name):
    found = explain(make_model(name).float(), make_images(2), contrast="runner_up")
    n = {"dpn": 3, "residual": 2, "mlp": 0}[name]
    k = {"dpn": 3 * 4 * 9, "residual": 8 * 2 * 3, "mlp": 0}[name]
    one, steps, image = (2,), (2, n), (2, *SHAPE)
    expected = {"target": one, "contrast": one, "logits": (2, 4), "score": one, "readout": one}
    expected |= {"contributions": steps, "bias": steps, "smoothing": steps, "pixel_map": image}
    expected |= {"pixels": one, "encoder_bias": one, "composed_template": image}
    if n:
        expected |= {"parts": (2, n, k), "q": (2, n, 3, 5), "policy": (2, n, 3, 5)}
        expected |= {"values": (2, n, 5), "flow": (2, n, 5)}
        cells = SHAPE[1:] if name == "dpn" else (3, 3)
        expected |= {"rewards": (2, n, 3, 5), "P": (5, 3, 5), "cells": (2, *cells)}
    arrays = {f.name: getattr(found, f.name) for f in dataclasses.fields(found)}
    arrays = {name: array for name, array in arrays.items() if array is not None}
    assert {name: array.shape for name, array in arrays.items()} == expected
    for field, array in arrays.items():
        assert array.dtype == (np.int64 if field in ("target", "contrast") else np.float32)
        assert array.flags.c_contiguous, field
    np.testing.assert_allclose(
        found.probabilities, torch.softmax(torch.from_numpy(found.logits), 1), atol=1e-6
    )


@pytest.mark.parametrize("name", MODELS)
def test_without_details_the_sums_are_the_same(name):
    model, images = make_model(name, operator="sparse"), make_images()
    whole = explain(model, images, contrast=2)
    bare = dict.fromkeys(DETAILS)
    assert_same(dataclasses.replace(whole, **bare), explain(model, images, None, 2, details=False))


@pytest.mark.parametrize("name", MODELS)
def test_target_and_contrast_in_every_form(name):
    model, images = make_model(name), make_images(5)
    logits = explain(model, images).logits
    order = logits.argsort(axis=1)
    best = explain(model, images, contrast="runner_up")
    np.testing.assert_array_equal(best.target, order[:, -1])
    np.testing.assert_array_equal(best.contrast, order[:, -2])
    given = explain(model, images, torch.from_numpy(order[:, 0].copy()), "runner_up")
    np.testing.assert_array_equal(given.target, order[:, 0])
    np.testing.assert_array_equal(given.contrast, order[:, -1])
    listed = explain(model, images, [3] * 5, [0, 1, 2, 1, 0])
    assert_same(explain(model, images, 3, np.array([0, 1, 2, 1, 0], np.uint8)), listed)
    itself = explain(model, images, 2, 2)
    np.testing.assert_array_equal(itself.score, 0)
    np.testing.assert_allclose(itself.contributions, 0)
    a, b = explain(model, images, 1), explain(model, images, 2)
    difference = explain(model, images, 1, 2)
    np.testing.assert_allclose(difference.pixel_map, a.pixel_map - b.pixel_map, atol=1e-10)
    np.testing.assert_allclose(difference.contributions, a.contributions - b.contributions)


@pytest.mark.parametrize("name", WITH_PARTS)
def test_smoothing_turned_at_use_is_the_model_built_that_way(name):
    trained, images = make_model(name, operator="hard"), make_images()
    turned = explain(trained, images, 0, operator="soft", temperature=2.5)
    built = build_model(trained.config.replace(operator="soft", temperature=2.5)).double()
    built.load_state_dict(trained.state_dict())
    assert_same(turned, explain(built, images, 0))
    assert (abs(turned.logits - explain(trained, images).logits) > 1e-3).any()
    assert trained.config.operator == "hard"
    cold = explain(trained, images, 0, operator="sparse", temperature=1e-4)
    np.testing.assert_allclose(cold.logits, explain(trained, images).logits, atol=1e-2)


@pytest.mark.parametrize("name", MODELS)
def test_images_of_every_type_give_the_same(name):
    model, images = make_model(name), make_images()
    whole = explain(model, images)
    frozen = images.copy()
    frozen.setflags(write=False)
    floats = images.astype(np.float64) / 255
    kept = torch.from_numpy(floats.copy())
    for same in (frozen, torch.from_numpy(images), floats, kept, images[::-1][::-1]):
        assert_same(whole, explain(model, same))
    np.testing.assert_array_equal(kept, floats)
    assert not kept.requires_grad


@pytest.mark.parametrize("name", MODELS)
def test_the_model_is_left_as_it_was(name):
    model, images = make_model(name), make_images()
    evaluated = explain(model, images)
    model.train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    assert_same(evaluated, explain(model, images))
    assert all(layer.training for layer in model.modules())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert all(weight.grad is None for weight in model.parameters())
    assert not any(layer._forward_hooks for layer in model.modules())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"target": 4}, "target must be a class 0..3, or 2 of them, got 4"),
        ({"target": -1}, "got -1"),
        ({"target": [1, 2, 3]}, "or 2 of them"),
        ({"target": 1.0}, "got 1.0"),
        ({"target": True}, "got True"),
        ({"contrast": "second"}, "or 2 of them, or 'runner_up', got 'second'"),
        ({"operator": "softer"}, "did you mean 'soft'"),
        ({"temperature": 0}, "temperature must be"),
    ],
)
def test_a_wrong_question_says_what_is_accepted(arguments, said):
    with pytest.raises(ConfigError, match=said):
        explain(make_model(), make_images(2), **arguments)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (make_images(2)[:, :1], r"\(B, 3, 10, 9\) with B >= 1, got \(2, 1, 10, 9\)"),
        (make_images(2)[0], r"got \(3, 10, 9\)"),
        (make_images(2)[:0], r"got \(0, 3, 10, 9\)"),
        (make_images(2).astype(np.int64), "must be uint8 or float, got torch.int64"),
        (make_images(2).astype(np.float32), "for 0..255 use uint8"),
        (np.full((1, *SHAPE), np.nan), "in 0..1, got nan..nan"),
    ],
)
def test_wrong_images_say_what_is_accepted(images, said):
    with pytest.raises(ImageError, match=said):
        explain(make_model(), images)


@pytest.mark.parametrize("parts", PART_NAMES)
@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("size", [1, 4, 64])
@pytest.mark.parametrize("encoder", [{}, {"encoder": "pooled", "encoder_blocks": 3}])
def test_every_part_has_a_name_of_its_own(name, parts, size, encoder):
    config = ModelConfig(model=name, height=9, width=23, parts=parts, part_size=size, **encoder)
    names = part_names(config)
    assert len(names) == len(set(names))
    assert len(names) == (build_model(config).part_count if name != "mlp" else 0)


def test_part_names_say_which_pixels():
    config = ModelConfig(height=9, width=8, part_size=4)
    assert part_names(config) == ["rows 1-4", "rows 5-8", "row 9"]
    assert part_names(config.replace(parts="columns")) == ["columns 1-4", "columns 5-8"]
    patches = part_names(config.replace(parts="patches"))
    assert patches[1] == "rows 1-4, columns 5-8"
    assert patches[-1] == "row 9, columns 5-8"
    encoded = part_names(config.replace(model="residual", part_size=2))
    assert encoded == ["around rows 1-8", "around row 9"]
    pooled = {"model": "residual", "encoder": "pooled", "encoder_blocks": 3, "part_size": 1}
    assert part_names(config.replace(height=28, **pooled))[-1] == "around rows 25-28"
