"""A run's doubt on disk: kept, read with suspicion, and no reason not to open the run."""

from dataclasses import replace

import numpy as np
import pytest

from dpn.doubt.kept import MOST_BYTES, read_doubt, save_doubt
from dpn.errors import RunError
from dpn.runs.run import DOUBT
from dpn.runs.start import create_run
from tests.doubt.made import doubt_for
from tests.helpers import NAMES, short_training, small_model


@pytest.fixture
def run(tmp_path):
    return create_run(tmp_path, small_model(), short_training(), NAMES, "mnist")


def test_a_run_without_one_has_none(run):
    assert read_doubt(run) is None


@pytest.mark.parametrize("order", ["C", "F"])  # however its numbers lie in memory
def test_it_is_read_as_it_was_saved(run, order):
    numbers = np.arange(14, dtype=np.float32).reshape(2, 7).copy(order=order)
    saved = replace(doubt_for(7), w1=numbers)
    save_doubt(run, saved)
    found = read_doubt(run).to_arrays()
    assert all(np.array_equal(found[name], a) for name, a in saved.to_arrays().items())


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "cannot be read"), (b"\x00" * 99, "cannot be read"), (b"x" * (MOST_BYTES + 1), "large")],
)
def test_a_damaged_one_is_told_in_a_sentence_that_names_the_file(run, content, why):
    (run.path / DOUBT).write_bytes(content)
    with pytest.raises(RunError, match=rf"doubt\.safetensors of run .* is damaged .*{why}"):
        read_doubt(run)
    run.config()


def test_one_of_another_model_is_told(run):
    save_doubt(run, doubt_for(9))
    with pytest.raises(RunError, match="shapes do not fit"):
        read_doubt(run)
