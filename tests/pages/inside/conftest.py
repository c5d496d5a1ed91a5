"""A run that is trained for the tests of Inside."""

import pytest

from tests.helpers import write_npz
from tests.pages.session import finished_run


@pytest.fixture
def run(data, runs):
    write_npz(data)
    return finished_run(data, runs, steps=30)
