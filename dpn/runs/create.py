"""A new run folder: its id, its settings, and the status "queued"."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dpn.data.look import Look
from dpn.errors import RunError
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.config import RunConfig
from dpn.runs.files import write_json
from dpn.runs.run import Run


def new_run_id(model: ModelConfig, training: TrainConfig) -> str:
    """Return an id that sorts by time and tells what was trained."""
    now = datetime.now()
    time_of_day = f"{now:%H%M%S}-{now.microsecond // 1000:03d}"
    return f"{now:%Y%m%d}-{time_of_day}-{training.dataset}-{model.model}-{secrets.token_hex(2)}"


def create_run(
    runs_dir: Path,
    model: ModelConfig,
    training: TrainConfig,
    class_names: tuple[str, ...],
    preparation: str,
    run_id: str | None = None,
    lesson: dict[str, Any] | None = None,
    owner: str | None = None,
    notes: tuple[str, ...] = (),
    look: Look | None = None,
    beside: Mapping[str, Any] | None = None,
) -> Run:
    """Make a new run folder with its config and the status "queued".

    ``beside`` are files of JSON that its model needs to read an input: name -> content.

    Raises:
        RunError: the folder cannot be written.
    """
    run = Run(runs_dir / (run_id or new_run_id(model, training)))
    created = datetime.now().astimezone().isoformat(timespec="seconds")
    config = RunConfig(
        model, training, class_names, preparation, created, lesson, owner, notes, look
    )
    is_made = False
    try:
        run.path.mkdir(parents=True)
        is_made = True
        run.set_status("queued", step=0, total_steps=0)
        for name, content in (beside or {}).items():
            write_json(run.path / name, content)
        config.write(run.path / "config.json")  # last: with it, the folder is a run
    except OSError as error:
        if is_made:  # and never a folder that was there before
            shutil.rmtree(run.path, ignore_errors=True)
        raise RunError(
            f"The runs folder {str(runs_dir)!r} cannot be written ({error.strerror}). "
            "Set DPN_RUNS_DIR or --runs-dir to a folder that can."
        ) from error
    return run
