"""Scores computed from probabilities, against sums written out by hand."""

import numpy as np
import pytest

from dpn.evaluation.scores import calibration, confusion_matrix, ranked_cell

P = np.array(
    [[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.3, 0.3, 0.4], [0.8, 0.1, 0.1], [0.0, 0.05, 0.95]],
    np.float32,
)
LABELS = np.array([0, 0, 2, 1, 0])


def test_rows_are_the_truth_and_columns_the_answers():
    np.testing.assert_array_equal(
        confusion_matrix(LABELS, P.argmax(axis=1), 3), [[1, 1, 1], [1, 0, 0], [0, 0, 1]]
    )
    assert confusion_matrix(LABELS, P.argmax(axis=1), 12).shape == (12, 12)


def test_calibration_bin_by_bin():
    found = calibration(P, LABELS, bins=4)  # confidences 0.9, 0.7, 0.4, 0.8, 0.95
    np.testing.assert_allclose(found.edges, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_array_equal(found.counts, [0, 1, 1, 3])
    np.testing.assert_allclose(found.confidence, [np.nan, 0.4, 0.7, 2.65 / 3], rtol=1e-6)
    np.testing.assert_allclose(found.accuracy, [np.nan, 1, 0, 1 / 3], rtol=1e-6)
    by_hand = 1 / 5 * abs(1 - 0.4) + 1 / 5 * abs(0 - 0.7) + 3 / 5 * abs(1 / 3 - 2.65 / 3)
    assert found.error == pytest.approx(by_hand, rel=1e-6)


def test_a_bin_holds_its_upper_edge():
    halves = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_array_equal(calibration(halves, np.zeros(3, int), bins=2).counts, [1, 2])


def test_answers_as_sure_as_they_are_right_have_no_error():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.5, 1, 200_000)
    labels = (rng.uniform(size=p.size) > p).astype(int)
    assert calibration(np.stack([p, 1 - p], axis=1), labels).error < 0.01
    assert calibration(np.stack([p**0.3, 1 - p**0.3], axis=1), labels).error > 0.1


def test_a_cell_lists_its_images_worst_first():
    assert ranked_cell(P, LABELS, 0, None).tolist() == [4, 1, 0]
    assert ranked_cell(P, LABELS, 0, 1).tolist() == [1]
    assert ranked_cell(P, LABELS, None, 2).tolist() == [4, 2]
    assert ranked_cell(P, LABELS, None, None).tolist() == [4, 3, 1, 2, 0]
    assert ranked_cell(P, LABELS, 2, 0).tolist() == []
    tied = np.repeat(P[:1], 4, axis=0)
    assert ranked_cell(tied, np.zeros(4, int), 0, 0).tolist() == [0, 1, 2, 3]
