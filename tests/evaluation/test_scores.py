"""Scores computed from probabilities, against sums written out by hand."""

import numpy as np
import pytest

from dpn.evaluation.scores import (
    MANY,
    accuracy_words,
    calibration,
    confusion_matrix,
    fit_temperature,
    ranked_cell,
)

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
    right = np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3]])
    assert ranked_cell(right, np.zeros(3, int), 0, 0).tolist() == [1, 2, 0]  # most doubtful first


def test_the_surest_of_the_wrong_class_comes_first_however_the_rest_is_shared():
    """Sorted by the true class, the first would come first, which was only 30% sure."""
    p = np.array([[0.3, 0.01, 0.29, 0.2, 0.2], [0.82, 0.1, 0.04, 0.02, 0.02]])
    assert ranked_cell(p, np.array([1, 1]), 1, 0).tolist() == [1, 0]
    tied = np.repeat(P[:1], 4, axis=0)
    assert ranked_cell(tied, np.zeros(4, int), 0, 0).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("share", "count", "words"),
    [
        (0.9937, 10_000, "99.4%"),
        (0.9937, MANY, "99.4%"),
        (0.9937, MANY - 1, "99.4% of 4,999"),
        (353 / 360, 360, "98.1% of 360"),
        (0.9999, 10_000, "99.9%"),
        (1.0, 359, "100% of 359"),
        (1.0, 10_000, "100%"),
        (0.0, 4, "0.0% of 4"),
    ],
)
def test_an_accuracy_of_few_images_says_of_how_many(share, count, words):
    assert accuracy_words(share, count) == words


def test_more_digits_are_for_many_images_only():
    assert accuracy_words(0.99371, 10_000, digits=2) == "99.37%"
    assert accuracy_words(0.99996, 100_000, digits=2) == "99.99%"
    assert accuracy_words(353 / 360, 360, digits=2) == "98.1% of 360"


def test_a_temperature_gives_back_what_logits_were_multiplied_by():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4_000, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(3, p=share) for share in shares])
    for factor in (0.5, 1.0, 3.0):
        assert fit_temperature(logits * factor, labels) == pytest.approx(factor, rel=0.06)


def test_a_temperature_of_answers_that_are_all_right_stays_in_its_range():
    logits = np.eye(3)[[0, 1, 2, 0]] * 1_000
    assert fit_temperature(logits, np.array([0, 1, 2, 0])) == pytest.approx(0.2)
    assert fit_temperature(logits, np.array([1, 2, 0, 1])) == pytest.approx(5)
