"""Some of many that speak for all: of sorted sets, of those that take turns, always the same."""

import numpy as np
import pytest

from dpn.sampling.spread import spread


@pytest.mark.parametrize(("count", "most"), [(0, 5), (1, 5), (5, 5), (12, 2_000)])
def test_all_where_there_are_no_more(count, most):
    assert spread(count, most).tolist() == list(range(count))


@pytest.mark.parametrize(("count", "most"), [(7, 5), (4_000, 2_000), (60_000, 10_000), (9, 1)])
def test_so_many_once_each_in_order_and_always_the_same(count, most):
    found = spread(count, most)
    assert len(found) == most
    assert (np.diff(found) > 0).all()
    assert 0 <= found[0]
    assert found[-1] < count
    assert np.array_equal(found, spread(count, most))


@pytest.mark.parametrize("period", [2, 3, 10])
@pytest.mark.parametrize("is_sorted", [True, False])
def test_each_class_has_its_share_whether_sorted_or_taking_turns(period, is_sorted):
    labels = np.arange(6_000) % period
    if is_sorted:
        labels.sort()
    for most in (1_000, 2_000, 3_000):
        counts = np.bincount(labels[spread(6_000, most)], minlength=period)
        assert counts.min() > 0.8 * most / period
