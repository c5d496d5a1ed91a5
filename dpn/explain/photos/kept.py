"""A run's probes on disk: what squares of photos look like, see ``dpn.explain.photos.seen``."""

from __future__ import annotations

from dpn.explain.photos.seen import Probes
from dpn.runs.files import read_arrays, write_arrays
from dpn.runs.run import SEEN, Run

#: Bytes that the file may have.
MOST_BYTES = 4 * 2**20


def save_probes(run: Run, probes: Probes) -> None:
    """Save what was fitted to the map of the run's last weights.

    Raises:
        OSError: it cannot be written.
    """
    write_arrays(run.path / SEEN, probes.to_arrays())


def read_probes(run: Run) -> Probes | None:
    """Return what tells what a square of a photo looks like to the map of a run's last weights.

    None: the run has none, as most have.

    Raises:
        RunError: it is damaged, or does not fit config.json.
    """
    classes = run.config().model.classes
    return read_arrays(
        run.path / SEEN,
        MOST_BYTES,
        lambda arrays: Probes.from_arrays(arrays, classes),
        "it cannot tell what a square looks like. Delete the file.",
    )
