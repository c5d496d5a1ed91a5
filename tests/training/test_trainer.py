"""The Trainer: what a step does and records, and that the same seed repeats it bit for bit."""

import dataclasses
import math

import pytest
import torch
import torch.nn.functional as F

from dpn.data.loading import Dataset
from dpn.errors import RunError, TrainingError
from dpn.models.config import MODEL_NAMES
from dpn.models.train_config import OPTIMIZER_NAMES
from dpn.training.batches.augment import AUGMENTATIONS
from dpn.training.optimizers import learning_rate
from dpn.training.trainer import Trainer
from tests.helpers import same_tensors, short_training, small_dataset, small_model, threads_of_torch


@pytest.fixture(autouse=True)
def _one_thread():
    with threads_of_torch(1):
        yield


def trainer_of(name="dpn", data=None, **changes):
    return Trainer(small_model(name), short_training(**changes), data or small_dataset())


def finish(trainer):
    records = []
    while not trainer.done:
        records.append(trainer.step())
    return records


def timeless(records):
    return [dataclasses.replace(record, seconds=0.0) for record in records]


def weights(trainer):
    return {key: value.clone() for key, value in trainer.model.state_dict().items()}


def without_time(state):
    return {**state, "progress": state["progress"][:1]}


# What a step records


def test_records_count_steps_examples_and_time():
    trainer = trainer_of(steps=13)
    records = finish(trainer)
    assert [record.step for record in records] == list(range(1, 14))
    assert [record.examples for record in records] == [10 * step for step in range(1, 14)]
    seconds = [record.seconds for record in records]
    assert seconds[0] > 0
    assert seconds == sorted(set(seconds))
    assert all(0 <= record.accuracy <= 1 for record in records)
    assert trainer.step_count == 13


def test_loss_and_accuracy_are_those_before_the_update():
    trainer = trainer_of()
    images, labels = trainer.batches.of(trainer.step_count, trainer.model)
    logits = trainer.model(images)
    record = trainer.step()
    assert record.loss == pytest.approx(F.cross_entropy(logits, labels).item(), rel=1e-6)
    right = (logits.argmax(1) == labels).float().mean().item()
    assert record.accuracy == pytest.approx(right)


def test_label_smoothing_is_in_the_loss():
    trainer = trainer_of(label_smoothing=0.3)
    images, labels = trainer.batches.of(trainer.step_count, trainer.model)
    logs = torch.log_softmax(trainer.model(images), dim=1)
    target = 0.7 * F.one_hot(labels, 3) + 0.3 / 3
    assert trainer.step().loss == pytest.approx(-(target * logs).sum(1).mean().item(), rel=1e-5)
    assert trainer.step().loss != trainer_of(label_smoothing=0.0).step().loss


@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("optimizer", OPTIMIZER_NAMES)
def test_every_model_learns_with_every_optimizer(name, optimizer):
    rate = 0.05 if optimizer == "sgd" else 0.02
    trainer = trainer_of(name, optimizer=optimizer, learning_rate=rate, steps=40)
    records = finish(trainer)
    assert records[-1].loss < 0.5 * records[0].loss
    assert trainer.test().accuracy > 0.8


# Schedule, optimiser, batches


def test_one_cycle_rises_linearly_for_a_quarter_and_falls_to_zero():
    config = short_training(learning_rate=0.8, schedule="one_cycle")
    rates = [learning_rate(config, step, 400) for step in range(400)]
    for step, rate in enumerate(rates):
        done = (step + 0.5) / 400
        share = 4 * done if done < 0.25 else (1 - done) * 4 / 3
        assert rate == pytest.approx(0.8 * share)
    assert rates.index(max(rates)) in (99, 100)
    assert max(rates) == pytest.approx(0.8, rel=0.01)
    assert 0 < rates[-1] < 0.002
    assert 0 < learning_rate(config, 0, 1) <= 0.8


def test_constant_is_constant():
    config = short_training(learning_rate=0.8, schedule="constant")
    assert {learning_rate(config, step, 9) for step in range(9)} == {0.8}


def test_the_rate_recorded_is_the_rate_used():
    trainer = trainer_of(optimizer="sgd", momentum=0.0, weight_decay=0.0, steps=8)
    for step in range(8):
        before = weights(trainer)
        record = trainer.step()
        assert record.learning_rate == learning_rate(trainer.config, step, 8)
        for name, weight in trainer.model.named_parameters():
            expected = before[name] - record.learning_rate * weight.grad
            torch.testing.assert_close(weight.detach(), expected)


@pytest.mark.parametrize(
    ("optimizer", "kind"),
    [("adamw", torch.optim.AdamW), ("adam", torch.optim.Adam), ("sgd", torch.optim.SGD)],
)
def test_the_optimizer_is_the_named_one_with_its_settings(optimizer, kind):
    trainer = trainer_of(optimizer=optimizer, weight_decay=0.25, momentum=0.75)
    assert type(trainer.optimizer) is kind
    (group,) = trainer.optimizer.param_groups
    assert group["weight_decay"] == 0.25
    assert len(group["params"]) == len(list(trainer.model.parameters()))
    if optimizer == "sgd":
        assert group["momentum"] == 0.75
        assert group["nesterov"]


