"""What a training is mixed with: the same for the same seed, of every source, through one path."""

import numpy as np
import pytest
import torch

from dpn.data.loading import Dataset
from dpn.hands import mixture as mixing
from dpn.hands.mixture import OF_A_FORM, coarse, forms, leaning, lifted, mixture, with_hands
from dpn.hands.rules import RULES
from dpn.hands.strokes import as_input, draw, smooth, varied
from dpn.hands.unseen import CHOOSE, JUDGE, together, unseen
from dpn.hands.written import Part
from tests.hands.written_files import write_hands


@pytest.fixture
def few(tmp_path, monkeypatch):
    """Write a little handwriting, and ask for few of each; return the folder and MNIST's part."""
    write_hands(tmp_path)
    for name in ("OF_A_PEN", "OF_A_LEANING_PEN", "OF_A_SCAN", "OF_A_RULE"):
        monkeypatch.setattr(mixing, name, 1)
    monkeypatch.setattr(mixing, "RESCANNED", 6)
    images = np.zeros((9, 1, 28, 28), np.uint8)
    images[:, :, 4:24, 12:16] = 255
    return tmp_path, images, np.full(9, 1)


def test_the_same_seed_makes_the_same_mixture_and_another_another(few):
    x, y = mixture(*few)
    assert x.dtype == np.uint8
    assert x.shape == (len(y), 1, 28, 28)
    assert len(y) > 6 + len(RULES) + 20
    assert set(y.tolist()) == set(range(10))
    np.testing.assert_array_equal(mixture(*few)[0], x)
    assert not np.array_equal(mixture(*few, seed=1)[0], x)
    assert x.reshape(len(x), -1).max(axis=1).min() > 200  # each one is drawn in full ink


def test_a_training_gets_it_and_what_is_validated_and_tested_stays(few):
    folder, images, labels = few
    parts = [torch.from_numpy(one) for one in (images, labels)] * 3
    data = Dataset("mnist", tuple("0123456789"), "mnist", *parts)
    mixed = with_hands(data, folder)
    assert len(mixed.x_train) == len(mixed.y_train) > 9
    assert torch.equal(mixed.x_train[:9], data.x_train)
    assert mixed.x_test is data.x_test
    assert mixed.x_val is data.x_val
    (note,) = mixed.notes
    assert f"{len(mixed.x_train) - 9:,} images" in note


def test_pens_that_lean_do_so_to_both_sides_and_come_where_they_are_asked_for(few, monkeypatch):
    folder, images, labels = few
    bar = Part(np.linspace([50, 0], [50, 100], 8)[None].repeat(60, axis=0), np.ones(60, np.int64))
    monkeypatch.setattr(mixing, "pens", lambda _: bar)
    x, y = leaning(folder)
    assert np.array_equal(leaning(folder)[0], x)
    assert y.tolist() == [1] * len(x)
    rows, columns = np.mgrid[:28, :28]
    leans = np.array([np.polyfit(rows.ravel(), columns.ravel(), 1, w=one.ravel())[0] for one in x])
    assert leans.min() < -0.6
    assert leans.max() > 0.6
    parts = [torch.from_numpy(one) for one in (images, labels)] * 3
    data = Dataset("mnist", tuple("0123456789"), "mnist", *parts)
    plain, leant = with_hands(data, folder), with_hands(data, folder, leaners=True)
    assert torch.equal(leant.x_train, torch.cat([plain.x_train, torch.from_numpy(x)]))
    assert leant.y_train[-len(y) :].tolist() == y.tolist()
    assert "leaning" in leant.notes[-1]
    assert "leaning" not in plain.notes[-1]


def test_each_rule_stays_on_the_paper_and_draws_another_digit_each_time():
    for rule in RULES:
        rng = np.random.default_rng(0)
        images = [as_input(draw(varied(rule(rng), rng), 0.1)) for _ in range(8)]
        assert len({image.tobytes() for image in images}) == 8, rule.__name__
        points = np.concatenate([np.concatenate(rule(rng)) for _ in range(50)])
        assert np.isfinite(points).all()
        assert -0.7 < points.min() < points.max() < 1.6, rule.__name__


def test_a_curve_goes_through_all_points():
    points = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 2.0], [4.0, 0.0]])
    curve = smooth(points, 5)
    assert len(curve) == 16
    np.testing.assert_allclose(curve[::5], points, atol=1e-12)


def test_what_joins_two_strokes_of_a_pen_is_taken_away():
    seven = [(0, 0), (40, 0), (80, 0), (60, 50), (40, 100), (20, 60), (50, 50), (90, 50)]
    first, bar = lifted(np.array(seven, float))
    assert len(first) == 5
    assert bar.tolist() == [[20, 60], [50, 50], [90, 50]]
    assert len(lifted(np.array(seven[:5], float))) == 1


def test_a_coarse_scan_stretches_towards_a_square_and_never_loses_a_thin_figure():
    ink = np.zeros((60, 60), np.uint8)
    ink[5:55, 30:34] = 255
    ink[5:9, 10:34] = 255
    for seed in range(30):
        grey = coarse(ink, np.random.default_rng(seed))[..., 0]
        rows, columns = np.nonzero(grey < 128)
        assert len(rows)
        assert np.ptp(columns) >= 7 * 3


def test_a_form_that_stretches_all_the_way_makes_a_blob_of_a_bar():
    bar = np.zeros((60, 60), np.uint8)
    bar[5:55, 20:40] = 255
    for seed in range(5):
        grey = coarse(bar, np.random.default_rng(seed), stretched=True)[..., 0]
        rows, columns = np.nonzero(grey < 128)
        assert np.ptp(columns) > 0.9 * np.ptp(rows)


def test_the_coarsest_forms_are_of_the_scans_that_are_learned_from_in_two_ways(few):
    folder, *_ = few
    images, labels = forms(folder)
    assert len(images) == len(labels) == 20 * 2 * OF_A_FORM
    assert labels[: 2 * OF_A_FORM + 1].tolist() == [0] * 2 * OF_A_FORM + [1]
    assert images.dtype == np.uint8
    stretched, grey = images[0], images[1]
    assert np.array_equal(forms(folder)[0], images)
    wide = [np.ptp(np.nonzero(one[0] > 128)[1]) for one in (stretched, grey)]
    assert wide[0] > wide[1]


def test_what_is_judged_by_is_none_of_what_is_chosen_by(tmp_path):
    write_hands(tmp_path, pens=200, scans=1_500)
    chosen, judged = unseen(tmp_path, CHOOSE), unseen(tmp_path, JUDGE)
    assert list(chosen) == list(judged)
    images, labels = together(chosen)
    assert images.shape == (len(labels), 1, 28, 28)
    keys = [{one.tobytes() for one in part["pens"][0]} for part in (chosen, judged)]
    assert not keys[0] & keys[1]
