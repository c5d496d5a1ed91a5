"""Teaching a model from a few images: it learns them, forgets nothing, and can take in a class."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dpn.data.loading import load_dataset
from dpn.errors import ConfigError
from dpn.evaluation.evaluate import evaluate, predict_logits
from dpn.hands.rules import RULES
from dpn.models.build import build_model
from dpn.runs.run import SHIPPED, Run
from dpn.teaching.fine_tune import folds, grow, teach, trained_weights
from dpn.teaching.methods import METHODS
from dpn.teaching.rehearsal import OF_A_RULE, Drawer, Past, digit_likes, likes
from tests.helpers import same_tensors, small_model

MODELS = ("dpn", "residual", "mlp")
DIGITS = Run(SHIPPED / "shipped-digits-dpn")


@pytest.fixture
def few_steps(monkeypatch):
    """Teach quickly where it does not matter how well."""
    monkeypatch.setattr("dpn.teaching.fine_tune.STEPS", 9)


def noise(count, seed=0, channels=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, channels, 8, 8), dtype=torch.uint8, generator=generator)


def turned(dataset, count):
    """Test digits lying on their side, a hand the model does not know, and their labels."""
    return dataset.x_test[:count].rot90(1, (2, 3)).contiguous(), dataset.y_test[:count]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rehearse", ["data", "answers"])
def test_a_hand_is_learned_and_nothing_is_forgotten(tmp_path, method, rehearse):
    digits, model = load_dataset("digits", tmp_path), DIGITS.load_model()
    images, labels = turned(digits, 300)
    past = Past(digits.x_train, digits.y_train if rehearse == "data" else None)
    taught = teach(model, images[:100], labels[:100], past, method)
    unseen = images[100:], labels[100:]
    before, after = (evaluate(m, *unseen).accuracy for m in (model, taught))
    assert after > before + (0.02 if method == "readout" else 0.1)
    known, still = (evaluate(m, digits.x_test, digits.y_test).accuracy for m in (model, taught))
    assert still > known - (0.08 if method == "readout" else 0.03)
    assert not taught.training


def test_without_rehearsal_more_is_forgotten(tmp_path):
    digits, model = load_dataset("digits", tmp_path), DIGITS.load_model()
    images, labels = turned(digits, 100)
    kept, lost = (
        evaluate(teach(model, images, labels, past), digits.x_val, digits.y_val).loss
        for past in (Past(digits.x_train, digits.y_train), None)
    )
    assert lost > 1.2 * kept


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("method", METHODS)
def test_only_what_the_method_names_changes_and_adapters_are_merged(few_steps, name, method):
    model = build_model(small_model(name)).eval()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    taught = teach(model, noise(6), torch.arange(6) % 3, Past(noise(20, 1)), method)
    assert same_tensors(model.state_dict(), before)  # the one that is taught is a copy
    after = taught.state_dict()
    assert {k: v.shape for k, v in after.items()} == {k: v.shape for k, v in before.items()}
    changed = {key for key in before if not torch.equal(before[key], after[key])}
    statistics = {key for key in before if "running" in key or key in ("mean", "std")}
    assert not changed & statistics
    readout = {"W", "w0"} if name != "mlp" else {"fc3.weight", "fc3.bias"}
    assert readout <= changed
    assert (changed == readout) == (method == "readout")
    count = trained_weights(model, method, 3)
    everything = sum(weight.numel() for weight in model.parameters())
    if method == "full":
        assert count == everything
    if method == "readout":
        assert count == sum(before[key].numel() for key in readout)


@pytest.mark.parametrize("name", MODELS)
def test_a_grown_model_scores_the_old_classes_as_before(name):
    model = build_model(small_model(name)).eval()
    grown = grow(model, 5)
    logits, more = predict_logits(model, noise(4)), predict_logits(grown, noise(4))
    torch.testing.assert_close(more[:, :3], logits)
    torch.testing.assert_close(more[:, 3], logits.mean(dim=1), atol=1e-4, rtol=1e-4)
    assert grown.config.classes == 5


def test_a_new_symbol_is_learned_and_the_old_classes_stay(tmp_path):
    digits, model = load_dataset("digits", tmp_path), DIGITS.load_model()
    symbol = digits.x_test[digits.y_test == 4].flip(2)  # fours on their head
    past = Past(digits.x_train, digits.y_train)
    taught = teach(model, symbol[:10], torch.full((10,), 10), past, classes=11)
    answers = predict_logits(taught, symbol[10:]).argmax(dim=1)
    assert (answers == 10).float().mean() > 0.7
    known, still = (evaluate(m, digits.x_test, digits.y_test).accuracy for m in (model, taught))
    assert still > known - 0.02


def test_a_new_class_that_looks_like_an_old_one_takes_hardly_any_of_it(tmp_path):
    digits, model = load_dataset("digits", tmp_path), DIGITS.load_model()
    threes = digits.x_train[digits.y_train == 3][:10]
    past = Past(digits.x_train, digits.y_train)
    taught = teach(model, threes, torch.full((10,), 10), past, classes=11)
    answers = predict_logits(taught, torch.cat([digits.x_val, digits.x_test])).argmax(dim=1)
    assert (answers == 10).float().mean() <= 0.01


def test_likes_are_digits_and_where_mnist_fits_also_drawn_by_rule():
    assert torch.equal(likes(20, 20), digit_likes(20, 20))
    more = likes(28, 28)
    assert torch.equal(more[: len(digit_likes(28, 28))], digit_likes(28, 28))
    assert len(more) - len(digit_likes(28, 28)) == OF_A_RULE * len(RULES)
    assert more.dtype == torch.uint8
    assert likes(28, 28) is more


def test_the_same_seed_teaches_the_same(few_steps):
    model = build_model(small_model("residual")).eval()
    first, again, other = (
        teach(model, noise(6), torch.arange(6) % 3, None, seed=seed).state_dict()
        for seed in (1, 1, 2)
    )
    assert same_tensors(first, again)
    assert not same_tensors(first, other)


def test_an_unknown_method_is_refused():
    model = build_model(small_model()).eval()
    with pytest.raises(ConfigError, match="method must be one of full, lora, readout, got 'lorra'"):
        teach(model, noise(1), torch.zeros(1, dtype=torch.int64), None, "lorra")


def test_progress_is_told_to_the_end():
    told = []
    model = build_model(small_model()).eval()
    labels = torch.zeros(1, dtype=torch.int64)
    teach(model, noise(1), labels, None, progress=lambda *now: told.append(now))
    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))


def test_digits_stand_in_for_larger_ones():
    images = digit_likes(28, 28)
    assert images.dtype == torch.uint8
    assert images.shape[1:] == (1, 28, 28)
    ink = images.float()[:, 0]
    at = torch.arange(28) + 0.5
    for axis in (1, 2):  # centred, and within the box
        centre = (ink.sum(dim=axis) @ at) / ink.sum(dim=(1, 2))
        assert (centre - 14).abs().max() < 1.5
    model = Run(SHIPPED / "shipped-mnist-dpn").load_model()
    labels = load_dataset("digits", SHIPPED).y_train[: len(images)]
    assert evaluate(model, images, labels).accuracy > 0.6  # and MNIST's model knows them


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.integers(1, 5))
def test_folds_spread_every_class(labels, count):
    labels = np.array(labels)
    fold = folds(labels, count)
    assert fold.min() >= 0
    assert fold.max() < count
    for label in np.unique(labels):
        sizes = np.bincount(fold[labels == label], minlength=count)
        assert np.ptp(sizes) <= 1


def test_what_comes_in_at_the_edges_is_of_the_ground():
    images = torch.full((8, 1, 8, 8), 250, dtype=torch.uint8)
    labels = torch.zeros(8, dtype=torch.long)
    model = build_model(small_model())
    paper, black = (
        Drawer(images, labels, "affine", 0, model, ground).draw(8)[0] for ground in ((250,), (0,))
    )
    assert torch.allclose(paper, torch.full_like(paper, 250 / 255), atol=1e-6)
    assert black.min() < 0.5


def test_a_lesson_may_bring_hundreds_of_new_classes(monkeypatch):
    monkeypatch.setattr("dpn.teaching.fine_tune.STEPS", 2)
    monkeypatch.setattr("dpn.teaching.fine_tune.SETTLED_BY", 40)
    model = build_model(small_model()).eval()
    taught = teach(model, noise(300), torch.arange(3, 303), Past(noise(20, 1)), classes=303)
    assert taught.config.classes == 303
    assert all(weight.isfinite().all() for weight in taught.parameters())
