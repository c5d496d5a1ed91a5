"""Which test images stand beside a place: those most like it, and of each class its nearest."""

import numpy as np

from dpn.ui.inside.places.alike import COUNT, ranked


def test_the_nearest_come_first_and_each_class_keeps_its_own():
    labels = np.array([4, 9] * 30)
    masks = [np.full((2, 2), bool(index % 2)) for index in range(60)]
    order = [*range(0, 60, 2), *range(1, 60, 2)]  # all fours are nearer than any nine
    found = ranked([(index, masks[index]) for index in order], labels, (4, 9))
    assert found.found == order[:COUNT]
    assert found.labels == [4] * COUNT
    assert (found.of(4), found.of(9)) == (COUNT, 0)
    assert all(mask is masks[index] for index, mask in zip(found.found, found.masks, strict=True))
    assert [index for index, _ in found.of_class[4]] == order[:COUNT]
    assert [index for index, _ in found.of_class[9]] == order[30 : 30 + COUNT]
    assert all(mask is masks[index] for index, mask in found.of_class[9])


def test_a_third_class_stands_beside_them_and_is_not_counted():
    labels = np.array([4, 9, 7] * 20)
    near = [(index, np.ones((2, 2), bool)) for index in range(60)]
    found = ranked(near, labels, (4, 9))
    assert sorted(set(found.labels)) == [4, 9]
    assert found.found == [0, 1, 3, 4, 6, 7, 9, 10]
    assert [index for index, _ in found.of_class[7]] == list(range(2, 26, 3))
