"""Time travel: the weights of a training at about 20 moments, kept in its run folder.

    snapshots/000000123.safetensors    the weights after step 123, and how they did on validation

Together they take at most ``MAX_BYTES``; of a large model fewer moments are kept.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from dpn.errors import RunError
from dpn.keeping import MAX_CLASSES
from dpn.runs.files import read_tensors, write_tensors
from dpn.runs.result import WHOLE

if TYPE_CHECKING:
    from torch import Tensor

    from dpn.evaluation.scores import Ints

#: Moments of a training at which it is validated and its weights are kept, and one at its start.
MOMENTS = 20
MAX_BYTES = 256 * 2**20
#: The tensors in a snapshot that are no weights: the confusion matrix whole, or of many classes
#: its cells that are not empty (M, 3), true class, answer and count, and K.
CONFUSION, CELLS, CLASSES = "validation.confusion", "validation.cells", "validation.classes"


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
    table = torch.from_numpy(confusion)
    told = {CONFUSION: table}
    if len(table) > WHOLE:
        places = table.nonzero()
        counts = table[places[:, 0], places[:, 1]].unsqueeze(1)
        told = {CELLS: torch.cat([places, counts], dim=1), CLASSES: torch.tensor([len(table)])}
    write_tensors(file, {**weights, **told}, sync=False)


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

    whole, cells, classes = (tensors.pop(name, None) for name in (CONFUSION, CELLS, CLASSES))
    if cells is not None and classes is not None:
        whole = _whole(cells, classes)
    if whole is None or whole.dtype != torch.int64 or whole.ndim != 2 or len(set(whole.shape)) != 1:
        raise RunError(f"{file.name} of run {run.name!r} is damaged. Train again.")
    return tensors, whole


def _whole(cells: Tensor, classes: Tensor) -> Tensor | None:
    """Return the matrix (K, K) that cells are of; None if they are of none."""
    import torch

    if classes.shape != (1,) or {cells.dtype, classes.dtype} != {torch.int64}:
        return None
    size = int(classes)
    if not 0 < size <= MAX_CLASSES or cells.ndim != 2 or cells.shape[1] != 3:
        return None
    if bool((cells < 0).any()) or bool((cells[:, :2] >= size).any()):
        return None
    whole = torch.zeros(size, size, dtype=torch.int64)
    whole[cells[:, 0], cells[:, 1]] = cells[:, 2]
    return whole


def _file(run: Path, step: int) -> Path:
    return run / "snapshots" / f"{step:09d}.safetensors"
