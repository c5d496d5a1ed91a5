"""A setting is said to mean something to a model exactly where it changes what is learned."""

import dataclasses

import pytest
import torch

from dpn.data.loading import Dataset, load_dataset
from dpn.items.examples import rows_of
from dpn.mazes.making import make_mazes
from dpn.mazes.sets import OUTCOMES, arrays
from dpn.models.config import (
    ENCODER_NAMES,
    OPERATOR_NAMES,
    PART_NAMES,
    REWARD_NAMES,
    TRANSITION_NAMES,
    WORLDS,
    ModelConfig,
)
from dpn.models.presets import with_settings
from dpn.models.train_config import OPTIMIZER_NAMES, SCHEDULE_NAMES, TrainConfig
from dpn.models.vary import applies, setting
from dpn.series.sets import bring
from dpn.training.trainer import Trainer
from tests.helpers import (
    small_dataset,
    small_frames,
    small_model,
    small_words,
    write_series,
    write_texts,
)

pytestmark = pytest.mark.usefixtures("one_thread")

#: What the data decide, what a training does beside learning, and what counts afterwards.
OTHERS = {
    *("model", "channels", "height", "width", "classes", "vocabulary"),
    *("dataset", "validation_fraction", "preparation"),
    *("device", "precision", "threads", "checkpoint_seconds", "track", "steps", "repeats"),
}
SETTINGS = [
    field.name
    for config in (ModelConfig, TrainConfig)
    for field in dataclasses.fields(config)
    if field.name not in OTHERS
]
WORDS = {
    **{"parts": PART_NAMES, "operator": OPERATOR_NAMES, "transitions": TRANSITION_NAMES},
    **{"rewards": REWARD_NAMES, "encoder": ENCODER_NAMES, "robust": ("none", "changes")},
    **{"optimizer": OPTIMIZER_NAMES, "schedule": SCHEDULE_NAMES, "augmentation": ("none", "shift")},
}
#: Where twice as much is not accepted, or the same.
OTHERWISE = {"stem_stride": 1, "frame": 2, "first_size": 0.5}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return for each world a few examples."""
    folder = tmp_path_factory.mktemp("data")
    write_texts(folder)
    pictures = small_dataset()
    larger = {
        f"x_{part}": getattr(pictures, f"x_{part}").repeat_interleave(4, 2).repeat_interleave(4, 3)
        for part in ("train", "val", "test")
    }
    lists = torch.from_numpy(rows_of([[i % 5, (i + 1) % 5, i % 3] for i in range(20)]))
    following = torch.arange(20) % 5
    maps = [
        torch.from_numpy(array)
        for seed in (0, 1, 2)
        for array in arrays(make_mazes("obstacles", 6, 16, seed), (6, 6))
    ]
    return {
        "picture": dataclasses.replace(pictures, **larger),
        "text": load_dataset("small", folder),
        "series": load_dataset(bring(write_series(folder), folder)[0], folder),
        "list": Dataset("lists", tuple("abcde"), "", *(lists, following) * 3, world="list"),
        "maze": Dataset("maze", OUTCOMES, "", *maps, world="maze"),
    }


def model_of(name, data):
    """A small model to which as much means something as can."""
    if name == "words":
        return small_words(**data["text"].sizes, operator="soft", pairs=8)
    if name == "frames":
        return small_frames(operator="soft", kernels=1)
    if name == "items":
        sizes = {"states": 4, "decisions": 2, "embedding": 4, "length": 3}
        return ModelConfig("items", classes=5, operator="soft", **sizes)
    if name == "planner":
        return ModelConfig("planner", classes=len(OUTCOMES), decisions=4, operator="soft")
    sizes = {"height": 32, "width": 32, "encoder_blocks": 2}
    return small_model(name, operator="soft", **sizes)


def learned(model, training, data):
    """Return what a training of a few steps ends with, to the bit."""
    trainer = Trainer(model, training, data)
    while not trainer.done:
        trainer.step()
    return [(n, v.shape, v.numpy().tobytes()) for n, v in trainer.model.state_dict().items()]


def another(name, value, world):
    if name in OTHERWISE:
        return OTHERWISE[name]
    if name == "augmentation" and world == "series":
        return "warp"
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return next(word for word in WORDS[name] if word != value)
    if isinstance(value, int):
        return 2 * value or 1
    return value / 2 or 0.1


@pytest.mark.parametrize("name", [name for names in WORLDS.values() for name in names])
def test_a_setting_that_applies_changes_what_is_learned_and_no_other_does(name, data):
    model = model_of(name, data)
    examples = data[model.world]
    training = TrainConfig("small", epochs=1, batch_size=8, optimizer="sgd", device="cpu")
    usual = learned(model, training, examples)
    wrong = []
    for changed in SETTINGS:
        is_read = applies(changed, model, training)
        if not is_read and changed in ("augmentation", "robust"):
            continue  # made for pictures; ``open_training`` does not let them
        value = another(changed, setting(changed, model, training), model.world)
        new = learned(*with_settings(model, training, {changed: value}), examples)
        if (new != usual) != is_read:
            wrong.append(changed)
    assert wrong == []
    assert learned(model, training, examples) == usual
