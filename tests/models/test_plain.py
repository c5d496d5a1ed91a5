"""What tokens say in any order: learned from few texts, counted once each, told token by token."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from dpn.explain.exact import explain
from dpn.models.build import build_model
from dpn.models.config import ModelConfig
from dpn.models.presets import preset
from dpn.models.worlds import plain
from dpn.models.worlds.logistic import logistic
from dpn.teaching.fine_tune import grow
from dpn.texts.vocabulary import Vocabulary
from tests.helpers import small_words

TEXTS = ["go straight ahead now", "left", "", "turn right, then left, then right again please"]
LABELS = torch.tensor([0, 1, 0, 2])


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    made = build_model(small_words(vocabulary=3, pairs=64), 1).eval()
    made.begin(rows(), LABELS)
    return made


def rows(texts=TEXTS):
    return torch.from_numpy(Vocabulary(["go", "left", "right"]).encode(texts))


def answers(model, texts):
    return model(model.prepared(rows(texts)))


def test_it_knows_what_it_was_shown_before_the_first_step(model):
    assert torch.equal(model.plain(rows().long())[[0, 1, 3]].argmax(1), LABELS[[0, 1, 3]])
    assert model.plain.table.count_nonzero() > 10
    assert not model.plain.table[0].any()  # nothing says nothing


@pytest.mark.parametrize("shapes", [False, True])
def test_the_account_holds_it_to_the_token(shapes):
    config = small_words(vocabulary=3, pairs=64, shapes=shapes)
    model = build_model(config, 3).double().eval()
    model.begin(rows(), LABELS)
    for weight in model.parameters():
        weight.data += torch.randn(weight.shape, dtype=weight.dtype) * 0.5
    for contrast in (None, "runner_up"):
        found = explain(model, rows(), contrast=contrast)
        np.testing.assert_allclose(found.total, found.score, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.logits, answers(model, TEXTS).detach(), atol=1e-9)
        for i, length in enumerate((rows()[..., 0] != 0).sum(dim=1).tolist()):
            assert not found.contributions[i, length:].any()
    by_token = model.plain.by_token(rows().long())
    torch.testing.assert_close(by_token.sum(dim=1), model.plain(rows().long()))


def test_a_text_scores_alone_as_it_does_padded(model):
    together = answers(model, TEXTS)
    for i, text in enumerate(TEXTS):
        torch.testing.assert_close(answers(model, [text])[0], together[i], rtol=0, atol=1e-6)


def test_it_does_not_count_how_often_a_word_is_said(model):
    once, twice = (model.plain._weights(model.plain._rows(rows([text]).long()))[0, :, 0]
                   for text in ("left", "left left"))  # fmt: skip
    torch.testing.assert_close(twice.sum(), once.sum())
    assert plain.times(torch.tensor([[5, 0, 5, 7], [1, 1, 1, 2]])).tolist() == [
        [2, 1, 2, 1],
        [3, 3, 3, 1],
    ]


def test_a_pair_of_words_is_known_by_its_order(model):
    pair = model.plain._rows(rows(["go left", "left go"]).long())[:, 1, -2]
    assert pair[0] != pair[1]
    assert (pair >= model.plain.words).all()


def test_the_shape_of_the_next_token_tells_where_there_are_capitals():
    def learned(texts, *, shapes):
        made = build_model(small_words(vocabulary=3, pairs=4096, shapes=shapes), 1).eval()
        made.begin(rows(texts), LABELS)
        return made

    cased = [TEXTS[0], "go Left", "", "go 7"]
    found, without = (learned(cased, shapes=shapes).plain for shapes in (True, False))
    asked = rows(["go Mia", "go 12", "go on"]).long()  # no word of these but go
    said, unseen = (model(asked) for model in (found, without))
    torch.testing.assert_close(unseen[0], unseen[1])
    assert said[0, 1] > said[1, 1] + 0.1
    assert said[1, 2] > said[0, 2] + 0.1
    shape = found._rows(asked)[:, 1, -1]
    assert len(set(shape.tolist())) == 3
    # Where nothing is written with capitals it is as if there were no shapes.
    plain, same = (learned(TEXTS, shapes=shapes) for shapes in (False, True))
    torch.testing.assert_close(answers(same, TEXTS), answers(plain, TEXTS), rtol=0, atol=1e-6)


def test_what_a_shape_says_is_shared_by_its_token_and_the_one_before():
    made = build_model(small_words(vocabulary=3, pairs=4096, shapes=True), 1).eval()
    made.begin(rows(["now go 7", "Left", "", "right"]), LABELS)
    x = rows(["now go 7"]).long()
    row = made.plain._rows(x)[0, 2, -1]
    made.plain.table.zero_()
    made.plain.table[row, 1] = 1.0
    said = made.plain.by_token(x)[0, :, 1]
    assert said[0] == 0
    assert said[1] == said[2] > 0


def test_who_reads_no_shapes_answers_whatever_they_are(model):
    loud, quiet = (model(model.prepared(rows([text]))) for text in ("GO Left", "go left"))
    assert torch.equal(loud, quiet)


def test_worth_is_what_a_feature_tells_of_the_class():
    counts = torch.tensor([[5.0, 5.0], [10.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    even, sure, rare, never = plain.told(counts, torch.tensor([0.5, 0.5])).tolist()
    assert even == pytest.approx(0, abs=1e-3)
    assert never == pytest.approx(0, abs=1e-3)
    assert sure > rare > 0.1
    assert plain.told(counts, torch.tensor([1.0, 0.0])).isfinite().all()


def test_the_regression_ends_where_its_slope_is_nothing():
    rng = np.random.default_rng(0)
    x = rng.random((40, 6), dtype="f4") * (rng.random((40, 6)) < 0.5)
    y = torch.eye(3)[torch.from_numpy(rng.integers(0, 3, 40))]
    theta = logistic(csr_matrix(x.astype("f4")), y).requires_grad_()
    scores = torch.from_numpy(x.astype("f4")) @ theta
    loss = theta.square().sum() / 2 + 10 * torch.nn.functional.cross_entropy(
        scores, y, reduction="sum"
    )
    (slope,) = torch.autograd.grad(loss, theta)
    assert float(slope.abs().max()) < 0.05
    assert float(theta.detach().abs().max()) > 1


def test_of_too_many_texts_some_are_drawn(model, monkeypatch):
    x = rows(TEXTS * 50)
    monkeypatch.setattr(plain, "MOST_CELLS", 2_000)
    some, labels = model.plain._some(x, LABELS.repeat(50))
    assert 0 < len(some) == len(labels) < len(x)


def test_a_new_class_is_not_spoken_of(model):
    grown = grow(model, 4)
    assert torch.equal(grown.plain.table[:, :3], model.plain.table)
    assert not grown.plain.table[:, 3].any()


def test_runs_made_without_it_have_none():
    config = small_words(vocabulary=3)
    old = {name: value for name, value in config.to_dict().items() if name != "pairs"}
    model = build_model(ModelConfig.from_dict(old))
    assert not any(name.startswith("plain") for name in model.state_dict())
    assert model.loudness == 1


def test_what_a_preset_takes_from_the_number_of_classes():
    few, many, most = (
        preset("films", None, classes, "words", world="text")[0] for classes in (2, 100, 2_000)
    )
    assert few.pairs == 65_536 > many.pairs > 8_192
    assert most.pairs == 0
    assert (few.shapes, many.shapes, most.shapes) == (True, False, False)
    assert few.window > many.window == most.window
