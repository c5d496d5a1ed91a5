"""A training that is open: its folder, its data, and one thread."""

import pytest

from dpn.training.opening import open_training
from tests.helpers import (
    short_training,
    small_model,
    write_npz,
)


@pytest.fixture(autouse=True)
def _one_thread(one_thread):
    """All of these compute with one."""


@pytest.fixture
def data(tmp_path):
    write_npz(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def opened(tmp_path, data):
    """Open a training by its changes: a trainer and its run."""

    def open_one(name="dpn", model=None, **changes):
        model = model or small_model(name)
        return open_training(model, short_training(**changes), data, tmp_path / "runs")

    return open_one
