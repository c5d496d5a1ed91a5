"""What a training has written."""

import errno

from dpn.runs.history import History
from dpn.runs.snapshots import list_snapshots, read_snapshot
from tests.helpers import (
    same_tensors,
)


def take(records, count):
    return [next(records) for _ in range(count)]


def curves_of(run):
    """All metrics but the times, as lists."""
    curves = History(run.path / "metrics.jsonl").poll()
    steps = {name: list(values) for name, values in curves.steps.items() if name != "seconds"}
    validation = {n: list(values) for n, values in curves.validation.items() if n != "seconds"}
    return steps, validation


def final_weights(run):
    return dict(run.load_model().state_dict())


def state_of(run):
    return run.status()["state"]


def assert_same_snapshots(run, other):
    assert list_snapshots(run.path) == list_snapshots(other.path) != []
    for step in list_snapshots(run.path):
        (weights, confusion), (others, same) = (read_snapshot(r.path, step) for r in (run, other))
        assert same_tensors({**weights, "": confusion}, {**others, "": same})


def full(*_args, **_changes):
    raise OSError(errno.ENOSPC, "No space left on device")
