"""Which places decide, tried window by window: alone, in turn, and what share each has."""

import itertools

import numpy as np
import pytest

from dpn.explain.windows import (
    IN_TURN,
    SHARES,
    find_decisive,
    finely,
    shapley,
    windows,
)


def gone(amounts):
    """Return what is lost with the pixels of masks that count for so much each, by place."""

    def lost(masks):
        return np.array([sum(v for place, v in amounts.items() if mask[place]) for mask in masks])

    return lost


def grids():
    return [windows(28, 28, share) for share in SHARES]


@pytest.mark.parametrize(
    ("top", "left", "said"),
    [
        (12, 24, "middle right"),
        (12, 8, "middle, left of centre"),
        (4, 12, "middle, above centre"),
        (24, 12, "bottom"),
        (12, 12, "middle"),
        (8, 24, "right, above centre"),
        (0, 8, "top, left of centre"),
        (4, 24, "right, above centre"),
    ],
)
def test_a_square_in_the_middle_is_called_neither_above_nor_below_it(top, left, said):
    mask = np.zeros((32, 32), bool)
    mask[top : top + 8, left : left + 8] = True
    assert finely(mask) == said


def test_windows_cover_the_image_and_the_most_missed_are_chosen_apart():
    masks = windows(28, 28)
    assert np.logical_or.reduce(masks).all()
    assert {int(mask.sum()) for mask in masks} <= {49, 35, 28, 25, 20, 16}
    amounts = {(0, 0): 5.0, (0, 13): 2.0, (27, 0): 0.4, (27, 27): -2.0, (13, 27): -0.1}
    speak, against = find_decisive(grids(), gone(amounts), 100.0)
    np.testing.assert_allclose([place.value for place in speak], [5.0, 2.0])  # 0.4 is too little
    assert (speak[0].where, bool(speak[1].mask[0, 13])) == ("top left", True)
    assert [(place.value, place.where) for place in against] == [(-2.0, "bottom right")]
    assert not (speak[0].mask & speak[1].mask).any()
    assert find_decisive(grids(), gone({}), 100.0) == ([], [])
    assert find_decisive([], gone({}), 1.0) == find_decisive([[]], gone({}), 1.0) == ([], [])


def test_a_second_place_is_looked_for_and_more_until_nothing_of_the_score_is_left():
    amounts = {(0, 0): 5.0, (0, 13): 4.0, (0, 27): 3.0, (27, 27): 2.0}
    for score, count in ((4.9, 2), (8.0, 2), (9.0, 2), (11.0, 3), (14.0, 4), (-1.0, 2)):
        speak, _ = find_decisive(grids(), gone(amounts), score)
        np.testing.assert_allclose([place.value for place in speak], [5.0, 4.0, 3.0, 2.0][:count])
    most, _ = find_decisive(grids(), gone(amounts), 100.0)  # larger ones say more
    np.testing.assert_allclose([place.value for place in most], [9.0, 3.0])
    assert IN_TURN == 4


def test_places_that_are_missed_only_together_share_what_is_lost():
    """Each says the same: one is enough, and only with the last of them is anything lost."""
    places = ((0, 0), (0, 13), (0, 27))

    def lost(masks):
        counts = np.array([sum(bool(mask[place]) for place in places) for mask in masks])
        return 0.1 * counts + 9 * (counts == 3)

    speak, against = find_decisive(grids(), lost, 8.0)
    np.testing.assert_allclose([place.value for place in speak], [3.1, 3.1, 3.1])
    assert against == []


def test_a_place_that_is_not_missed_alone_does_not_speak_for_it():
    def lost(masks):  # the second is only worth something when the first has gone
        first, second = (np.array([bool(m[at]) for m in masks]) for at in ((0, 0), (27, 27)))
        return 5.0 * first - 0.1 * second + 4.0 * (first & second)

    speak, _ = find_decisive(grids(), lost, 8.0)
    assert [place.value for place in speak] == [5.0]


def test_a_share_is_the_mean_over_all_orders():
    rng = np.random.default_rng(0)
    masks = [np.eye(4, dtype=bool)[[k]] for k in range(4)]
    worth = {number: rng.normal() for number in range(1, 16)}

    def number_of(mask):
        return int(sum(2**k for k in range(4) if mask[0, k]))

    values = shapley(masks, lambda given: np.array([worth[number_of(mask)] for mask in given]))
    expected = np.zeros(4)
    orders = list(itertools.permutations(range(4)))
    for order in orders:
        for at, k in enumerate(order):
            before = sum(2**one for one in order[:at])
            expected[k] += (worth[before | 1 << k] - worth.get(before, 0)) / len(orders)
    np.testing.assert_allclose(values, expected)
    assert values.sum() == pytest.approx(worth[15])  # together what is lost without all
    assert shapley([], lambda given: np.zeros(0)).shape == (0,)


def test_other_places_are_tried_where_the_first_ones_do_not_decide():
    middle = windows(28, 28, SHARES[1])[4]

    def lost(masks):
        shares = np.array([(mask & middle).sum() / middle.sum() for mask in masks])
        return np.where(shares == 1, 9.0, 0.1 * shares)

    (place,), _ = find_decisive(grids(), lost, 8.0)
    assert (place.value, place.where, int(place.mask.sum())) == (9.0, "middle", 14 * 14)
    most, _ = find_decisive(grids(), lost, 10.0)  # none decide: those that do most
    assert most[0].value == 9.0
    assert find_decisive([[middle], []], lost, 10.0)[0][0].value == 9.0
    corner = np.zeros((28, 28), bool)
    corner[0, 0] = True
    (stroke_alone,), _ = find_decisive([[corner], *grids()], gone({(0, 0): 9.0}), 8.0)
    assert stroke_alone.mask.sum() == 1
    (stroke_first,), _ = find_decisive([[corner], *grids()], gone({(0, 0): 9.0}), 10.0)
    assert stroke_first.mask.sum() == 1


def test_a_place_against_is_named_if_it_is_worth_a_word_beside_the_strongest():
    for weak, named in ((-0.8, []), (-1.0, [-1.0])):
        speak, against = find_decisive(grids(), gone({(0, 0): 9.0, (0, 27): weak}), 100.0)
        assert [place.value for place in speak] == [9.0]
        assert [place.value for place in against] == named
    _, against = find_decisive(grids(), gone({(0, 27): -0.05, (27, 0): -0.004}), 1.0)
    assert [place.value for place in against] == [-0.05]


def test_places_against_share_what_is_won_without_both():
    def lost(masks):
        counts = np.array([int(mask[0, 0]) + int(mask[27, 27]) for mask in masks])
        return np.choose(counts, [0.0, -3.0, -4.0])

    _, against = find_decisive(grids(), lost, 5.0)
    np.testing.assert_allclose([place.value for place in against], [-2.0, -2.0])

    def alone(masks):  # with both gone no more is won than with one
        counts = np.array([int(mask[0, 0]) + int(mask[27, 27]) for mask in masks])
        return np.choose(counts, [0.0, -3.0, -0.1])

    _, against = find_decisive(grids(), alone, 5.0)
    assert [place.value for place in against] == [-3.0]
