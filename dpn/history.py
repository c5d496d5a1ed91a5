"""The metrics of a run as arrays, read while they are being written.

Each call of ``poll`` reads only what was appended since the last one. A line still being written is
left for the next poll; a damaged line is skipped. When a run resumes from a checkpoint, the steps
after that checkpoint happen again: the "resume" line tells the reader to drop the first version.
"""

from __future__ import annotations

import itertools
import json
import math
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
STEP_FIELDS = ("step", "loss", "accuracy", "learning_rate", "examples", "seconds")
VALIDATION_FIELDS = ("step", "loss", "accuracy", "seconds")


@dataclass(frozen=True)
class Curves:
    """What has been measured so far: each value an array, one entry a record.

    Attributes:
        steps: "step", "loss", "accuracy", "learning_rate", "examples", "seconds" of each batch.
        validation: "step", "loss", "accuracy", "seconds" of each validation.
        version: grows with each new record; equal versions mean equal curves.
    """

    steps: dict[str, FloatArray]
    validation: dict[str, FloatArray]
    version: int


class History:
    """Follows one metrics.jsonl. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._offset = 0
        self._version = 0
        self._rows: dict[str, list[list[float]]] = {"step": [], "validation": []}
        self._curves = Curves(_columns([], STEP_FIELDS), _columns([], VALIDATION_FIELDS), 0)

    def poll(self) -> Curves:
        """Read what is new and return everything so far."""
        with self._lock:
            before = self._version
            for line in self._new_lines():
                self._take(line)
            if self._version != before:
                self._curves = Curves(
                    _columns(self._rows["step"], STEP_FIELDS),
                    _columns(self._rows["validation"], VALIDATION_FIELDS),
                    self._version,
                )
            return self._curves

    def _new_lines(self) -> list[bytes]:
        try:
            with open(self._path, "rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole.splitlines()

    def _take(self, line: bytes) -> None:
        try:
            record = json.loads(line)
            kind = record["kind"]
            if kind == "resume":
                last = float(record["step"])
                for rows in self._rows.values():
                    rows[:] = [row for row in rows if row[0] <= last]
            elif kind in self._rows:
                fields = STEP_FIELDS if kind == "step" else VALIDATION_FIELDS
                row = [float(record[field]) for field in fields]
                if all(map(math.isfinite, row)):
                    self._rows[kind].append(row)
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        self._version += 1


def _columns(rows: list[list[float]], fields: tuple[str, ...]) -> dict[str, FloatArray]:
    table = np.asarray(rows, dtype=np.float64).reshape(-1, len(fields))
    return {field: table[:, index] for index, field in enumerate(fields)}


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
    decay = 1 - 2 / (window + 1)
    total, weight = 0.0, 0.0
    out = np.empty_like(values)
    for index, value in enumerate(values):
        total = decay * total + (1 - decay) * float(value)
        weight = decay * weight + (1 - decay)
        out[index] = total / weight
    return out


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
