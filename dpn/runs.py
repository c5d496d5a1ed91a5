"""A run on disk: one folder that holds all of a training.

    config.json              model, training and data, written once
    status.json              state, message, step: replaced as it changes
    metrics.jsonl            one JSON object a line, only ever appended to
    checkpoint.safetensors   weights and optimiser, to resume from
    weights.safetensors      the weights alone, to use
    result.json              what the finished model scored

Files that are replaced are replaced whole, so another process can read a run while it is written.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dpn.config import ModelConfig, TrainConfig
from dpn.errors import DPNError, RunError, did_you_mean
from dpn.files import write_bytes, write_json

if TYPE_CHECKING:
    from torch import Tensor

    from dpn.models import Classifier

FORMAT = 1
SHIPPED = Path(__file__).parent / "shipped"
#: A copy of the weights, made on demand while a training is under way.
LIVE_WEIGHTS = "live.safetensors"
#: States in which a training is under way in some process.
ACTIVE = ("queued", "running", "paused")


@dataclass(frozen=True)
class RunConfig:
    """What config.json holds.

    Attributes:
        model: the architecture.
        training: the training.
        class_names: K names, in the order of the logits.
        preparation: how a drawing or photograph becomes an input; a key of
            ``dpn.images.PREPARATIONS``.
        created: when, as ISO 8601 local time with offset.
    """

    model: ModelConfig
    training: TrainConfig
    class_names: tuple[str, ...]
    preparation: str
    created: str


@dataclass(frozen=True)
class Run:
    """One run folder. Cheap: nothing is read before it is asked for."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def origin(self) -> str:
        """Where it comes from: "shipped" with the project or "trained" here."""
        return "shipped" if self.path.parent == SHIPPED else "trained"

    def config(self) -> RunConfig:
        """Read config.json.

        Raises:
            RunError: it is missing, damaged, or written by a newer version.
        """
        raw = self._read_json("config.json")
        if raw.get("format") != FORMAT:
            raise RunError(
                f"Run {self.id!r} has format {raw.get('format')!r}, this version reads {FORMAT}. "
                "Update the app, or train again."
            )
        try:
            names = tuple(str(name) for name in raw["data"]["class_names"])
            config = RunConfig(
                model=ModelConfig.from_dict(raw["model"]),
                training=TrainConfig.from_dict(raw["training"]),
                class_names=names,
                preparation=str(raw["data"]["preparation"]),
                created=str(raw["created"]),
            )
        except (DPNError, KeyError, TypeError, AttributeError) as error:
            reason = error if isinstance(error, DPNError) else "an entry is missing or misplaced"
            raise RunError(
                f"config.json of run {self.id!r} is damaged: {reason}. Train again."
            ) from error
        if len(names) != config.model.classes:
            raise RunError(
                f"config.json of run {self.id!r} is damaged: {len(names)} class names for "
                f"{config.model.classes} classes. Train again."
            )
        return config

    def status(self) -> dict[str, Any]:
        """Return state, message, step and total_steps; "interrupted" if its process is gone."""
        if self.origin == "shipped":
            return {"state": "finished", "message": "", "step": 0, "total_steps": 0}
        status = self._read_json("status.json")
        if status.get("state") in ACTIVE and not _alive(status.get("pid")):
            status["state"] = "interrupted"
            status["message"] = "Its process ended before the training did. It can be resumed."
        return status

    def set_status(self, state: str, message: str = "", *, step: int, total_steps: int) -> None:
        """Replace status.json."""
        status = {"state": state, "message": message, "step": step, "total_steps": total_steps}
        write_json(self.path / "status.json", {**status, "pid": os.getpid(), "time": time.time()})

    def result(self) -> dict[str, Any] | None:
        """Return what the finished run scored, or None before that."""
        return self._read_json("result.json") if (self.path / "result.json").exists() else None

    def set_result(self, result: dict[str, Any]) -> None:
        """Write result.json."""
        write_json(self.path / "result.json", result)

    def append(self, record: dict[str, Any]) -> None:
        """Add one line to metrics.jsonl; it is on its way to disk when this returns."""
        with open(self.path / "metrics.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def save_checkpoint(self, state: dict[str, Tensor]) -> None:
        """Save a ``Trainer.state()`` to resume from, and its weights to use."""
        from safetensors.torch import save

        weights = {k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")}
        write_bytes(self.path / "checkpoint.safetensors", save(state))
        write_bytes(self.path / "weights.safetensors", save(weights))

    def load_checkpoint(self) -> dict[str, Tensor]:
        """Read what ``save_checkpoint`` wrote.

        Raises:
            RunError: there is none, or it is damaged.
        """
        return self._read_tensors("checkpoint.safetensors")

    def load_model(self) -> Classifier:
        """Return the trained model on the CPU, in eval mode.

        Raises:
            RunError: weights are missing, damaged, or do not fit config.json.
        """
        from dpn.models import build_model

        model = build_model(self.config().model)
        weights = self._read_tensors("weights.safetensors")
        try:
            model.load_state_dict(weights)
        except RuntimeError as error:
            raise RunError(
                f"The weights of run {self.id!r} do not fit its config.json; one of the two was "
                "changed. Train again."
            ) from error
        return model.eval()

    def weights_stamp(self) -> int:
        """Return a number that changes whenever the weights do; 0 while there are none."""
        try:
            return (self.path / "weights.safetensors").stat().st_mtime_ns
        except OSError:
            return 0

    def _read_json(self, name: str) -> dict[str, Any]:
        try:
            value = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RunError(f"Run {self.id!r} has no {name}, so it is not whole.") from error
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(f"{name} of run {self.id!r} cannot be read. Train again.") from error
        if not isinstance(value, dict):
            raise RunError(f"{name} of run {self.id!r} is damaged. Train again.")
        return value

    def _read_tensors(self, name: str) -> dict[str, Tensor]:
        from safetensors import SafetensorError
        from safetensors.torch import load

        try:
            return load((self.path / name).read_bytes())  # type: ignore[no-any-return]
        except FileNotFoundError as error:
            raise RunError(
                f"Run {self.id!r} has no {name} yet: it was stopped before its first checkpoint."
            ) from error
        except (OSError, SafetensorError, ValueError, KeyError) as error:
            raise RunError(f"{name} of run {self.id!r} is damaged. Train again.") from error


def new_run_id(model: ModelConfig, training: TrainConfig) -> str:
    """Return an id that sorts by time and tells what was trained."""
    now = datetime.now()
    return f"{now:%Y%m%d-%H%M%S}-{training.dataset}-{model.model}-{secrets.token_hex(2)}"


def create_run(
    runs_dir: Path,
    model: ModelConfig,
    training: TrainConfig,
    class_names: tuple[str, ...],
    preparation: str,
    run_id: str | None = None,
) -> Run:
    """Make a new run folder with its config and the status "queued".

    Raises:
        RunError: the folder cannot be written.
    """
    run = Run(runs_dir / (run_id or new_run_id(model, training)))
    config = {
        "format": FORMAT,
        "created": datetime.now().astimezone().isoformat(timespec="seconds"),
        "model": model.to_dict(),
        "training": training.to_dict(),
        "data": {"class_names": list(class_names), "preparation": preparation},
    }
    try:
        run.path.mkdir(parents=True)
        run.set_status("queued", step=0, total_steps=0)
        write_json(run.path / "config.json", config)  # last: with it, the folder is a run
    except OSError as error:
        shutil.rmtree(run.path, ignore_errors=True)
        raise RunError(
            f"The runs folder {str(runs_dir)!r} cannot be written ({error.strerror}). "
            "Set DPN_RUNS_DIR or --runs-dir to a folder that can."
        ) from error
    return run


def list_runs(runs_dir: Path) -> list[Run]:
    """Return the runs in the folder, newest first, then the shipped ones."""
    trained = [Run(path.parent) for path in runs_dir.glob("*/config.json")]
    shipped = [Run(path.parent) for path in SHIPPED.glob("*/config.json")]
    return sorted(trained, key=lambda run: run.id, reverse=True) + sorted(
        shipped, key=lambda run: run.id
    )


def find_run(name: str, runs_dir: Path) -> Run:
    """Return the run called ``name``: an id, a folder, or "latest".

    Raises:
        RunError: there is no such run.
    """
    runs = list_runs(runs_dir)
    if name == "latest":
        usable = [run for run in runs if run.origin == "trained" and run.weights_stamp()]
        if not usable:
            raise RunError(f"There is no trained run in {str(runs_dir)!r} yet. Train one first.")
        return usable[0]
    for run in runs:
        if run.id == name:
            return run
    folder = Path(name)
    if (folder / "config.json").is_file():
        return Run(folder.resolve())
    hint = did_you_mean(name, [run.id for run in runs])
    raise RunError(
        f"There is no run {name!r} in {str(runs_dir)!r}{hint}. "
        "Accepted: an id from `python -m dpn runs`, a run's folder, or 'latest'."
    )


def _alive(pid: object) -> bool:
    """Return whether a process with this id exists on this machine."""
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it exists and belongs to someone else
    return True
