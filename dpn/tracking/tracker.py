"""What every tracker takes: the beginning of a run, its rows, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
#: A step, and what was measured after it, by name: "train/loss", "validation/accuracy", …
Row = tuple[int, dict[str, float]]


@dataclass(frozen=True)
class Beginning:
    """What is known when a training begins or goes on.

    Attributes:
        run: the run's folder; its name is the run's id, its parent the runs folder.
        settings: every setting of config.json by a dotted name, such as "training.seed".
        again_from: the step that a resumed training goes on from; None for a new one.
        kept: what the tracker wants to find again when the run is resumed; JSON can hold it.
    """

    run: Path
    settings: dict[str, Any]
    again_from: int | None = None
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ending:
    """How a training ended.

    Attributes:
        state: "finished", "stopped", "failed" or "interrupted".
        step: steps taken.
        numbers: of a finished one, "result/test_accuracy" and the like.
        pictures: by name, (H, W, 3) each.
        weights: the file of the final weights of a finished one.
    """

    state: str
    step: int
    numbers: dict[str, float] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    weights: Path | None = None


class Tracker(Protocol):
    """One tool. Whatever a method raises ends this tracker, and nothing else."""

    #: Whether steps that a resumed training takes again replace those of before. Otherwise they are
    #: not logged a second time: they are the same, for a resumed training repeats itself exactly.
    rewinds: bool

    def open(self, beginning: Beginning) -> None:
        """Begin, or go on with what was begun."""

    def log(self, rows: Sequence[Row]) -> None:
        """Write rows, in the order of their steps; they are safe when this returns."""

    def close(self, ending: Ending) -> None:
        """Write the end, and whatever is still on its way."""
