"""Settings: each is checked by name, refused with what is accepted, and survives JSON."""

import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpn.errors import ConfigError
from dpn.models.config import OPERATOR_NAMES, WORLDS, ModelConfig
from dpn.models.train_config import AUGMENTATION_NAMES, PREPARATION_NAMES, TrainConfig

BAD = [
    (ModelConfig, "model", "dnp", "did you mean 'dpn'"),
    (ModelConfig, "parts", "diagonals", "rows, columns, patches"),
    (ModelConfig, "operator", "softt", "did you mean 'soft'"),
    (ModelConfig, "transitions", 3, "linear, stochastic"),
    (ModelConfig, "rewards", None, "per_step, shared"),
    (ModelConfig, "channels", 2, "1 (grey) or 3 (colour)"),
    (ModelConfig, "channels", True, "1 (grey) or 3 (colour), got True"),
    (ModelConfig, "channels", 3.0, "1 (grey) or 3 (colour), got 3.0"),
    (ModelConfig, "height", 7, "from 8 to 64"),
    (ModelConfig, "width", 65, "from 8 to 64"),
    (ModelConfig, "classes", 1, "from 2 to"),
    (ModelConfig, "part_size", 0, "from 1 to"),
    (ModelConfig, "states", 1.5, "whole number"),
    (ModelConfig, "decisions", True, "whole number"),
    (ModelConfig, "temperature", 0, ">= 0.0001"),
    (ModelConfig, "encoder_channels", "16", "whole number"),
    (ModelConfig, "encoder_blocks", 17, "from 1 to 16"),
    (ModelConfig, "stem_stride", 3, "from 1 to 2"),
    (ModelConfig, "encoder", "poled", "did you mean 'pooled'"),
    (ModelConfig, "encoder_bias", 0, "true or false"),
    (ModelConfig, "first_size", 0.1, ">= 0.25"),
    (ModelConfig, "hidden", -1, "from 1 to"),
    (ModelConfig, "double_softmax", 1, "true or false"),
    (ModelConfig, "vocabulary", -1, "from 0 to"),
    (ModelConfig, "pairs", -1, "from 0 to"),
    (ModelConfig, "shapes", 1, "true or false"),
    (ModelConfig, "embedding", 0, "from 1 to"),
    (ModelConfig, "window", 10, "from 1 to 9"),
    (ModelConfig, "length", 0, "from 1 to"),
    (ModelConfig, "dropout", 1, "< 1"),
    (ModelConfig, "piece_dropout", -0.5, ">= 0"),
    (ModelConfig, "repeats", 0, "true or false"),
    (ModelConfig, "frame", -1, "from 0 to"),
    (ModelConfig, "context", 33, "from 0 to"),
    (ModelConfig, "places", None, "whole number"),
    (ModelConfig, "kernels", 99, "whole number from 0 to 16"),
    (ModelConfig, "lengths", 65, "whole number from 0 to 64"),
    (ModelConfig, "ends", 1, "true or false"),
    (ModelConfig, "ramps", 1, "true or false"),
    (TrainConfig, "dataset", "", "try 'digits'"),
    (TrainConfig, "dataset", 5, "try 'digits'"),
    (TrainConfig, "epochs", 0, "try 3"),
    (TrainConfig, "epochs", math.nan, "try 3"),
    (TrainConfig, "epochs", math.inf, "try 3"),
    (TrainConfig, "epochs", 10**400, "try 3"),
    (TrainConfig, "steps", 0, "from 1 to"),
    (TrainConfig, "batch_size", 0, "from 1 to"),
    (TrainConfig, "optimizer", "adamv", "did you mean 'adam"),
    (TrainConfig, "learning_rate", 0, "> 0 and <= 100, got 0; try 0.003"),
    (TrainConfig, "learning_rate", "fast", "got 'fast'; try 0.003"),
    (TrainConfig, "schedule", "cosine", "one_cycle, constant"),
    (TrainConfig, "momentum", 1, "< 1"),
    (TrainConfig, "balanced", 1, "true or false"),
    (TrainConfig, "weight_decay", -0.1, ">= 0"),
    (TrainConfig, "label_smoothing", 1, "< 1"),
    (TrainConfig, "augmentation", "flip", "did you mean 'flip_crop'"),
    (TrainConfig, "robust", "change", "did you mean 'changes'"),
    (TrainConfig, "validation_fraction", 0.6, "<= 0.5"),
    (TrainConfig, "seed", -1, "from 0 to"),
    (TrainConfig, "device", "gpu", "auto, cpu, cuda, mps"),
    (TrainConfig, "precision", "float16", "auto, float32, bfloat16"),
    (TrainConfig, "preparation", "fax", "auto, digits, mnist"),
    (TrainConfig, "threads", 2000, "from 0 to 1024"),
    (TrainConfig, "checkpoint_seconds", -1, ">= 0"),
    (TrainConfig, "track", "wandb,tensrboard", "did you mean 'tensorboard'"),
]


