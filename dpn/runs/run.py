"""A run on disk: one folder that holds all of a training.

    config.json              model, training and data, written once
    status.json              state, message, step: replaced as it changes
    metrics.jsonl            one JSON object a line, only ever appended to
    checkpoint.safetensors   weights and optimiser, to resume from
    weights.safetensors      the weights alone, to use
    snapshots/               the weights at about 20 moments; see ``dpn.runs.snapshots``
    result.json              what the finished model scored
    doubt.safetensors        what tells none of its classes; see ``dpn.doubt.kept``
    seen.safetensors         what names squares of photos; see ``dpn.explain.photos.kept``
    title.json               a title, if it was given one; see ``dpn.runs.title``
    chain.json               the lessons behind one that came as a bundle; see ``dpn.runs.chain``

Files that are replaced are replaced whole, so another process can read a run while it is written.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dpn.errors import RunError
from dpn.runs.config import RunConfig
from dpn.runs.files import (
    append_json,
    read_json,
    read_tensors,
    remove_partials,
    unchanged,
    write_json,
    write_tensors,
)
from dpn.runs.processes import is_alive, is_elsewhere, this_process
from dpn.runs.result import read_result
from dpn.runs.snapshots import read_snapshot

if TYPE_CHECKING:
    from torch import Tensor

    from dpn.models.base import Classifier

SHIPPED = Path(__file__).parents[1] / "shipped"
#: A copy of the weights, made on demand while a training is under way.
LIVE_WEIGHTS = "live.safetensors"
#: The file of a second read-out; see ``dpn.doubt.kept``.
DOUBT = "doubt.safetensors"
#: The file of what is seen in squares of photos; see ``dpn.explain.photos.kept``.
SEEN = "seen.safetensors"
#: The file of a title. Anybody may write it at any time: it says nothing of the training.
TITLE = "title.json"
#: There while a process looks whether it may train the run; see ``dpn.runs.start``.
CLAIM = ".claim"
#: The files that make a model elsewhere what it is here: all but what only a training needs. Those
#: of the first row are always there.
CARRIED = (
    *("config.json", "weights.safetensors"),
    *("result.json", "metrics.jsonl", DOUBT, SEEN, TITLE),
)
#: Seconds without a new byte after which a training on another machine counts as interrupted.
SILENCE = 120
#: States in which a training is under way in some process, and in which it is over.
ACTIVE = ("queued", "running", "paused")
OVER = ("stopped", "finished", "failed")
#: Those in which it can go on where it was, and would; what failed may fail again.
CAN_GO_ON = ("stopped", "interrupted")


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
        return RunConfig.read(self.path / "config.json")

    def status(self) -> dict[str, Any]:
        """Return state, message, step and total_steps; "interrupted" if its process is gone."""
        if self.origin == "shipped":
            return {"state": "finished", "message": "", "step": 0, "total_steps": 0}
        status = read_json(self.path / "status.json")
        counts = [status.get(name) for name in ("step", "total_steps")]
        are_counts = all(type(count) is int and count >= 0 for count in counts)
        is_text = isinstance(status.get("message"), str)
        if status.get("state") not in (*ACTIVE, *OVER) or not (are_counts and is_text):
            raise RunError(f"status.json of run {self.id!r} is damaged. Train again.")
        if status["state"] in ACTIVE and not self._goes_on(status):
            status["state"] = "interrupted"
            status["message"] = "Its process ended before the training did. It can be resumed."
        return status

    def _goes_on(self, status: dict[str, Any]) -> bool:
        if not is_elsewhere(status):
            return is_alive(status)
        try:  # on a machine that shares the runs folder; its clock may differ a little
            files = [file for file in self.path.iterdir() if file.name not in (TITLE, CLAIM)]
            written = max(file.stat().st_mtime for file in files)
        except (OSError, ValueError):
            return False
        # A file from far in the future says that a clock was wrong, not that somebody is alive.
        return abs(time.time() - written) < SILENCE

    def set_status(self, state: str, message: str = "", *, step: int, total_steps: int) -> None:
        """Replace status.json."""
        status = {"state": state, "message": message, "step": step, "total_steps": total_steps}
        writer = {**this_process(), "time": time.time()}
        write_json(self.path / "status.json", {**status, **writer})

    def result(self) -> dict[str, Any] | None:
        """Return what the finished run scored, for reading only, or None before that.

        Raises:
            RunError: it is damaged.
        """
        file = self.path / "result.json"
        return unchanged(file, read_result) if file.exists() else None

    def set_result(self, result: dict[str, Any]) -> None:
        """Write result.json."""
        write_json(self.path / "result.json", result)

    def append(self, record: dict[str, Any]) -> None:
        """Add one line to metrics.jsonl."""
        append_json(self.path / "metrics.jsonl", record)

    def save_checkpoint(self, state: dict[str, Tensor]) -> None:
        """Save a ``Trainer.state()`` to resume from, and its weights to use."""
        weights = {k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")}
        write_tensors(self.path / "checkpoint.safetensors", state)
        self.save_weights(weights)

    def remove_leftovers(self) -> None:
        """Remove what a process that was killed was in the middle of writing.

        Only whoever is about to train the run may call it.
        """
        for folder in (self.path, self.path / "snapshots"):
            remove_partials(folder)
        with contextlib.suppress(OSError):
            (self.path / LIVE_WEIGHTS).unlink(missing_ok=True)

    def save_weights(self, weights: dict[str, Tensor]) -> None:
        """Save weights to use, with nothing to resume from."""
        write_tensors(self.path / "weights.safetensors", weights)

    def load_checkpoint(self) -> dict[str, Tensor]:
        """Read what ``save_checkpoint`` wrote.

        Raises:
            RunError: there is none, or it is damaged.
        """
        return read_tensors(self.path / "checkpoint.safetensors", self.id)

    def load_model(self, moment: int | None = None) -> Classifier:
        """Return the trained model on the CPU, in eval mode: its last weights or a snapshot's.

        Weights may be kept in half precision, as larger shipped ones are.

        Raises:
            RunError: weights are missing, damaged, or do not fit config.json.
        """
        import torch

        from dpn.models.build import build_model

        with torch.device("meta"):  # no memory is taken before the sizes are known to be right
            model = build_model(self.config().model)
        if moment is None:
            weights = read_tensors(self.path / "weights.safetensors", self.id)
        else:
            weights, _ = read_snapshot(self.path, moment)
        weights = {n: w.float() if w.dtype == torch.float16 else w for n, w in weights.items()}
        if not model.fits(weights):
            raise RunError(
                f"The weights of run {self.id!r} do not fit its config.json; one of the two was "
                "changed. Train again."
            )
        # Not ``to_empty``, which imports SymPy. What was read shares one block of memory.
        model.load_state_dict({n: w.clone() for n, w in weights.items()}, assign=True)
        return model.eval()

    def delete(self) -> None:
        """Delete the folder.

        Raises:
            RunError: it is a shipped one, a training is under way in it, or it cannot be deleted.
        """
        if self.origin == "shipped":
            raise RunError(f"Run {self.id!r} is part of the project and cannot be deleted.")
        if self._is_active():
            raise RunError(f"Run {self.id!r} is still training. Stop it first.")
        try:
            (self.path / "config.json").unlink(missing_ok=True)  # first: it is no run any more
            shutil.rmtree(self.path)
        except OSError as error:
            raise RunError(f"Run {self.id!r} cannot be deleted ({error.strerror}).") from error

    def _is_active(self) -> bool:
        try:
            return self.status()["state"] in ACTIVE
        except RunError:
            return False  # damaged, and nobody trains it

    def weights_stamp(self) -> int:
        """Return a number that changes whenever the weights do; 0 while there are none."""
        return self._stamp("weights.safetensors")

    def answers_stamp(self) -> int:
        """Return a number that changes whenever the weights do, or what was fitted to them."""
        return hash((self.weights_stamp(), self._stamp(DOUBT), self._stamp(SEEN)))

    def _stamp(self, name: str) -> int:
        try:
            stat = (self.path / name).stat()
        except OSError:
            return 0
        return hash((stat.st_mtime_ns, stat.st_ino))  # the clock of a file system is coarse
