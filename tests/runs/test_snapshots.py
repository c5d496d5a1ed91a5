"""Snapshots: spaced moments of a training, bounded on disk, and what is wrong with a bad one."""

import numpy as np
import pytest
import torch

from dpn.errors import RunError
from dpn.models.build import build_model
from dpn.runs import snapshots
from dpn.runs.files import write_tensors
from dpn.runs.result import WHOLE
from dpn.runs.snapshots import (
    kept_milestones,
    list_snapshots,
    milestones,
    read_snapshot,
    save_snapshot,
)
from dpn.runs.start import create_run
from tests.helpers import NAMES, same_tensors, short_training, small_model

CONFUSION = np.arange(9).reshape(3, 3)


@pytest.fixture
def run(tmp_path):
    return create_run(tmp_path, small_model(), short_training(), NAMES, "mnist")


@pytest.fixture
def weights():
    return dict(build_model(small_model(), seed=4).state_dict())


@pytest.mark.parametrize("total", [1, 2, 7, 19, 20, 21, 645, 4200, 10**8])
def test_milestones_run_from_the_start_to_the_end_and_are_denser_at_first(total):
    moments = milestones(total)
    assert (moments[0], moments[-1]) == (0, total)
    gaps = np.diff(moments)
    assert (gaps > 0).all()
    assert len(moments) <= snapshots.MOMENTS + 1
    if total >= 645:
        assert len(moments) == 21
        assert (np.diff(gaps) >= -1).all()
        assert gaps[-1] > 4 * gaps[0]


def test_of_a_large_model_fewer_moments_are_kept():
    for size in (1, 2**20, 2**24, 2**26, 2**28):
        kept = kept_milestones(645, size)
        assert set(kept) <= set(milestones(645))
        assert len(kept) * size <= snapshots.MAX_BYTES
        assert 645 in kept
    assert len(kept_milestones(645, 2**20)) == 21
    assert len(kept_milestones(645, 2**24)) == 11
    assert kept_milestones(645, 2**28 + 1) == ()


def test_what_is_saved_is_read(run, weights):
    for step in (12, 0, 1000000000):
        save_snapshot(run.path, step, weights, CONFUSION + step)
    (run.path / "snapshots" / "notes.safetensors").write_bytes(b"")
    assert list_snapshots(run.path) == [0, 12, 1000000000]
    read, confusion = read_snapshot(run.path, 12)
    assert same_tensors(read, weights)
    np.testing.assert_array_equal(confusion, CONFUSION + 12)
    assert confusion.dtype == torch.int64
    assert same_tensors(dict(run.load_model(12).state_dict()), weights)


@pytest.mark.parametrize("classes", [WHOLE, WHOLE + 1, 2_000])
def test_the_table_of_very_many_classes_takes_no_room(run, weights, classes):
    """Else it would take more than all weights together may: 30 MB a moment, of 2,000 classes."""
    table = np.zeros((classes, classes), np.int64)
    table[np.arange(classes), np.arange(classes)[::-1]] = np.arange(classes)
    save_snapshot(run.path, 3, weights, table)
    read, confusion = read_snapshot(run.path, 3)
    assert same_tensors(read, weights)
    np.testing.assert_array_equal(confusion, table)
    assert confusion.dtype == torch.int64
    assert (run.path / "snapshots" / "000000003.safetensors").stat().st_size < 200_000


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        ([[0, 1, 5]], [10**6]),
        ([[0, 1, 5]], [1]),
        ([[0, -1, 5]], [3]),
        ([[0, 1]], [3]),
        ([[0, 1, 5]], [[3]]),
        ([[0.0, 1.0, 5.0]], [3]),
    ],
)
def test_cells_of_no_table_are_refused(run, weights, cells, classes):
    file = run.path / "snapshots" / "000000003.safetensors"
    file.parent.mkdir()
    told = {snapshots.CELLS: torch.tensor(cells), snapshots.CLASSES: torch.tensor(classes)}
    write_tensors(file, {**weights, **told})
    with pytest.raises(RunError, match="damaged"):
        read_snapshot(run.path, 3)


def test_a_run_without_snapshots_has_none(run):
    assert list_snapshots(run.path) == []


def test_what_is_wrong_with_a_snapshot_is_a_sentence(run, weights):
    save_snapshot(run.path, 3, weights, CONFUSION)
    with pytest.raises(RunError, match=r"no snapshot of step 4; it has \[3\]"):
        read_snapshot(run.path, 4)
    file = run.path / "snapshots" / "000000003.safetensors"
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(RunError, match="damaged"):
        read_snapshot(run.path, 3)
    with pytest.raises(RunError, match="damaged"):
        run.load_model(3)


def test_weights_put_in_the_place_of_a_snapshot_are_refused(run, weights):
    save_snapshot(run.path, 3, weights, CONFUSION)
    run.save_checkpoint({f"model.{name}": value for name, value in weights.items()})
    (run.path / "weights.safetensors").rename(run.path / "snapshots" / "000000003.safetensors")
    with pytest.raises(RunError, match="damaged"):
        read_snapshot(run.path, 3)


def test_the_snapshot_of_another_model_is_refused(run):
    other = dict(build_model(small_model(states=5)).state_dict())
    save_snapshot(run.path, 3, other, CONFUSION)
    with pytest.raises(RunError, match=r"do not fit its config\.json"):
        run.load_model(3)
