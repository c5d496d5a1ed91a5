"""The Trainer: what a step does, records and refuses."""

import dataclasses

import pytest
import torch
import torch.nn.functional as F

from dpn.errors import TrainingError
from dpn.models.config import MODEL_NAMES
from dpn.models.train_config import OPTIMIZER_NAMES
from dpn.training.optimizers import learning_rate
from dpn.training.trainer import Trainer
from tests.helpers import same_tensors, short_training, small_dataset, small_model

pytestmark = pytest.mark.usefixtures("one_thread")


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


# What is refused


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
