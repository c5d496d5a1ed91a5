"""Which of many images are most alike to a model."""

import numpy as np

from dpn.explain.neighbours import cell_shares, nearest, nearest_anywhere, nearest_there


def test_the_nearest_come_first_and_the_image_itself_is_left_out():
    points = np.array([[0.0, 0], [1, 0], [3, 0], [0, 2], [9, 9]])
    assert nearest(points, points[0], 3) == [0, 1, 3]
    assert nearest(points, points[0], 3, but=0) == [1, 3, 2]
    assert nearest(points, points[0], 99, but=0) == [1, 3, 2, 4]
    assert points[0].tolist() == [0, 0]


def test_no_number_counts_more_because_its_scale_is_larger():
    points = np.array([[0.0, 0], [0, 1], [100, 0], [0, 10], [1000, 0]])
    assert nearest(points, np.zeros(2), 3) == nearest(points * [1, 1e4], np.zeros(2), 3)
    assert nearest(np.c_[points, np.full(5, 7.0)], np.array([0, 0, 7.0]), 2) == [0, 1]


def test_of_one_image_alone_there_is_nothing_alike():
    assert nearest(np.ones((1, 4)), np.ones(4), 5, but=0) == []


def test_the_cells_of_a_place_are_those_that_it_covers_each_by_its_share():
    mask = np.zeros((7, 6), bool)
    mask[1:4, 2:6] = True
    shares = cell_shares(mask, (4, 3))  # cells of 2x2 pixels, the last row half a cell
    assert shares.shape == (4, 3)
    for row in range(4):
        for column in range(3):
            cell = mask[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
            assert shares[row, column] == cell.sum() / 4
    np.testing.assert_array_equal(cell_shares(mask, mask.shape), mask)


def test_images_are_alike_there_by_what_lies_there_alone():
    rng = np.random.default_rng(0)
    maps, shares = rng.random((30, 5, 4, 3)).astype(np.float32), np.zeros((4, 3))
    shares[1, 2], shares[2, 2] = 1.0, 0.25
    one = rng.random((5, 4, 3)).astype(np.float32)
    scale = maps.std(axis=(0, 2, 3))

    def there(image):
        return np.concatenate([image[:, 1, 2] / scale, image[:, 2, 2] / scale / 2])

    here = there(one)
    angles = [there(m) @ here / np.linalg.norm(there(m)) / np.linalg.norm(here) for m in maps]
    expected = sorted(range(30), key=lambda index: -angles[index])[:6]
    assert nearest_there(maps, one, shares, 6) == expected
    maps[:, :, 0, 0] = maps[::-1, :, 0, 0]  # what lies elsewhere
    loud = np.array([1, 100, 0.01, 5, 1], np.float32)[:, None, None]  # and how loud a channel is
    assert nearest_there(maps * loud, one * loud, shares, 6) == expected
    maps[4] = 0  # of nothing there is no angle, and no error
    assert 4 not in nearest_there(maps, one, shares, 6)
    assert nearest_there(maps[:3], one, shares, 6) == sorted(range(3), key=lambda i: -angles[i])


def test_places_are_alike_anywhere_by_the_mean_of_their_cells():
    rng = np.random.default_rng(1)
    maps, one = rng.random((12, 5, 4, 3)), rng.random((5, 4, 3))
    here = np.zeros((2, 4, 3))
    here[0, 0, 0], here[0, 1, 1], here[1, 3, 2] = 1.0, 0.5, 1.0
    places = rng.random((6, 4, 3)) * (rng.random((6, 4, 3)) > 0.5)
    mean, scale = maps.mean(axis=(0, 2, 3)), maps.std(axis=(0, 2, 3))

    def summed(image, shares):
        cells = [(image[:, r, c] - mean) / scale * shares[r, c] for r in range(4) for c in range(3)]
        return np.sum(cells, axis=0) / shares.sum()

    def angle(first, second):
        return first @ second / np.linalg.norm(first) / np.linalg.norm(second)

    found = nearest_anywhere(maps, one, here, places, 5)
    for shares, near in zip(here, found, strict=True):
        wanted = summed(one, shares)
        angles = [[angle(summed(image, place), wanted) for place in places] for image in maps]
        order = sorted(range(12), key=lambda index: -max(angles[index]))[:5]
        assert near == [(index, int(np.argmax(angles[index]))) for index in order]
