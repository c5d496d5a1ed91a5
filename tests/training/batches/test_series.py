"""Changes to training series: of the same kind, of a seed, and no more than is said."""

import numpy as np
import pytest
import torch

from dpn.models.train_config import SERIES_AUGMENTATION_NAMES
from dpn.series.sets import together
from dpn.training.batches.series import CUT, LITTLE, NOISE, SERIES_AUGMENTATIONS, SPEED

LENGTHS = (1, 2, 30, 50)


def series():
    """A ramp from 0 to 1 in each of three channels."""
    ramps = [np.linspace(0, 1, n, dtype="f4")[:, None].repeat(3, 1) for n in LENGTHS]
    return torch.from_numpy(together(ramps))


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def steps(x):
    there = ~x.isnan()
    assert torch.equal(there.any(dim=2), there.all(dim=2))
    count = there[..., 0].sum(dim=1)
    assert torch.equal(there[..., 0], torch.arange(x.shape[1]) < count[:, None])  # NaN is behind
    return count


def test_the_settings_name_them():
    assert tuple(SERIES_AUGMENTATIONS) == SERIES_AUGMENTATION_NAMES


@pytest.mark.parametrize("name", list(SERIES_AUGMENTATIONS))
def test_a_series_stays_one_and_the_seed_decides(name):
    change = SERIES_AUGMENTATIONS[name]
    once, again, other = (change(series(), seeded(seed)) for seed in (3, 3, 4))
    assert once.nan_to_num().equal(again.nan_to_num())
    if name != "none":
        assert once.shape != other.shape or not once.nan_to_num().equal(other.nan_to_num())
    for _ in range(20):
        count = steps(change(series(), seeded(_)))
        assert (count >= 1).all()
        if name not in ("sway", "bend", "warp"):
            assert count.tolist() == list(LENGTHS)


@pytest.mark.parametrize(("name", "far"), [("bend", 1.0), ("sway", LITTLE)])
def test_time_is_bent_as_far_as_is_said_and_never_turned_back(name, far):
    counts, first = set(), []
    for seed in range(30):
        changed = SERIES_AUGMENTATIONS[name](series(), seeded(seed))
        counts.add(int(steps(changed)[3]))
        for row in changed[2:]:
            ramp = row[~row[:, 0].isnan(), 0]
            assert (ramp.diff() >= -1e-6).all()
            assert 0 <= ramp[0] <= far * CUT + 0.002
            assert 1 - far * CUT - 0.002 <= ramp[-1] <= 1 + 1e-6
            first.append(float(ramp[0]))
    assert min(counts) >= 50 / (1 + far * SPEED) - 1
    assert max(counts) <= 50 * (1 + far * SPEED) + 1
    assert len(counts) > 4
    assert max(first) > 0.8 * far * CUT


def test_jitter_is_small():
    changed = SERIES_AUGMENTATIONS["jitter"](series(), seeded())
    apart = (changed - series()).nan_to_num().abs()
    assert 0 < apart.mean() < 0.1
    assert apart.max() < 0.1 + 6 * NOISE
