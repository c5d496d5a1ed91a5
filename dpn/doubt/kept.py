"""A run's doubt on disk: what tells that a picture is none of the classes of its last weights."""

from __future__ import annotations

from dpn.doubt.known import Doubt
from dpn.errors import RunError
from dpn.runs.files import write_bytes
from dpn.runs.run import DOUBT, Run

#: Bytes that the file may have.
MOST_BYTES = 16 * 2**20


def save_doubt(run: Run, doubt: Doubt) -> None:
    """Save what was fitted to the run's last weights.

    Raises:
        OSError: it cannot be written.
    """
    from safetensors.numpy import save

    # safetensors 0.8.0 writes an array's memory as it lies, whatever its order (its issue 825).
    arrays = {name: array.copy(order="C") for name, array in doubt.to_arrays().items()}
    write_bytes(run.path / DOUBT, save(arrays))


def read_doubt(run: Run) -> Doubt | None:
    """Return what doubts the answers of a run's last weights.

    None: the run has none, as those of earlier versions, those of few validation images, those that
    lessons made, and those that are not finished.

    Raises:
        RunError: it is damaged, or does not fit config.json; the run answers without it.
    """
    from safetensors.numpy import load

    path, model = run.path / DOUBT, run.config().model
    try:
        if not path.exists():
            return None
        if path.stat().st_size > MOST_BYTES:
            raise RunError("it is too large")
        arrays = load(path.read_bytes())
        features = model.summaries + model.classes
        found = Doubt.from_arrays(arrays, features, model.image_shape)
    except Exception as error:  # on damaged input safetensors raises several types
        why = str(error) if isinstance(error, RunError) else "it cannot be read"
        raise RunError(
            f"{DOUBT} of run {run.id!r} is damaged ({why}), so it cannot tell when a picture is "
            "none of its classes. Delete the file, or train again."
        ) from error
    return found