@pytest.mark.parametrize(
    ("kind", "name", "value", "words"), BAD, ids=[f"{b[1]}-{str(b[2])[:9]}" for b in BAD]
)
def test_a_wrong_value_is_named_with_what_is_accepted(kind, name, value, words):
    with pytest.raises(ConfigError) as caught:
        kind(**{name: value})
    message = str(caught.value)
    assert message.startswith(f"{name} must be ")
    assert words in message
    assert repr(value) in message
    assert "\n" not in message


def test_every_setting_is_in_that_list():
    for kind in (ModelConfig, TrainConfig):
        checked = {name for bad, name, *_ in BAD if bad is kind}
        assert checked == {field.name for field in dataclasses.fields(kind)}


def test_a_whole_stem_needs_a_second_block_to_halve_the_image():
    with pytest.raises(ConfigError, match="stem_stride 1 needs encoder_blocks of at least 2"):
        ModelConfig(stem_stride=1, encoder_blocks=1)
    ModelConfig(encoder="pooled", stem_stride=1, encoder_blocks=1)  # which has no such stem


@pytest.mark.parametrize("kind", [ModelConfig, TrainConfig])
def test_defaults_survive_json(kind):
    assert kind.from_dict(json.loads(json.dumps(kind().to_dict()))) == kind()


def test_changed_settings_survive_json():
    model = ModelConfig(model="mlp", height=8, temperature=0.25, double_softmax=True)
    training = TrainConfig(dataset="my own", steps=7, epochs=0.5, optimizer="sgd")
    assert ModelConfig.from_dict(json.loads(json.dumps(model.to_dict()))) == model
    assert TrainConfig.from_dict(json.loads(json.dumps(training.to_dict()))) == training


@pytest.mark.parametrize("kind", [ModelConfig, TrainConfig])
def test_an_unknown_setting_is_refused_with_the_nearest_name(kind):
    known = dataclasses.fields(kind)[-1].name
    with pytest.raises(ConfigError, match=rf"no setting '{known}s'; did you mean '{known}'"):
        kind.from_dict({f"{known}s": 1})


def test_replace_checks_again_and_changes_nothing_in_place():
    before = TrainConfig()
    assert before.replace(seed=3).seed == 3
    assert before == TrainConfig()
    with pytest.raises(ConfigError, match="seed"):
        before.replace(seed=-3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.seed = 3


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none())


@given(st.sampled_from([field.name for field in dataclasses.fields(TrainConfig)]), ANYTHING)
def test_any_value_is_accepted_or_refused_in_words(name, value):
    try:
        kept = getattr(TrainConfig.from_dict({name: value}), name)
    except ConfigError as error:
        kept = str(error)
    assert kept == value or kept.startswith(f"{name} must be ")


def test_each_name_a_setting_accepts_has_what_it_names():
    from dpn.models.build import MODELS
    from dpn.pictures.prepare import PREPARATIONS
    from dpn.recursion.operators import OPERATORS
    from dpn.training.batches.augment import AUGMENTATIONS

    assert tuple(AUGMENTATIONS) == AUGMENTATION_NAMES
    assert set(PREPARATIONS) == set(PREPARATION_NAMES)
    assert tuple(MODELS) == tuple(name for names in WORLDS.values() for name in names)
    assert tuple(OPERATORS) == OPERATOR_NAMES
