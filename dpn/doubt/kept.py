"""A run's doubt on disk: what tells that a picture is none of the classes of its last weights."""

from __future__ import annotations

from dpn.doubt.known import Doubt
from dpn.runs.files import read_arrays, write_arrays
from dpn.runs.run import DOUBT, Run

#: Bytes that the file may have.
MOST_BYTES = 16 * 2**20


def save_doubt(run: Run, doubt: Doubt) -> None:
    """Save what was fitted to the run's last weights.

    Raises:
        OSError: it cannot be written.
    """
    write_arrays(run.path / DOUBT, doubt.to_arrays())


def read_doubt(run: Run) -> Doubt | None:
    """Return what doubts the answers of a run's last weights.

    None: the run has none, as those of earlier versions, those of few validation images, those that
    lessons made, and those that are not finished.

    Raises:
        RunError: it is damaged, or does not fit config.json; the run answers without it.
    """
    model = run.config().model
    features = model.summaries + model.classes
    return read_arrays(
        run.path / DOUBT,
        MOST_BYTES,
        lambda arrays: Doubt.from_arrays(arrays, features, model.image_shape),
        "it cannot tell when a picture is none of its classes. Delete the file, or train again.",
    )
