"""Which of many images are most alike to a model."""

import numpy as np

from dpn.explain.neighbours import nearest


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
