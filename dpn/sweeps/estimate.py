"""About how long trainings will take, from one like them that is finished."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from dpn.errors import DPNError
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.folder import list_runs

#: Newest runs that are looked at.
LOOKED_AT = 30
#: Seconds of a training beside its steps: its data are read, and its test images answered.
AROUND = 2.0


def estimated_seconds(
    planned: Sequence[tuple[ModelConfig, TrainConfig]], runs_dir: Path
) -> float | None:
    """Return about how many seconds trainings of one data set take, one after the other.

    The newest finished training of the same data set and model is stretched by epochs and by
    multiply-adds. None where there is none. Imports torch.
    """
    from dpn.models.build import model_size

    model, training = planned[0]
    for run in list_runs(runs_dir, LOOKED_AT):
        with contextlib.suppress(DPNError):
            config, result = run.config(), run.result()
            if run.origin != "trained" or result is None or config.lesson:
                continue
            if config.training.steps or training.steps:
                continue
            if (config.training.dataset, config.model.model) != (training.dataset, model.model):
                continue
            pace: float = result["train_seconds"] / (
                config.training.epochs * model_size(config.model)[1]
            )
            return sum(AROUND + pace * each.epochs * model_size(of)[1] for of, each in planned)
    return None
