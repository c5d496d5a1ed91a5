"""The metrics of a run as arrays, read while they are being written.

Each call of ``poll`` reads only what was appended since the last one. A line still being written is
left for the next poll; a damaged line is skipped. When a run resumes from a checkpoint, the steps
after that checkpoint happen again: the "resume" line tells the reader to drop the first version.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
STEP_FIELDS = ("step", "loss", "accuracy", "learning_rate", "examples", "seconds")
VALIDATION_FIELDS = ("step", "loss", "accuracy", "seconds")
#: Of a planner on unseen maps of each size: cells a side, share of plans that arrive, share as
#: short as any.
PLANS_FIELDS = ("step", "side", "success", "optimal")
#: Bytes of a line: a longer one is damaged, and taken in pieces of this size.
LONGEST = 2**16


@dataclass(frozen=True)
class Curves:
    """What has been measured so far: each value an array, one entry a record.

    Attributes:
        steps: "step", "loss", "accuracy", "learning_rate" of each batch; "examples" and "seconds"
            are all since the training began, of its steps alone.
        validation: "step", "loss", "accuracy" of each validation; "seconds" as above.
        version: grows with each new record; equal versions mean equal curves.
    """

    steps: dict[str, FloatArray]
    validation: dict[str, FloatArray]
    version: int


#: The curves of a training that has not begun.
NOTHING_YET = Curves(
    {field: np.empty(0) for field in STEP_FIELDS},
    {field: np.empty(0) for field in VALIDATION_FIELDS},
    version=0,
)


class History:
    """Follows one metrics.jsonl. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._offset = 0
        self._curves = NOTHING_YET

    def poll(self) -> Curves:
        """Read what is new and return everything so far."""
        with self._lock:
            curves = self._curves
            rows: dict[str, list[list[float]]] = {"step": [], "validation": []}
            for line in self._new_lines():
                kind, row = _parse(line)
                if kind == "resume":
                    curves = _up_to(_extended(curves, **rows), row[0])
                    rows = {"step": [], "validation": []}
                elif kind:
                    rows[kind].append(row)
            self._curves = _extended(curves, **rows)
            return self._curves

    def _new_lines(self) -> Iterator[bytes]:
        with contextlib.suppress(OSError), open(self._path, "rb") as file:  # not there yet, no file
            file.seek(self._offset)
            while line := file.readline(LONGEST):
                if not line.endswith(b"\n") and len(line) < LONGEST:
                    return  # still being written
                self._offset += len(line)
                yield line


def _parse(line: bytes) -> tuple[str, list[float]]:
    """Return a line's kind and numbers; the kind "" for one that is damaged or of no interest."""
    fields = {"step": STEP_FIELDS, "validation": VALIDATION_FIELDS, "resume": ("step",)}
    try:
        record = json.loads(line)
        kind = record["kind"]
        row = [float(record[field]) for field in fields[kind]]
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return "", []
    return (kind, row) if all(map(math.isfinite, row)) else ("", [])


def _extended(curves: Curves, step: list[list[float]], validation: list[list[float]]) -> Curves:
    if not step and not validation:
        return curves
    return Curves(
        _appended(curves.steps, step, STEP_FIELDS),
        _appended(curves.validation, validation, VALIDATION_FIELDS),
        curves.version + 1,
    )


def _appended(
    columns: dict[str, FloatArray], rows: list[list[float]], fields: tuple[str, ...]
) -> dict[str, FloatArray]:
    table = np.asarray(rows, dtype=np.float64).reshape(-1, len(fields))
    return {name: np.append(columns[name], table[:, i]) for i, name in enumerate(fields)}


def _up_to(curves: Curves, last_step: float) -> Curves:
    """Drop what came after the checkpoint that a run was resumed from."""

    def keep(columns: dict[str, FloatArray]) -> dict[str, FloatArray]:
        kept = columns["step"] <= last_step
        return {name: values[kept] for name, values in columns.items()}

    return Curves(keep(curves.steps), keep(curves.validation), curves.version + 1)


def plans_over_time(path: Path) -> FloatArray:
    """Return ``PLANS_FIELDS`` of all that a metrics.jsonl says of plans, (N, 4), by step.

    What a resumed training did again replaces what it did before; a damaged line is left out.
    """
    by_step: dict[int, list[list[float]]] = {}
    with contextlib.suppress(OSError), open(path, "rb") as file:
        for line in file:
            if b'"kind": "plans"' not in line:
                continue
            with contextlib.suppress(ValueError, KeyError, TypeError):
                record = json.loads(line)
                step = int(record["step"])
                by_step[step] = [[step, *map(float, row)] for row in record["plans"]]
    width = len(PLANS_FIELDS)
    rows = [row for step in sorted(by_step) for row in by_step[step] if len(row) == width]
    return np.array(rows, dtype=np.float64).reshape(-1, width)


def seconds_trained(path: Path) -> float:
    """Return the seconds that the last batch of a metrics.jsonl tells, as a ``step`` of ``Curves``.

    Only its end is read; 0.0 where that tells none.
    """
    with contextlib.suppress(OSError), open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST))
        for kind, row in map(_parse, reversed(file.read().splitlines())):
            if kind == "step":
                return row[STEP_FIELDS.index("seconds")]
    return 0.0


def thinned(path: Path, most: int) -> bytes:
    """Return a metrics.jsonl in at most ``most`` bytes: of too many batches one in so many.

    All other lines are kept; b"" if they alone are too much.

    Raises:
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    if size <= most:
        return path.read_bytes()
    every, kept = 1 + size // most, most + 1
    while kept > most and every <= size:
        lines: list[bytes] = []
        with open(path, "rb") as file:
            batches = 0
            while line := file.readline(LONGEST):
                if b'"kind": "step"' in line:
                    batches += 1
                    if batches % every != 1:
                        continue
                lines.append(line)
        kept, every = sum(map(len, lines)), every * 2
    return b"".join(lines) if kept <= most else b""


def seconds_to(curves: Curves, levels: tuple[float, ...]) -> dict[str, float | None]:
    """Return, for each validation accuracy, the training seconds at which it was first reached."""
    reached: dict[str, float | None] = {}
    for level in levels:
        at = np.flatnonzero(curves.validation["accuracy"] >= level)
        reached[str(level)] = float(curves.validation["seconds"][at[0]]) if len(at) else None
    return reached


def smooth(values: FloatArray, window: float = 20.0) -> FloatArray:
    """Return the exponential moving average over about ``window`` values, corrected for its start.

    s_t = Σ_i a(1−a)^(t−i) v_i / Σ_i a(1−a)^(t−i), with a = 2/(window+1) (Kingma & Ba, 2015).
    """
    import pandas as pd

    smoothed: FloatArray = pd.Series(values).ewm(span=window).mean().to_numpy()
    return smoothed


def downsample(x: FloatArray, y: FloatArray, points: int = 500) -> tuple[FloatArray, FloatArray]:
    """Return at most ``points`` of the points: the lowest and highest of each bucket, so that a
    spike stays a spike; the first and last points are always kept.
    """  # noqa: D205
    if len(x) <= points:
        return x, y
    edges = np.linspace(0, len(x), (points - 2) // 2 + 1).astype(int)
    keep = {0, len(x) - 1}
    for low, high in itertools.pairwise(edges):
        keep.add(low + int(np.argmin(y[low:high])))
        keep.add(low + int(np.argmax(y[low:high])))
    index = np.array(sorted(keep))
    return x[index], y[index]
