"""A training that is opened and not begun, for the faults that come over it."""

import pytest

from dpn.training.opening import open_training
from tests.helpers import short_training, small_model, threads_of_torch, write_npz


@pytest.fixture
def opened(tmp_path):
    write_npz(tmp_path / "data")

    def open_one(**changes):
        training = short_training(**changes)
        return open_training(small_model(), training, tmp_path / "data", tmp_path / "runs")

    with threads_of_torch(1):
        yield open_one
