"""The recursion on texts: padding, noise, resuming, and an account that adds up."""

import numpy as np
import pytest
import torch

from dpn.data.loading import load_dataset
from dpn.explain.exact import explain
from dpn.models.build import build_model, model_size
from dpn.models.config import WORLDS, ModelConfig
from dpn.recursion.operators import OPERATORS
from dpn.texts.sets import bring
from dpn.texts.vocabulary import Vocabulary
from dpn.training.trainer import Trainer
from tests.helpers import same_tensors, short_training, small_words, write_texts

TEXTS = ["go straight ahead now", "left", "", "turn right, then left, then right again please"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    write_texts(folder)
    return load_dataset("small", folder)


def batch(words=("go", "left", "right")):
    return torch.from_numpy(Vocabulary(list(words)).encode(TEXTS))


def test_the_world_is_that_of_the_model():
    assert {ModelConfig(model=name).world for name in WORLDS["picture"]} == {"picture"}
    assert small_words().world == "text"


def test_a_text_scores_alone_as_it_does_padded():
    model = build_model(small_words(vocabulary=3)).eval()
    x = batch()
    together = model(model.prepared(x))
    for i in range(len(TEXTS)):
        alone = model(model.prepared(x[i : i + 1]))
        torch.testing.assert_close(alone[0], together[i], rtol=0, atol=1e-6)
        longer = model(torch.nn.functional.pad(x[i : i + 1].long(), (0, 0, 0, 5)))
        assert torch.equal(longer[0], model(x[i : i + 1].long())[0])


@pytest.mark.parametrize("transitions", ["linear", "stochastic"])
@pytest.mark.parametrize("operator", list(OPERATORS))
def test_the_account_of_ragged_texts_adds_up(operator, transitions):
    config = small_words(vocabulary=3, operator=operator, transitions=transitions)
    model = build_model(config, 3).double().eval()
    for weight in model.parameters():  # far from the start
        weight.data += torch.randn(weight.shape, dtype=weight.dtype) * 0.5
    x = batch()
    for contrast in (None, "runner_up"):
        found = explain(model, x, contrast=contrast)
        np.testing.assert_allclose(found.total, found.score, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.logits, model(model.prepared(x)).detach(), atol=1e-9)
        lengths = (x[..., 0] != 0).sum(dim=1).tolist()
        for i, length in enumerate(lengths):
            for field in (found.contributions, found.bias, found.smoothing):
                assert not field[i, length:].any()
            assert found.contributions[i, :length].all()


def test_accounts_of_many_texts_are_as_long_as_the_longest(monkeypatch):
    model = build_model(small_words(vocabulary=3)).double().eval()
    whole = explain(model, batch(), details=False)
    monkeypatch.setattr("dpn.explain.exact.BATCH", 1)
    parts = explain(model, batch(), details=False)
    np.testing.assert_allclose(whole.contributions, parts.contributions, atol=1e-12)
    np.testing.assert_allclose(whole.score, parts.score, atol=1e-12)


def test_what_it_costs_is_counted_of_a_usual_text():
    parameters, multiply_adds = model_size(small_words(vocabulary=3))
    assert parameters > 4 * 16_384
    assert multiply_adds > 0
    assert model_size(small_words(vocabulary=3, length=8))[1] > multiply_adds


@pytest.mark.parametrize("pairs", [0, 64])
def test_it_learns_and_the_noise_depends_on_the_step_alone(data, pairs):
    config = small_words(**data.model_sizes, pairs=pairs)
    training = short_training(preparation="auto", steps=40, learning_rate=0.05)
    first, second = (Trainer(config, training, data) for _ in range(2))
    for _ in range(6):
        first.step()
    torch.rand(5)  # what others draw in between changes nothing
    second.load_state(first.state())
    while not first.done:
        first.step()
    while not second.done:
        second.step()
    states = [{k: v for k, v in one.state().items() if k != "progress"} for one in (first, second)]
    assert same_tensors(*states)
    assert first.test().accuracy == 1.0


def test_a_training_leaves_the_numbers_of_others_alone(data):
    trainer = Trainer(small_words(**data.model_sizes), short_training(preparation="auto"), data)
    torch.manual_seed(4)
    expected = torch.rand(3)
    torch.manual_seed(4)
    trainer.step()
    assert torch.equal(torch.rand(3), expected)


def test_two_classes_start_near_naive_bayes_and_more_do_not(tmp_path, data):
    lines = [f"{label} it was {word} of all\n" for label, word in (("+", "best"), ("-", "worst"))]
    file = tmp_path / "films.txt"
    file.write_text("".join(lines * 12), encoding="utf-8")
    bring(file, tmp_path)
    films = load_dataset("films", tmp_path)
    training = short_training(preparation="auto")
    begun = Trainer(small_words(**films.model_sizes), training, films)
    assert begun.validate().accuracy == 1.0  # before the first step
    plain = build_model(begun.model.config, training.seed)
    assert not torch.equal(begun.model.E, plain.E)
    assert not begun.model.E[0].equal(begun.model.E[2])
    three = Trainer(small_words(**data.model_sizes), training, data)
    assert torch.equal(three.model.E, build_model(three.model.config, training.seed).E)
