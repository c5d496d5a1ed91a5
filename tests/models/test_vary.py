"""What a sweep may vary: settings that matter, and values that people write."""

import pytest

from dpn.errors import ConfigError
from dpn.models.config import MODEL_NAMES, WORLDS, ModelConfig
from dpn.models.presets import preset, with_settings
from dpn.models.train_config import SERIES_AUGMENTATION_NAMES, TrainConfig
from dpn.models.vary import MOST, VARIED, applies, may_vary, read_values, setting, suggested


@pytest.mark.parametrize("model", MODEL_NAMES)
@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 28, 28), (3, 32, 32)])
def test_every_suggested_value_is_accepted_and_the_one_that_is_set_is_among_them(model, shape):
    are_accepted(preset("own", shape, 10, model))


@pytest.mark.parametrize("world", [world for world in WORLDS if world != "picture"])
def test_so_is_each_that_is_suggested_for_what_is_no_picture(world):
    (model,) = WORLDS[world]
    base = preset("own", None, 10, model, world=world)
    are_accepted(base)
    changed = with_settings(*base, {"operator": "soft", "batch_size": 1, "epochs": 0.1})
    are_accepted(changed)


def are_accepted(base):
    for name in may_vary(*base):
        values = suggested(name, *base)
        assert 2 <= len(values) <= MOST
        assert any(value == pytest.approx(setting(name, *base)) for value in values) or VARIED[name]
        for value in values:
            with_settings(*base, {name: value})


def test_moves_and_kinds_of_augmentation_are_suggested_as_their_world_has_them():
    assert suggested("decisions", ModelConfig("planner", decisions=4), TrainConfig()) == [4, 8]
    assert suggested("decisions", ModelConfig("planner", decisions=8), TrainConfig()) == [4, 8]
    found = suggested("augmentation", ModelConfig("frames"), TrainConfig())
    assert found == list(SERIES_AUGMENTATION_NAMES)


def test_a_setting_is_offered_only_where_it_changes_something():
    training = TrainConfig()
    of_mlp = may_vary(ModelConfig("mlp"), training)
    assert "hidden" in of_mlp
    assert not {"states", "operator", "temperature", "encoder_channels"} & set(of_mlp)
    assert "temperature" not in may_vary(ModelConfig(), training)
    assert "temperature" in may_vary(ModelConfig(operator="soft"), training)
    assert "encoder_channels" in may_vary(ModelConfig("residual"), training)
    assert "epochs" not in may_vary(ModelConfig(), TrainConfig(steps=5))
    assert applies("steps", ModelConfig(), TrainConfig(steps=5))
    assert not applies("momentum", ModelConfig(), training)
    assert not applies("stem_stride", ModelConfig("residual", encoder="pooled"), training)


def test_values_are_read_as_the_setting_has_them():
    assert read_values("learning_rate", "0.001, 3e-3;0.01") == [0.001, 0.003, 0.01]
    assert read_values("states", " 8 16,32 ") == [8, 16, 32]
    assert all(type(value) is int for value in read_values("states", "8 16"))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("states", "8, 1.5", "states takes whole numbers with commas between them, got '1.5'"),
        ("learning_rate", "a lot, 1", "learning rate takes numbers .* got 'a'"),
        ("states", "8", "states takes 2 to 6 different values, got 8"),
        ("states", "", "got none"),
        ("states", "8, 8", "different values, got 8, 8"),
        ("states", "1 2 3 4 5 6 7 8 9", "got 1, 2, 3, 4, 5, 6, 7$"),
    ],
)
def test_what_is_no_list_of_values_is_refused(name, text, message):
    with pytest.raises(ConfigError, match=message):
        read_values(name, text)
