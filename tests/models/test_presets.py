"""Presets: each is accepted for every kind of data, and trains."""

import pytest

from dpn.errors import ConfigError
from dpn.models.build import build_model
from dpn.models.config import MODEL_NAMES, WORLDS
from dpn.models.presets import PRESET_NAMES, PRESETS, preset
from dpn.training.opening import MAX_PARAMETERS

SHAPES = {
    "small": [(1, 8, 8), (1, 16, 9)],
    "grey": [(1, 28, 28), (1, 17, 8), (1, 64, 64)],
    "colour": [(3, 8, 8), (3, 32, 32), (3, 64, 33)],
}
CASES = [(kind, shape) for kind, shapes in SHAPES.items() for shape in shapes]


@pytest.mark.parametrize(("kind", "shape"), CASES)
@pytest.mark.parametrize("model", MODEL_NAMES)
@pytest.mark.parametrize("name", PRESET_NAMES)
def test_every_preset_fits_every_shape(kind, shape, model, name):
    architecture, training = preset("my own", shape, 37, model, name)
    assert architecture.model == model
    assert architecture.image_shape == shape
    assert architecture.classes == 37
    assert training.dataset == "my own"
    said_of_model, said_of_training = PRESETS[kind][model][name]
    assert said_of_model.items() <= architecture.to_dict().items()
    assert said_of_training.items() <= training.to_dict().items()
    weights = build_model(architecture).parameters()
    assert sum(weight.numel() for weight in weights) < MAX_PARAMETERS


def test_every_kind_has_every_model_and_preset():
    others = {world for world in WORLDS if world != "picture"}
    assert set(PRESETS) == {*SHAPES, *others}
    for name, kind in PRESETS.items():
        assert tuple(kind) == WORLDS.get(name, MODEL_NAMES)
        assert all(tuple(model) == PRESET_NAMES for model in kind.values())


def test_quick_is_quicker_than_best():
    for shape in ((1, 8, 8), (1, 28, 28), (3, 32, 32)):
        for model in MODEL_NAMES:
            quick, best = (preset("d", shape, 10, model, name)[1] for name in PRESET_NAMES)
            assert quick.epochs < best.epochs


def test_only_colour_is_flipped():
    """A mirrored digit is no digit."""
    for kind, models in PRESETS.items():
        for model in models.values():
            for _, training in model.values():
                flips = training.get("augmentation", "none").startswith("flip")
                assert kind == "colour" or not flips


@pytest.mark.parametrize(
    ("model", "name", "words"),
    [
        ("dnp", "quick", "model must be one of dpn, residual, mlp, got 'dnp'; did you mean 'dpn'"),
        ("dpn", "quik", "preset must be one of quick, best, got 'quik'; did you mean 'quick'"),
    ],
)
def test_unknown_names_are_refused(model, name, words):
    with pytest.raises(ConfigError) as caught:
        preset("digits", (1, 8, 8), 10, model, name)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("images", [8, 60, 1_000])
def test_of_few_images_there_are_small_batches_and_many_steps(images):
    usual = preset("own", (1, 28, 28), 2)
    model, training = preset("own", (1, 28, 28), 2, images=images)
    assert model == usual[0]
    assert 8 <= training.batch_size < usual[1].batch_size
    steps = training.epochs * max(1, round(0.9 * images) // training.batch_size)
    assert 199 <= steps <= 1_000
    assert training.epochs <= 200  # what a public server allows
    assert preset("own", (1, 28, 28), 2, images=60_000) == usual


@pytest.mark.parametrize(
    ("texts", "share"), [(None, 0.1), (20, 0.1), (1_000, 0.1), (5_000, 0.02), (10**6, 0.01)]
)
def test_of_many_texts_a_small_share_is_held_out(texts, share):
    training = preset("own", None, 3, "words", images=texts, world="text")[1]
    assert training.validation_fraction == share


@pytest.mark.parametrize(
    ("world", "inputs", "length", "epochs"),
    [
        ("text", 10_000, 12, 8),
        ("text", 120_000, 40, 0.833),
        ("text", 10**7, 900, 0.001),
        ("series", 1_500, 16, 20),
        ("series", 60_000, 16, 5),
        ("list", 20_000, 16, 6),
        ("list", 10**6, 16, 1.5),
    ],
)
def test_of_very_many_there_are_fewer_epochs(world, inputs, length, epochs):
    asked = ("mine", None, 3, WORLDS[world][0])
    quick, best = (
        preset(*asked, name, inputs, world, length=length)[1].epochs for name in PRESET_NAMES
    )
    assert quick == epochs
    assert best > quick or epochs == 0.001
    assert preset("mine", (1, 28, 28), 10, images=10**7)[1].epochs == 3.25


def test_few_series_are_seen_through_kernels_and_of_several_lengths_with_their_ends():
    asked = ("mine", None, 3, "frames", "quick")
    (few, of_few), (many, of_many) = (
        preset(*asked, count, "series", even=True) for count in (40, 1000)
    )
    assert (few.kernels > 0, many.kernels) == (True, 0)
    uneven = preset(*asked, 40, "series")[0]
    assert (few.ends, uneven.kernels > 0, uneven.ends) == (False, True, True)
    assert not preset(*asked, 1000, "series")[0].ends
    of_200 = [preset(*asked, 200, "series", even=even) for even in (True, False)]
    assert [model.kernels > 0 for model, _ in of_200] == [True, False]
    # Larger steps undo the start, the more so the fewer there are.
    assert of_few.learning_rate < of_200[0][1].learning_rate < of_many.learning_rate
    assert of_few.validation_fraction < of_200[0][1].validation_fraction
    assert (of_few.augmentation, of_many.augmentation) == ("sway", "warp")
    of_uneven = preset(*asked, 40, "series")
    # Of a start that is surer than smoothed labels the steps would make less.
    assert [one.label_smoothing for one in (of_few, of_200[0][1], of_uneven[1])] == [0.0] * 3
    assert of_many.label_smoothing > 0
    assert [one.ramps for one in (few, of_uneven[0], many)] == [True, True, False]
