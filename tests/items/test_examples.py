"""What is learned from lists, what they are tested by, and what the embedded ones hold."""

from pathlib import Path

import numpy as np

from dpn.items import examples, making, sets
from dpn.items.examples import READ, learned_lists, parts_of, rows_of


def test_the_last_item_is_for_the_test_and_the_one_before_for_validation():
    lists = [np.array(one) for one in ([4, 1, 2, 3], [5], [0, 6], [1, 1, 1])]
    (x, y), (x_val, y_val), (x_test, y_test) = parts_of(lists)
    assert [row[row > 0].tolist() for row in x] == [[5], [1]]
    assert y.tolist() == [1, 6]
    assert [row[row > 0].tolist() for row in x_val] == [[5, 2], [2]]
    assert y_val.tolist() == [2, 1]
    assert [row[row > 0].tolist() for row in x_test] == [[5, 2, 3], [2, 2]]
    assert y_test.tolist() == [3, 1]


def test_of_a_long_list_the_latest_are_read_and_the_whole_is_found_again():
    lists = [np.arange(READ + 9), np.arange(5)[::-1]]
    (x, y), _, (x_test, _) = parts_of(lists)
    assert x_test[0].tolist() == list(range(READ + 8 - READ + 1, READ + 9))
    assert rows_of([list(lists[0])])[0, :READ].tolist() == list(range(10, READ + 10))
    for found, whole in zip(learned_lists(x, y), lists, strict=True):
        assert found.tolist() == whole[:-2].tolist()
    assert rows_of([[]]).tolist() == [[0]]


def test_what_came_before_what_is_read_stands_behind_it_where_nothing_repeats():
    lists = [np.arange(READ + 9), np.arange(5)[::-1]]
    train, (x_val, _), (x_test, _) = parts_of(lists, repeats=False)
    assert train[0].shape[1] == READ
    for x, answer in ((x_val, READ + 7), (x_test, READ + 8)):
        assert {*x[0]} - {0} == {*range(1, answer + 1)}
        assert x[0, :READ].tolist() == list(range(answer - READ + 1, answer + 1))
        assert (x[1, READ:] == 0).all()
    long = rows_of([[*range(READ + 2), 0, 0], [3]])
    assert long[0].tolist() == [*range(5, READ + 3), 1, 1, 1, 2, 3, 4]
    assert long[1].tolist() == [4] + [0] * (READ + 3)


def test_of_too_many_long_lists_the_earliest_items_are_passed_over(monkeypatch):
    monkeypatch.setattr(examples, "MOST_EARLIER", 6)
    _, _, (x, _) = parts_of([np.arange(READ + 9)] * 2, repeats=False)
    assert x[0, READ:].tolist() == [8, 7, 6]


def test_the_embedded_visits_follow_their_rule():
    visits = making.visits()
    assert len(set(making.THINGS)) == len(making.THINGS) == 120
    assert visits == making.visits()
    place = {thing: divmod(i, making.A_SHELF) for i, thing in enumerate(making.THINGS)}
    onward = 0
    for clicks in visits:
        assert making.SHORTEST <= len(clicks) <= making.LONGEST
        last = {}
        for thing in clicks:
            aisle, at = place[thing]
            onward += (at - last.get(aisle, at)) % making.A_SHELF in (1, 2)
            last[aisle] = at
    assert onward > 0.7 * sum(map(len, visits))
    ranks = making.best_ranks()
    assert (ranks <= 10).mean() > 0.95
    assert (ranks == 1).mean() < 0.55  # what is left is chance
    found = sets.read_set(sets.EMBEDDED, Path("nowhere"))
    assert (len(found.lists), len(found.items), found.repeats) == (making.VISITS, 120, True)