def test_an_epoch_shows_each_image_once_in_an_order_of_its_own():
    data = small_dataset(train=63)
    marks = torch.arange(63, dtype=torch.uint8).view(63, 1, 1, 1).expand(63, 1, 8, 8)
    trainer = trainer_of(data=dataclasses.replace(data, x_train=marks.contiguous()), steps=12)
    seen = []
    for _ in range(12):
        images, labels = trainer.batches.of(trainer.step_count, trainer.model)
        marks = (images[:, 0, 0, 0] * 255).round().long()
        assert torch.equal(labels, data.y_train[marks])
        seen += marks.tolist()
        trainer.step()
    first, second = seen[:60], seen[60:]
    assert len(set(first)) == len(set(second)) == 60  # 6 whole batches; 3 images wait
    assert first != second


def test_epochs_become_steps():
    data = small_dataset(train=63)
    assert trainer_of(data=data, steps=None, epochs=2.5).total_steps == 15
    assert trainer_of(data=data, steps=None, epochs=0.001).total_steps == 1
    assert trainer_of(data=data, steps=4, epochs=100).total_steps == 4
    small = trainer_of(data=data, steps=None, epochs=3, batch_size=500)
    assert (small.batch_size, small.total_steps) == (63, 3)
    assert small.step().examples == 63


# Repeatability


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


# What is refused


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


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_a_loss_that_is_not_finite_stops_and_leaves_the_weights(name):
    trainer = trainer_of(name, optimizer="sgd", learning_rate=100, steps=300, schedule="constant")
    with pytest.raises(TrainingError) as caught:
        while not trainer.done:
            before, count = weights(trainer), trainer.step_count
            trainer.step()
    message = str(caught.value)
    assert f"after step {count}" in message
    assert "learning_rate below 100" in message
    assert "(for example 10)" in message
    assert trainer.step_count == count
    assert same_tensors(weights(trainer), before)


def test_what_is_not_finite_before_any_update_is_no_matter_of_the_rate():
    trainer = trainer_of()
    with torch.no_grad():
        trainer.model.P.mul_(1e30)
    with pytest.raises(TrainingError, match="before the first update.*larger part_size"):
        trainer.step()


# The baseline's double softmax


def test_double_softmax_is_in_the_loss_and_not_in_the_answers():
    trainer = Trainer(small_model("mlp", double_softmax=True), short_training(), small_dataset())
    images, labels = trainer.batches.of(trainer.step_count, trainer.model)
    logits = trainer.model(images)
    expected = F.cross_entropy(torch.softmax(logits, dim=1), labels).item()
    record = trainer.step()
    assert record.loss == pytest.approx(expected, rel=1e-6)
    assert record.loss != pytest.approx(F.cross_entropy(logits, labels).item(), rel=1e-3)
    assert (trainer.model(images).sum(1) - 1).abs().max() > 0.01


def test_double_softmax_learns_more_slowly():
    """By plain gradients; Adam divides the gradient's size out again."""
    losses = []
    for double in (False, True):
        model = small_model("mlp", double_softmax=double)
        training = short_training(optimizer="sgd", learning_rate=0.1, steps=20)
        trainer = Trainer(model, training, small_dataset())
        finish(trainer)
        losses.append(trainer.test().loss)
    assert losses[0] < 0.1 < losses[1]


# The test images


class Sealed(Dataset):
    """Data whose test images cannot be looked at before the seal is broken."""

    is_sealed = True

    def __getattribute__(self, name):
        if name in ("x_test", "y_test") and Sealed.is_sealed:
            raise AssertionError("the test images were looked at")
        return super().__getattribute__(name)

    def to(self, device):
        assert str(device) == "cpu"
        return self


def test_the_test_images_are_not_looked_at_before_the_end(monkeypatch):
    data = small_dataset()
    fields = {field.name: getattr(data, field.name) for field in dataclasses.fields(data)}
    trainer = trainer_of("residual", data=Sealed(**fields))
    while not trainer.done:
        trainer.step()
        trainer.validate()
        trainer.state()
    trainer.validate(everything=True)
    with pytest.raises(AssertionError, match="looked at"):
        trainer.test()
    monkeypatch.setattr(Sealed, "is_sealed", False)
    assert len(trainer.test().labels) == 15


def sorted_by_class(data):
    """The same data with the images of each part sorted by class."""
    parts = {}
    for part in ("train", "val", "test"):
        order = getattr(data, f"y_{part}").argsort(stable=True)
        parts |= {f"{kind}_{part}": getattr(data, f"{kind}_{part}")[order] for kind in "xy"}
    return dataclasses.replace(data, **parts)


def test_validation_looks_at_images_of_all_classes_where_they_are_sorted(monkeypatch):
    monkeypatch.setattr("dpn.training.trainer.LIVE_VALIDATION_IMAGES", 9)
    trainer = trainer_of(data=sorted_by_class(small_dataset(val=30)))
    assert trainer.validate().confusion.sum(axis=1).tolist() == [3, 3, 3]


def test_validation_looks_at_some_images_or_at_everything(monkeypatch):
    monkeypatch.setattr("dpn.training.trainer.LIVE_VALIDATION_IMAGES", 5)
    trainer = trainer_of()
    assert len(trainer.validate().labels) == 5
    assert len(trainer.validate(everything=True).labels) == 12
