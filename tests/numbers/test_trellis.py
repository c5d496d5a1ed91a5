"""The recursion over cuts against the same by brute force."""

import itertools

import numpy as np
import pytest

from dpn.numbers.trellis import Trellis


def random_trellis(seed, cuts=5, classes=3):
    rng = np.random.default_rng(seed)
    edges = [(i, j) for i in range(cuts) for j in range(i + 1, cuts) if rng.random() < 0.8]
    edges = np.array([*edges, (cuts - 2, cuts - 1), (0, cuts - 1)])
    edges = np.unique(edges, axis=0)
    rng.shuffle(edges)
    return Trellis(edges, rng.normal(0, 2, (len(edges), classes)), cuts)


def all_ways(trellis):
    """Every way from the first cut to the last: (cuts gone through, digits, score)."""
    classes = trellis.scores.shape[1]
    for count in range(1, trellis.cuts):
        for pieces in itertools.permutations(range(len(trellis.edges)), count):
            ends = trellis.edges[list(pieces)]
            meets = (ends[1:, 0] == ends[:-1, 1]).all()
            if ends[0, 0] == 0 and ends[-1, 1] == trellis.cuts - 1 and meets:
                for digits in itertools.product(range(classes), repeat=count):
                    score = trellis.scores[list(pieces), list(digits)].sum()
                    yield {int(end) for end in ends[:-1, 1]}, digits, float(score)


@pytest.mark.parametrize("seed", range(4))
def test_the_best_way_is_that_of_brute_force_also_when_cuts_are_closed(seed):
    trellis = random_trellis(seed)
    ways = list(all_ways(trellis))
    closed = np.zeros((trellis.cuts, 3), bool)
    closed[1, 1] = closed[2, 2] = True
    for variant, shut in enumerate((set(), {1}, {2})):
        best = max((way for way in ways if not way[0] & shut), key=lambda way: way[2])
        found = trellis.best(closed)[variant]
        assert found.digits == best[1]
        assert found.score == pytest.approx(best[2])
        assert found.score == pytest.approx(
            sum(trellis.scores[p, d] for p, d in zip(found.pieces, found.digits, strict=True))
        )


@pytest.mark.parametrize("seed", range(4))
def test_readings_and_their_probabilities_are_those_of_brute_force(seed):
    trellis = random_trellis(seed)
    best, mass = {}, {}
    for _, digits, score in all_ways(trellis):
        best[digits] = max(best.get(digits, -np.inf), score)
        mass[digits] = mass.get(digits, 0) + np.exp(score)
    order = sorted(best, key=best.get, reverse=True)[:4]
    found = trellis.readings(4)
    assert [way.digits for way in found] == order
    assert [way.score for way in found] == pytest.approx([best[digits] for digits in order])
    total = sum(mass.values())
    sure = trellis.probabilities([way.digits for way in found])
    assert sure == pytest.approx([mass[digits] / total for digits in order])
    assert trellis.probabilities(list(mass)).sum() == pytest.approx(1)


@pytest.mark.parametrize("seed", range(4))
def test_how_likely_each_digit_is_at_its_place_is_that_of_brute_force(seed):
    trellis = random_trellis(seed)
    ways = list(all_ways(trellis))
    total = sum(np.exp(score) for *_, score in ways)
    for way in trellis.readings(4):
        shares = [
            sum(np.exp(score) for _, digits, score in ways if digits[place : place + 1] == (digit,))
            for place, digit in enumerate(way.digits)
        ]
        assert trellis.shares(way.digits) == pytest.approx(np.array(shares) / total)
        assert trellis.shares(way.digits).min() >= trellis.probabilities([way.digits])[0]


def test_where_no_way_leads_to_the_end_none_is_found():
    trellis = Trellis(np.array([[0, 1]]), np.zeros((1, 2)), 3)
    assert trellis.best() == [None]
    assert trellis.readings(4) == []
