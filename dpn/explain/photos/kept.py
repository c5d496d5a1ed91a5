"""A run's probes on disk: what is seen in squares of photos, see ``dpn.explain.photos.seen``."""

from __future__ import annotations

from dpn.errors import RunError
from dpn.explain.photos.seen import Probes
from dpn.runs.files import write_bytes
from dpn.runs.run import SEEN, Run

#: Bytes that the file may have.
MOST_BYTES = 4 * 2**20


def save_probes(run: Run, probes: Probes) -> None:
    """Save what was fitted to the map of the run's last weights.

    Raises:
        OSError: it cannot be written.
    """
    from safetensors.numpy import save

    arrays = {name: array.copy(order="C") for name, array in probes.to_arrays().items()}
    write_bytes(run.path / SEEN, save(arrays))


def read_probes(run: Run) -> Probes | None:
    """Return what tells what is seen in a square of a photo, to the map of a run's last weights.

    None: the run has none, as most have.

    Raises:
        RunError: it is damaged, or does not fit config.json.
    """
    from safetensors.numpy import load

    path = run.path / SEEN
    try:
        if not path.exists():
            return None
        if path.stat().st_size > MOST_BYTES:
            raise RunError("it is too large")
        return Probes.from_arrays(load(path.read_bytes()), run.config().model.classes)
    except Exception as error:  # on damaged input safetensors raises several types
        why = str(error) if isinstance(error, RunError) else "it cannot be read"
        raise RunError(
            f"{SEEN} of run {run.id!r} is damaged ({why}), so it cannot tell what is seen in a "
            "square. Delete the file."
        ) from error
