"""A run folder to train in: a new one, or one that goes on, for one process at a time."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dpn.data.look import Look
from dpn.errors import RunError
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.config import RunConfig
from dpn.runs.files import read_json, write_json
from dpn.runs.run import ACTIVE, CLAIM, Run

#: Seconds after which whoever was looking at a run's status must have been killed meanwhile.
_LONG = 60
#: Bytes of a data set's name in a run's id: file systems allow 255 for all of it.
LONGEST = 120


def new_run_id(model: ModelConfig, training: TrainConfig) -> str:
    """Return an id that sorts by time and tells what was trained: the name of its folder."""
    dataset = training.dataset.encode()[:LONGEST].decode(errors="ignore")
    return f"{stamp()}-{dataset}-{model.model}-{secrets.token_hex(2)}"


def stamp() -> str:
    """Return how an id begins: "20261201-064512-123Z", in UTC, the same wherever it is made."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}Z"


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
    labels: str = "",
) -> Run:
    """Make a new run folder with its config and the status "queued".

    ``beside`` are files of JSON that its model needs to read an input: name -> content.

    Raises:
        RunError: the folder cannot be written.
    """
    run = Run(runs_dir / (run_id or new_run_id(model, training)))
    created = datetime.now().astimezone().isoformat(timespec="seconds")
    config = RunConfig(
        model, training, class_names, preparation, created, lesson, owner, notes, look, labels
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


@contextlib.contextmanager
def claimed(run: Run) -> Iterator[None]:
    """Have a run to oneself, from before the data are loaded: nobody else resumes it meanwhile.

    If what is done with it fails, its status is as it was.

    Raises:
        RunError: it is shipped, finished, or under way in another process.
    """
    if run.origin == "shipped":
        raise RunError(f"Run {run.id!r} is shipped with the project: it is finished.")
    file = run.path / "status.json"
    with _alone(run):
        status = run.status()
        if status["state"] == "finished":
            raise RunError(f"Run {run.id!r} is finished: there is nothing left to resume.")
        if status["state"] in ACTIVE and status.get("pid") != os.getpid():
            raise RunError(
                f"Run {run.id!r} is under way in process {status.get('pid')}. Stop it there first."
            )
        before, times = read_json(file), file.stat()
        run.set_status("queued", step=status["step"], total_steps=status["total_steps"])
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            write_json(file, before)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        raise


@contextlib.contextmanager
def _alone(run: Run) -> Iterator[None]:
    """Let no other process do this at the same time."""
    lock = run.path / CLAIM
    with contextlib.suppress(OSError):
        if abs(time.time() - lock.stat().st_mtime) > _LONG:
            lock.unlink()
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError as error:
        raise RunError(f"Run {run.id!r} is just being resumed in another process.") from error
    except OSError as error:
        raise RunError(
            f"Run {run.id!r} cannot be resumed: its folder cannot be written ({error.strerror}). "
            "Make it writable, and try again."
        ) from error
    try:
        yield
    finally:
        Path.unlink(lock, missing_ok=True)
