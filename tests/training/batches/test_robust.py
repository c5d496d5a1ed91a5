"""Training under changes and under attack: what a batch becomes, and what it brings."""

from dataclasses import replace

import pytest
import torch

from dpn.errors import ConfigError
from dpn.robustness.attacks import attacking
from dpn.robustness.changes import KINDS, Kind, usual
from dpn.training.batches import robust
from dpn.training.batches.robust import (
    COLOUR,
    FAR_GREY,
    GREY,
    SEEN,
    UNSEEN,
    attacked,
    changed_in_part,
)
from dpn.training.opening import open_training
from dpn.training.trainer import Trainer
from tests.helpers import short_training, small_dataset, small_frames, small_model, write_series


@pytest.mark.parametrize(("channels", "kept"), [(1, 20), (3, 10)])
def test_part_of_a_batch_is_changed_and_stays_within_0_and_1(channels, kept):
    images = torch.rand(40, channels, 12, 12, generator=torch.Generator().manual_seed(0))
    made = [changed_in_part(images, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)]
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])
    for batch in made:
        assert batch.shape == images.shape
        assert 0 <= batch.min() <= batch.max() <= 1
        assert torch.equal(batch[:kept], images[:kept])
    far = (made[0][kept:] - images[kept:]).abs().amax(dim=(1, 2, 3))
    assert (far > 0.01).float().mean() > 0.8
    assert changed_in_part(images[:1], torch.Generator()).shape == (1, channels, 12, 12)


def test_some_kinds_are_never_trained_on():
    assert set(SEEN) | set(UNSEEN) == set(KINDS)
    assert not set(SEEN) & set(UNSEEN)
    assert set(GREY.kinds) == set(SEEN)
    assert set(COLOUR.kinds) == set(usual(3)) - set(UNSEEN)


@pytest.mark.parametrize(
    ("channels", "name", "most", "calls"),
    [(1, "GREY", 5, (160, 160)), (3, "COLOUR", 4, (200, 280))],
)
def test_photos_come_under_milder_changes_and_often_two(channels, name, most, calls, monkeypatch):
    asked = []

    def change(images, amount, generator):
        asked.append(amount)
        return images

    names = [f"kind {i}" for i in range(9)]
    for kind in names:
        monkeypatch.setitem(KINDS, kind, Kind(kind, change, (1.0, 2.0, 3.0, 4.0, 5.0)))
    monkeypatch.setattr(robust, name, replace(getattr(robust, name), kinds=tuple(names)))
    images = torch.rand(32, channels, 12, 12)
    for seed in range(20):  # of eight groups each
        changed_in_part(images, torch.Generator().manual_seed(seed))
    assert 1 <= min(asked) < 1.2
    assert most - 0.3 < max(asked) <= most
    assert calls[0] <= len(asked) <= calls[1]


def test_an_attack_raises_the_loss_and_leaves_the_model_in_training():
    trainer = Trainer(small_model(), short_training(steps=30), small_dataset())
    while not trainer.done:
        trainer.step()
    x, y = trainer.dataset.x_train.float() / 255, trainer.dataset.y_train
    moved = attacked(trainer.model, x, y, torch.Generator().manual_seed(0))
    assert trainer.model.training
    assert (moved - x).abs().max() <= FAR_GREY + 1e-6
    loss = torch.nn.functional.cross_entropy
    assert loss(trainer.model(moved), y) > loss(trainer.model(x), y) + 0.05


def test_training_under_attack_withstands_it_better():
    data, shares = small_dataset(train=120, test=60), {}
    for how in ("none", "attacks"):
        training = short_training(steps=80, robust=how, batch_size=30)
        trainer = Trainer(small_model(states=8), training, data)
        while not trainer.done:
            trainer.step()
        trainer.model.eval()
        made = torch.cat(list(attacking(trainer.model, data.x_test, data.y_test, "pgd", 0.15)))
        shares[how] = trainer.model(made.float() / 255).argmax(1).eq(data.y_test).float().mean()
    assert shares["attacks"] > shares["none"] + 0.1, shares


@pytest.mark.parametrize("how", ["changes", "attacks"])
def test_one_seed_repeats_every_bit_also_after_a_stop(how):
    def begun():
        training = short_training(steps=6, robust=how)
        return Trainer(small_model("residual"), training, small_dataset())

    whole, first, second = begun(), begun(), begun()
    expected = [whole.step().loss for _ in range(6)]
    records = [first.step().loss for _ in range(3)]
    second.load_state(first.state())
    records += [second.step().loss for _ in range(3)]
    assert records == expected
    plain = Trainer(small_model("residual"), short_training(steps=6), small_dataset())
    assert [plain.step().loss for _ in range(6)] != expected


def test_what_is_no_picture_is_refused(tmp_path):
    write_series(tmp_path)
    from dpn.series import sets

    name, _ = sets.bring(tmp_path / "Small_TRAIN.ts", tmp_path, None)
    training = short_training(dataset=name, robust="changes", preparation="auto")
    with pytest.raises(ConfigError, match="robust must be none for data set .*only pictures"):
        open_training(small_frames(), training, tmp_path, tmp_path / "runs")
