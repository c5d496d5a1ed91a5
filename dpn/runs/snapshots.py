"""Time travel: the weights of a training at about 20 moments, kept in its run folder.

    snapshots/000000123.safetensors    the weights after step 123, and how they did on validation

Together they take at most ``MAX_BYTES``; of a large model fewer moments are kept.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from dpn.errors import RunError
from dpn.runs.files import read_tensors, write_tensors

if TYPE_CHECKING:
    from torch import Tensor

    from dpn.evaluation.scores import Ints

#: Moments of a training at which it is validated and its weights are kept, and one at its start.
MOMENTS = 20
MAX_BYTES = 256 * 2**20
#: The tensor in a snapshot that is no weight.
CONFUSION = "validation.confusion"


def milestones(total_steps: int) -> tuple[int, ...]:
    """Return the steps at which a training is validated, from 0 to the last.

    They are round(total · (i/20)^1.5): closer together at the beginning, where most is learned.
    """
    shares = ((i / MOMENTS) ** 1.5 for i in range(MOMENTS + 1))
    return tuple(sorted({round(total_steps * share) for share in shares}))


def kept_milestones(total_steps: int, weights_bytes: int) -> tuple[int, ...]:
    """Return the milestones whose weights are kept, the last one first: as many as there is room
    for.
    """  # noqa: D205
    moments = milestones(total_steps)
    room = MAX_BYTES // max(weights_bytes, 1)
    return moments[:: -math.ceil(len(moments) / room)] if room else ()


def save_snapshot(run: Path, step: int, weights: dict[str, Tensor], confusion: Ints) -> None:
    """Keep the weights after a step, and the confusion matrix (K, K) of their validation.

    Raises:
        OSError: the run's folder cannot be written.
    """
    import torch

    file = _file(run, step)
    file.parent.mkdir(exist_ok=True)
    write_tensors(file, {**weights, CONFUSION: torch.from_numpy(confusion)}, sync=False)


def list_snapshots(run: Path) -> list[int]:
    """Return the steps whose weights were kept, in order."""
    names = (file.stem for file in (run / "snapshots").glob("*.safetensors"))
    return sorted(int(name) for name in names if name.isdecimal() and name.isascii())


def read_snapshot(run: Path, step: int) -> tuple[dict[str, Tensor], Tensor]:
    """Return the weights of a moment and the confusion matrix (K, K) of their validation.

    Raises:
        RunError: there is no such snapshot, or it is damaged.
    """
    file = _file(run, step)
    if not file.exists():
        raise RunError(
            f"Run {run.name!r} has no snapshot of step {step}; it has {list_snapshots(run)}."
        )
    tensors = read_tensors(file, run.name)
    import torch

    kept = tensors.get(CONFUSION)
    if kept is None or kept.dtype != torch.int64 or kept.ndim != 2 or len(set(kept.shape)) != 1:
        raise RunError(f"{file.name} of run {run.name!r} is damaged. Train again.")
    return tensors, tensors.pop(CONFUSION)


def _file(run: Path, step: int) -> Path:
    return run / "snapshots" / f"{step:09d}.safetensors"
