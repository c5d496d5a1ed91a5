"""The recursion on lists of items: padding, resuming, the account, and what it learns."""

import numpy as np
import pytest
import torch

from dpn.evaluation.evaluate import evaluate, predict_logits
from dpn.evaluation.next_items import without_seen
from dpn.explain.exact import explain
from dpn.items.examples import READ, rows_of
from dpn.models.build import build_model, model_size
from dpn.models.config import ModelConfig
from dpn.recursion.operators import OPERATORS

LISTS = [[0], [1, 2, 3, 3], [4, 0, 1], [2, 4]]


def small(**changes):
    settings = {"states": 6, "decisions": 3, "embedding": 5, "classes": 5, "length": 3}
    return ModelConfig(model="items", **{**settings, **changes})


def test_a_list_scores_alone_as_it_does_padded():
    model = build_model(small()).eval()
    x = torch.from_numpy(rows_of(LISTS))
    together = model(model.prepared(x))
    for i, items in enumerate(LISTS):
        alone = torch.from_numpy(rows_of([items]))
        torch.testing.assert_close(model(model.prepared(alone))[0], together[i], rtol=0, atol=1e-6)
        longer = torch.nn.functional.pad(alone.long(), (0, 4))
        torch.testing.assert_close(model(longer)[0], together[i], rtol=0, atol=1e-6)


@pytest.mark.parametrize("transitions", ["linear", "stochastic"])
@pytest.mark.parametrize("operator", list(OPERATORS))
def test_the_account_of_ragged_lists_adds_up(operator, transitions):
    model = build_model(small(operator=operator, transitions=transitions, window=3)).double()
    found = explain(model, rows_of(LISTS), contrast="runner_up", details=False)
    total = found.contributions.sum(axis=1) + found.bias.sum(axis=1) + found.smoothing.sum(axis=1)
    np.testing.assert_allclose(total + found.readout, found.score, rtol=0, atol=1e-9)
    for i, items in enumerate(LISTS):
        assert (found.contributions[i, len(items) :] == 0).all()
        assert np.count_nonzero(found.contributions[i, : len(items)]) == len(items)


def test_it_begins_with_how_often_each_item_comes_and_forgets_at_many_paces():
    model = build_model(small())
    labels = torch.tensor([0, 0, 0, 1])
    model.begin(torch.ones(4, 1, dtype=torch.int32), labels)
    assert model.w0.softmax(0)[0].item() == pytest.approx(4 / 9)
    model.P.data.zero_()
    kept = model.transitions()[:, :6].detach()
    torch.testing.assert_close(kept, torch.diag(torch.linspace(0, 1, 6)))
    assert model_size(small())[0] == sum(weight.numel() for weight in model.parameters())


def test_of_a_long_list_the_latest_are_read_and_no_item_is_named_again():
    model = build_model(small(classes=30, repeats=False)).eval()
    whole = [*range(28)]
    x, latest = (torch.from_numpy(rows_of([items])) for items in (whole, whole[-READ:]))
    logits = predict_logits(model, x)
    assert torch.equal(logits, predict_logits(model, latest))
    left = without_seen(logits, x, repeats=False)
    assert left.isfinite()[0].nonzero().flatten().tolist() == [28, 29]
    assert evaluate(model, x, torch.tensor([29])).places[0] <= 2
    found = explain(model, x.numpy(), 29, details=False)
    assert found.contributions.shape == (1, READ)
    assert found.score[0] == pytest.approx(logits[0, 29].item(), abs=1e-5)


def test_its_scores_are_places_among_all_items():
    model = build_model(small()).eval()
    x, y = torch.from_numpy(rows_of(LISTS)), torch.tensor([1, 2, 3, 0])
    scores = evaluate(model, x, y)
    with torch.no_grad():
        order = model(model.prepared(x)).argsort(dim=1, descending=True)
    places = 1 + (order == y[:, None]).int().argmax(dim=1)
    assert scores.places.tolist() == places.tolist()
    assert scores.accuracy == pytest.approx((places == 1).float().mean().item())
    assert scores.confusion.sum() == 4
    assert scores.confusion.shape == (4, 4)
