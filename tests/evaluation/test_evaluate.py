"""Scoring: each number against a plain count, and the model left as it was."""

import numpy as np
import pytest
import torch

from dpn.evaluation import evaluate as evaluation
from dpn.evaluation.evaluate import Evaluation, between, evaluate, predict_logits
from dpn.models.base import Classifier
from dpn.models.build import build_model
from dpn.models.config import MODEL_NAMES
from tests.helpers import small_dataset, small_model


class Fixed(Classifier):
    """Answers each image with the logits painted into its first row."""

    def __init__(self):
        super().__init__(small_model())
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.batches = []

    def summary(self, images):
        return images[:, 0, 0, :3] * 255

    def read(self, summary):
        assert not self.training
        self.batches.append(len(summary))
        return summary + self.weight


def painted(logits):
    images = torch.zeros(len(logits), 1, 8, 8, dtype=torch.uint8)
    images[:, 0, 0, :3] = torch.tensor(logits, dtype=torch.uint8)
    return images


def test_every_number_of_a_score():
    logits = [[9, 0, 0], [0, 9, 0], [0, 2, 1], [1, 0, 5], [3, 0, 0]]
    labels = torch.tensor([0, 1, 2, 2, 1])
    scores = evaluate(Fixed(), painted(logits), labels)
    assert scores.accuracy == pytest.approx(3 / 5)
    # Rows are the truth, columns the answer: one 2 was taken for a 1, one 1 for a 0.
    assert scores.confusion.tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    assert scores.confusion.dtype == np.int64
    powers = np.exp(np.array(logits, float))
    probabilities = powers / powers.sum(1, keepdims=True)
    np.testing.assert_allclose(scores.probabilities, probabilities, rtol=1e-5)
    assert scores.probabilities.dtype == np.float32
    expected = -np.log(probabilities[range(5), labels]).mean()
    assert scores.loss == pytest.approx(expected, rel=1e-5)
    assert scores.labels.tolist() == labels.tolist()
    # 4 says 0 with 3 : 0 : 0; 2 says 1 with 2 : 1 : 0, less sure.
    assert scores.worst_mistakes() == [4, 2]
    assert scores.worst_mistakes(1) == [4]
    assert scores.worst_mistakes(0) == []


def test_worst_mistakes_are_in_order_of_confidence_and_all_wrong():
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(4), 300).astype(np.float32)
    labels = rng.integers(0, 4, 300)
    scores = Evaluation(0.0, 0.0, np.zeros((4, 4), np.int64), probabilities, labels)
    worst = scores.worst_mistakes(50)
    assert len(worst) == 50
    assert all(probabilities[i].argmax() != labels[i] for i in worst)
    confidence = [probabilities[i].max() for i in worst]
    assert confidence == sorted(confidence, reverse=True)
    others = set(np.flatnonzero(probabilities.argmax(1) != labels)) - set(worst)
    assert max(probabilities[i].max() for i in others) <= confidence[-1]


def test_a_perfect_model_has_no_mistakes():
    scores = evaluate(Fixed(), painted([[5, 0, 0], [0, 0, 5]]), torch.tensor([0, 2]))
    assert scores.accuracy == 1
    assert scores.worst_mistakes() == []


def test_many_images_are_taken_in_batches_and_none_is_lost(monkeypatch):
    monkeypatch.setattr(evaluation, "BATCH", 7)
    model, logits = Fixed(), [[i % 250, 1, 2] for i in range(23)]
    answers = predict_logits(model, painted(logits))
    assert model.batches == [7, 7, 7, 2]
    assert answers.tolist() == logits
    assert predict_logits(model, painted(logits[:1])).shape == (1, 3)


@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_left_as_it_was(name, training):
    data, model = small_dataset(), build_model(small_model(name))
    model.train(training)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    logits = predict_logits(model, data.x_test)
    assert not logits.requires_grad
    assert all(module.training is training for module in model.modules())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    torch.testing.assert_close(logits, model.eval()(data.x_test / 255).detach())


def test_the_mode_is_restored_after_an_error_too():
    model = build_model(small_model())
    model.train()
    with pytest.raises(RuntimeError):
        predict_logits(model, torch.zeros(2, 1, 5, 3, dtype=torch.uint8))
    assert model.training


def test_what_is_made_of_pictures_on_the_way_is_that_of_each_alone():
    for name in ("dpn", "residual", "mlp"):
        model = build_model(small_model(name)).eval()
        images = torch.randint(0, 256, (7, *model.config.image_shape), dtype=torch.uint8)
        maps, summaries = between(model, images)
        with torch.no_grad():
            torch.testing.assert_close(maps, model.feature_map(images / 255))
            torch.testing.assert_close(summaries, model.summary(images / 255))
