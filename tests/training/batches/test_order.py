"""Which images an epoch shows: each once, or each class equally often."""

import time

import torch

from dpn.training.batches.order import order_of
from dpn.training.trainer import Trainer
from tests.helpers import short_training, small_dataset, small_model

LABELS = torch.tensor([0] * 90 + [1] * 8 + [3] * 3)


def order(seed, *, balanced):
    return order_of(LABELS, torch.Generator().manual_seed(seed), balanced=balanced)


def test_each_image_once():
    assert sorted(order(0, balanced=False).tolist()) == list(range(101))


def test_each_class_equally_often_and_its_images_too():
    chosen = order(0, balanced=True)
    assert len(chosen) == 101
    counts = torch.bincount(LABELS[chosen], minlength=4)
    assert sorted(counts.tolist()) == [0, 33, 34, 34]
    often = torch.bincount(chosen, minlength=101)
    assert often[:90].max() == 1
    assert set(often[90:98].tolist()) <= {4, 5}
    assert set(often[98:].tolist()) <= {11, 12}


def test_the_generator_decides():
    assert torch.equal(order(0, balanced=True), order(0, balanced=True))
    assert not torch.equal(order(0, balanced=True), order(1, balanced=True))
    halves = LABELS[order(0, balanced=True)].float()
    assert 0.5 < halves[:50].mean() / halves[50:].mean() < 2  # and not class after class


def test_a_training_does_so_when_it_is_told_to():
    data = small_dataset()
    data.y_train[:] = 0
    data.y_train[:6] = 1
    seen = []
    for balanced in (False, True):
        trainer = Trainer(small_model(), short_training(balanced=balanced), data)
        labels = [
            trainer.batches.of(trainer.step_count, trainer.model)[1]
            for _ in range(6)
            if trainer.step()
        ]
        seen.append(float(torch.cat(labels).float().mean()))
    assert seen[0] < 0.25
    assert 0.4 < seen[1] < 0.6


def test_runs_of_before_go_on_in_the_order_they_had():
    labels = torch.tensor([2, 0, 0, 2, 0, 5, 0, 0, 2])
    chosen = order_of(labels, torch.Generator().manual_seed(3), balanced=True)
    assert chosen.tolist() == [5, 8, 5, 5, 7, 0, 3, 6, 4]


def test_thousands_of_classes_take_no_time():
    """Of 10,000 items and 200,000 examples an epoch began with five seconds of standing still."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 10_000, (200_000,), generator=generator)
    began = time.process_time()
    order_of(labels, generator, balanced=True)
    assert time.process_time() - began < 2
