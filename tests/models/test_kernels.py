"""Kernels over series: as they are written down, and what a model that has them starts with."""

from itertools import combinations

import numpy as np
import pytest
import torch

from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import evaluate
from dpn.models.build import build_model
from dpn.models.worlds.kernels import COUNT, Kernels
from dpn.models.worlds.least_squares import least_squares
from dpn.series.sets import bring
from tests.helpers import small_frames, write_series


def test_a_share_is_how_often_a_kernel_is_above_its_threshold():
    torch.manual_seed(0)
    kernels = Kernels(2, 20, 2, 3).double()
    assert kernels.spacings == [1, 2]
    assert kernels.count == 2 * 2 * COUNT
    x = torch.randn(5, 20, 2, dtype=torch.float64)
    steps = torch.tensor([20, 20, 13, 20, 4])
    for series, n in zip(x, steps, strict=True):
        series[n:] = torch.nan
    kernels.fit(x, steps, 3)
    found = kernels(x, steps, 3).numpy()
    places = list(combinations(range(9), 3))
    for i, spacing, kernel, m, frame in [(0, 0, 5, 0, 1), (2, 1, 80, 1, 4), (4, 1, 0, 0, 0)]:
        column = spacing * COUNT + kernel
        weights = np.where(np.isin(np.arange(9), places[kernel]), 2.0, -1.0)
        line = x[i, : steps[i]].numpy() @ kernels.chosen[column].numpy()
        above = []
        for t in range(3 * frame, min(3 * frame + 3, int(steps[i]))):
            at = np.clip(t + 2**spacing * (np.arange(9) - 4), 0, int(steps[i]) - 1)
            above.append(weights @ line[at] > kernels.thresholds[m, column])
        share = (np.mean(above) - float(kernels.mean[m, column])) * float(kernels.scale[m, column])
        assert found[i, frame, m * 2 * COUNT + column] == pytest.approx(share)
    assert not found[4, 2:].any()
    frames = -(-steps.numpy() // 3)
    whole = found.sum(axis=1) / frames[:, None]
    np.testing.assert_allclose(whole.mean(axis=0), 0, atol=1e-12)
    assert kernels.chosen.sum(dim=1).min() >= 1


def test_with_ramps_a_step_little_above_its_threshold_counts_in_part():
    """Written down for one series; what is one spread above counts in full."""
    torch.manual_seed(0)
    kernels = Kernels(1, 20, 2, 3, ramps=True).double()
    x, steps = torch.randn(5, 20, 1, dtype=torch.float64), torch.full((5,), 20)
    kernels.fit(x, steps, 5)
    found = kernels(x, steps, 5).numpy()
    places = list(combinations(range(9), 3))
    parts = []
    for spacing, kernel, m in [(0, 5, 0), (1, 80, 1), (0, 33, 1), (1, 2, 0)]:
        column = spacing * COUNT + kernel
        weights = np.where(np.isin(np.arange(9), places[kernel]), 2.0, -1.0)
        at = np.clip(np.arange(20)[:, None] + 2**spacing * (np.arange(9) - 4), 0, 19)
        sums = x[:, at, 0].numpy() @ weights  # (5, 20)
        above = (sums - float(kernels.thresholds[m, column])) / sums.std()
        counted = np.clip(above, 0, 1)[3]
        parts += list(counted)
        shares = counted.reshape(4, 5).mean(axis=1) - float(kernels.mean[m, column])
        shares *= float(kernels.scale[m, column])
        np.testing.assert_allclose(found[3, :, m * 2 * COUNT + column], shares, rtol=0, atol=1e-9)
    assert {0.0, 1.0} < set(parts)


def test_many_long_series_are_read_some_at_a_time(monkeypatch):
    kernels = Kernels(1, 20, 1, 20)
    x, steps = torch.randn(7, 20, 1), torch.full((7,), 20)
    kernels.fit(x, steps, 1)
    whole = kernels(x, steps, 1)
    monkeypatch.setattr("dpn.models.worlds.kernels.AT_ONCE", 60)
    torch.testing.assert_close(kernels(x, steps, 1), whole)


def test_what_is_left_out_is_predicted_without_it():
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.normal(size=(12, 40)))
    y = torch.nn.functional.one_hot(torch.arange(12) % 3).double()
    x[:, 0] += 9 * (torch.arange(12) % 3)
    weights, base = least_squares(x, y)
    assert ((x @ weights + base).argmax(dim=1) == y.argmax(dim=1)).all()
    easy, _ = least_squares(100 * torch.eye(3, dtype=torch.float64).repeat(4, 1), y)
    assert (easy.diagonal() > 0).all()


def test_of_noise_nothing_is_learned():
    rng = np.random.default_rng(1)
    x = torch.from_numpy(rng.normal(size=(30, 90)))
    weights, base = least_squares(x, torch.nn.functional.one_hot(torch.arange(30) % 3).double())
    # Its own rows could be told apart with ease; what is left out could not.
    assert (x @ weights + base).std() < 3


def test_a_model_with_kernels_starts_from_what_they_say(tmp_path):
    data = load_dataset(bring(write_series(tmp_path), tmp_path)[0], tmp_path)
    sizes = {**data.model_sizes, "states": 8}
    model = build_model(small_frames(**sizes, kernels=2)).eval()
    model.begin(data.x_train, data.y_train)
    assert evaluate(model, data.x_train, data.y_train).accuracy >= 0.9
    plain = build_model(small_frames(**sizes)).eval()
    plain.begin(data.x_train, data.y_train)
    assert evaluate(plain, data.x_train, data.y_train).accuracy < 0.9


def test_a_start_is_solved_from_series_of_all_classes_where_they_are_sorted(monkeypatch):
    monkeypatch.setattr("dpn.models.worlds.frames.MOST_SOLVED", 12)
    solved = []
    monkeypatch.setattr(
        "dpn.models.worlds.frames.least_squares",
        lambda parts, truth: solved.append(truth) or least_squares(parts, truth),
    )
    config = small_frames(kernels=1)
    labels = torch.arange(config.classes).repeat_interleave(20)
    build_model(config).begin(torch.randn(len(labels), 12, config.channels), labels)
    assert solved[0].sum(dim=0).tolist() == [12 / config.classes] * config.classes
