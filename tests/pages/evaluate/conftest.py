"""A run for the tests of Evaluate."""

import pytest

from tests.pages.evaluate.seen import write_mixed
from tests.pages.session import finished_run


@pytest.fixture
def run(data, runs):
    write_mixed(data)
    return finished_run(data, runs, steps=30)
