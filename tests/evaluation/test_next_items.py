"""Places of the right item, recall@10 and MRR@10, and the methods that count, by hand."""

import numpy as np
import pytest
import torch

from dpn.evaluation.next_items import band_of, baselines, places_of, quality, without_seen
from dpn.items.examples import parts_of


def test_places_count_from_one_and_of_equals_the_more_frequent_comes_first():
    scores = torch.tensor([[3.0, 5, 1, 5], [2.0, 2, 2, 2], [-torch.inf, 1, 0, 0]])
    assert places_of(scores, torch.tensor([3, 2, 0])).tolist() == [2, 3, 4]


def test_what_is_in_a_list_is_named_again_only_where_it_may_repeat():
    logits, x = torch.ones(2, 3), torch.tensor([[2, 0], [1, 3]])
    assert torch.equal(without_seen(logits, x, repeats=True), logits)
    left = without_seen(logits, x, repeats=False)
    assert left.isinf().tolist() == [[False, True, False], [True, False, True]]


def test_recall_and_reciprocal_rank_end_at_the_tenth_place():
    found = quality(np.array([1, 2, 10, 11]))
    assert found == {"recall_at_10": 0.75, "mrr_at_10": pytest.approx((1 + 0.5 + 0.1) / 4)}
    assert band_of(np.array([1, 2, 3, 4, 10, 11, 999])).tolist() == [0, 1, 1, 2, 2, 3, 3]


def test_the_baselines_are_what_they_are_called():
    # 0 is popular; after 12 comes 13 always; 11 shares its lists with 14 and nothing else.
    lists = [[0, 12, 13, 0, 0], [0, 12, 13, 0, 0], [11, 14, 0, 0], [14, 11, 0, 0]]
    lists += [[0, k, 0, 0, 0] for k in range(1, 11)]
    train, _, _ = parts_of([np.array(one) for one in lists])

    def place_of(items, answer, repeats=True):
        x = np.zeros((1, 3), np.int32)
        x[0, : len(items)] = np.array(items) + 1
        test = (x, np.array([answer]))
        found = baselines(train, test, 15, repeats=repeats)
        return {name: one["mrr_at_10"] for name, one in found.items()}

    assert place_of([11], 0)["popularity"] == 1
    assert place_of([12], 13)["markov"] == 1
    assert place_of([11, 12], 13)["markov"] == 1
    assert place_of([5], 0)["markov"] == 1
    assert place_of([11], 14)["item_knn"] == 1
    assert place_of([11], 14)["popularity"] < 1
    assert place_of([0, 11], 0, repeats=False) == dict.fromkeys(
        ("popularity", "markov", "item_knn"), 0.0
    )
