"""What a worker is told first: what it trains, or which run it goes on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dpn.jobs.limits import Limits
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig, tracker_names
from dpn.runs.run import Run


def to_train(
    model: ModelConfig,
    training: TrainConfig,
    data_dir: Path,
    run: Run,
    owner: str | None,
    limits: Limits,
) -> dict[str, Any]:
    """Return the order for a new training of ``owner``, whose run has no folder yet."""
    return {
        "do": "train",
        "model": model.to_dict(),
        "training": training.to_dict(),
        "data_dir": str(data_dir),
        "runs_dir": str(run.path.parent),
        "run_id": run.id,
        "owner": owner,
        "track": training.track,
        "most_parameters": limits.parameters,
    }


def to_resume(run: Run, data_dir: Path, track: str, limits: Limits) -> dict[str, Any]:
    """Return the order for the rest of a run, shown to those of its trackers that are allowed."""
    names = [name for name in tracker_names(track) if name in limits.track]
    return {
        "do": "resume",
        "run": str(run.path),
        "data_dir": str(data_dir),
        "track": ",".join(names),
    }
