"""One seed repeats every bit, going on is as never stopping, and looking changes nothing."""

import dataclasses
import math

import pytest
import torch

from dpn.errors import RunError
from dpn.models.config import MODEL_NAMES
from dpn.models.train_config import OPTIMIZER_NAMES
from dpn.training.batches.augment import AUGMENTATIONS
from dpn.training.trainer import Trainer
from tests.helpers import same_tensors, short_training, small_dataset, small_model
from tests.training.test_trainer import finish, timeless, trainer_of, weights, without_time

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("augmentation", list(AUGMENTATIONS))
def test_one_seed_repeats_every_bit_and_another_does_not(name, augmentation):
    runs = [trainer_of(name, seed=seed, augmentation=augmentation) for seed in (5, 5, 6)]
    torch.manual_seed(1)
    first = timeless(finish(runs[0]))
    torch.manual_seed(2)  # nothing depends on the numbers of the process
    again, other = timeless(finish(runs[1])), timeless(finish(runs[2]))
    assert first == again
    assert same_tensors(weights(runs[0]), weights(runs[1]))
    assert [record.loss for record in first] != [record.loss for record in other]
    assert not same_tensors(weights(runs[0]), weights(runs[2]))


def test_photos_are_varied_on_their_own_ground():
    """What a model of bright photos is shown has no black in it."""
    data = small_dataset()
    bright = dataclasses.replace(data, x_train=data.x_train // 4 + 190)
    shown = {}
    for preparation in ("mnist", "photo"):
        trainer = trainer_of(
            data=dataclasses.replace(bright, preparation=preparation), augmentation="affine_shift"
        )
        trainer.model.register_forward_pre_hook(
            lambda _, inputs, preparation=preparation: shown.update({preparation: inputs[0].min()})
        )
        trainer.step()
    assert shown["mnist"] == 0
    assert shown["photo"] >= 190 / 255 - 1e-6


@pytest.mark.parametrize("optimizer", [*OPTIMIZER_NAMES, "sgd without momentum"])
@pytest.mark.parametrize(
    ("name", "augmentation"), [("dpn", "none"), ("residual", "affine"), ("mlp", "flip_crop")]
)
def test_going_on_from_a_state_is_the_same_as_never_stopping(optimizer, name, augmentation):
    changes = {"optimizer": optimizer, "augmentation": augmentation, "steps": 11}
    if optimizer.startswith("sgd w"):
        changes |= {"optimizer": "sgd", "momentum": 0.0}
    whole = trainer_of(name, **changes)
    expected = finish(whole)
    for stop in (0, 1, 3, 6, 8, 11):  # an epoch has 6 steps
        first = trainer_of(name, **changes)
        records = [first.step() for _ in range(stop)]
        second = trainer_of(name, **changes)
        second.load_state(first.state())
        assert second.seconds == first.seconds
        records += finish(second)
        assert timeless(records) == timeless(expected)
        assert same_tensors(without_time(second.state()), without_time(whole.state()))


def test_images_that_grow_are_read_at_their_size_and_going_on_changes_nothing():
    data = small_dataset()
    large = {f"x_{part}": getattr(data, f"x_{part}") for part in ("train", "val", "test")}
    large = {name: x.repeat_interleave(4, 2).repeat_interleave(4, 3) for name, x in large.items()}
    data = dataclasses.replace(data, **large)
    encoder = {"encoder": "direct", "encoder_blocks": 2, "first_size": 0.5}
    model = small_model("residual", height=32, width=32, **encoder)
    training = short_training(augmentation="flip_crop", steps=12)
    sizes = []

    def trainer():
        made = Trainer(model, training, data)
        made.model.stem.register_forward_pre_hook(lambda _, x: sizes.append(x[0].shape[-1]))
        return made

    whole, first, second = trainer(), trainer(), trainer()
    expected = finish(whole)
    assert sizes == [16] * 5 + [24] * 4 + [32] * 3
    records = [first.step() for _ in range(4)]
    first.validate()
    assert sizes[-1] == 16
    state = first.state()
    second.load_state(state)
    assert second.model.reads == (16, 16)
    assert timeless(records + finish(second)) == timeless(expected)
    assert same_tensors(weights(second), weights(whole))
    second.load_state(state)  # also of a model that has grown
    assert second.model.reads == (16, 16)
    one = Trainer(model, training.replace(steps=1), data)
    one.step()
    assert one.model.reads is None


def test_bfloat16_is_taken_where_a_trial_shows_it_quicker_and_kept_when_going_on(monkeypatch):
    def took(share):
        monkeypatch.setattr("dpn.models.devices.bfloat16_share", lambda: share)

    took(0.7)
    assert not trainer_of("dpn").bfloat16  # without convolutions there is little to win
    assert not trainer_of("residual", precision="float32").bfloat16
    whole, first = trainer_of("residual", steps=6), trainer_of("residual", steps=6)
    expected = finish(whole)
    records = [first.step() for _ in range(3)]
    state = first.state()
    took(0.95)  # as a busy machine might find: not enough to begin with, but no reason to change
    plain = finish(trainer_of("residual", steps=6))
    assert plain[-1].loss == pytest.approx(expected[-1].loss, rel=0.1)
    assert plain[-1].loss != expected[-1].loss
    second = trainer_of("residual", steps=6)
    second.load_state(state)
    assert timeless(records + finish(second)) == timeless(expected)
    assert same_tensors(without_time(second.state()), without_time(whole.state()))
    took(9.0)  # another machine, without the instructions for it
    third = trainer_of("residual")
    third.load_state(state)
    assert not third.bfloat16
    took(0.5)
    del state["bfloat16"]  # as earlier versions wrote it, which had float32 only
    third.load_state(state)
    assert not third.bfloat16
    assert trainer_of("residual", precision="bfloat16").bfloat16


def test_a_state_is_a_copy():
    trainer = trainer_of(steps=4)
    trainer.step()
    state = trainer.state()
    kept = {name: value.clone() for name, value in state.items()}
    finish(trainer)
    assert same_tensors(state, kept)
    assert not same_tensors(state, trainer.state())


def test_looking_at_validation_and_test_images_changes_nothing():
    whole, looked = trainer_of("residual"), trainer_of("residual")
    expected = timeless(finish(whole))
    records = []
    while not looked.done:
        looked.validate()
        records.append(looked.step())
        looked.test()
    assert timeless(records) == expected
    assert same_tensors(weights(looked), weights(whole))


def states_that_do_not_fit():
    state = trainer_of(optimizer="adamw").state()
    stepped = trainer_of(optimizer="adamw")
    stepped.step()
    stepped = stepped.state()
    yield "nothing", {}
    yield "no progress", {k: v for k, v in state.items() if k != "progress"}
    yield "progress of one number", {**state, "progress": torch.tensor(3.0)}
    yield "progress is no number", {**state, "progress": torch.tensor([math.nan, 0.0])}
    yield "progress below zero", {**state, "progress": torch.tensor([-2.0, 0.0])}
    yield "progress beyond the end", {**state, "progress": torch.tensor([7.0, 0.0])}
    yield "time is no number", {**state, "progress": torch.tensor([1.0, math.inf])}
    yield "a weight is missing", {k: v for k, v in state.items() if k != "model.W"}
    yield "a weight too many", {**state, "model.more": torch.zeros(1)}
    yield "a weight of another shape", {**state, "model.W": torch.zeros(3, 5)}
    yield "an odd name", {**state, "optimizer.first": torch.zeros(1)}
    yield "an odd index", {**state, "optimizer.x.step": torch.zeros(1)}
    yield "too many slots", {**stepped, "optimizer.99.step": torch.zeros(())}
    yield "a slot of another shape", {**stepped, "optimizer.0.exp_avg": torch.zeros(2)}
    yield "a slot is missing", {k: v for k, v in stepped.items() if k != "optimizer.0.exp_avg"}
    sgd = trainer_of(optimizer="sgd")
    sgd.step()
    yield "another optimizer's", sgd.state()


@pytest.mark.parametrize(
    "state", [pytest.param(state, id=name) for name, state in states_that_do_not_fit()]
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(state):
    trainer = trainer_of(optimizer="adamw")
    before = trainer.state()
    with pytest.raises(RunError, match="does not fit"):
        trainer.load_state(state)
    assert same_tensors(trainer.state(), before)
    trainer.step()
