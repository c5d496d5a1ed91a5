"""What answers need, kept ready: the models on their device, and what doubts them.

Each is read once for each state of its file. For one thread.
"""

from __future__ import annotations

import logging
from collections import OrderedDict

import torch

from dpn.doubt.kept import read_doubt
from dpn.doubt.known import Doubt
from dpn.errors import RunError
from dpn.jobs.manager import JobManager
from dpn.models.base import Classifier
from dpn.models.build import build_model
from dpn.models.devices import pick_device
from dpn.runs.run import Run

log = logging.getLogger(__name__)

CPU = torch.device("cpu")
#: Models kept ready; the one used longest ago makes room.
MODELS = 8
#: Runs whose doubt is kept, likewise.
DOUBTS = 32
#: Seconds to wait for a training's newest weights; then its last ones answer.
PATIENCE = 0.1


class Models:
    """The models in use, each on the device once.

    Attributes:
        device: chosen with the first model; None before.
    """

    def __init__(self, jobs: JobManager) -> None:
        self.device: torch.device | None = None
        self._jobs = jobs
        self._kept: OrderedDict[tuple[str, int | None], tuple[object, Classifier]] = OrderedDict()

    def of(self, run: Run, moment: int | None) -> tuple[Classifier, int | None]:
        """Return a run's model, and its step if it is training.

        Its weights are the newest, or those of one of its snapshots, the step ``moment``.

        Raises:
            RunError: the run has no usable weights.
        """
        live, stamp = None, ("snapshot", moment)
        if moment is None:
            live = self._jobs.live_weights(run.id, timeout=PATIENCE)
            stamp = ("step", live.step) if live else ("file", run.weights_stamp())
        name = (run.id, moment)
        kept = self._kept.get(name)
        if kept is None or kept[0] != stamp:
            if live is None:
                model = run.load_model(moment)
            else:
                model = kept[1] if kept else build_model(run.config().model)
                model.load_state_dict(live.weights)
            self.device = self.device or pick_device()
            kept = (stamp, model.to(self.device).eval())
            self._kept[name] = kept
        self._kept.move_to_end(name)
        while len(self._kept) > MODELS:
            self._kept.popitem(last=False)
        return kept[1], live.step if live else None

    def leave_device(self) -> None:
        """Be on the CPU from now on: the device was lost."""
        self.device = CPU
        self._kept.clear()


class Doubts:
    """What doubts the answers of runs."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, Doubt | None]] = OrderedDict()

    def of(self, run: Run) -> Doubt | None:
        """Return what doubts answers of the run's last weights, if anything does.

        What is damaged is told in the log, once: the run answers without it.
        """
        stamp = run.answers_stamp()  # doubt comes moments after the weights it is of
        kept = self._kept.get(run.id)
        if kept is None or kept[0] != stamp:
            try:
                kept = stamp, read_doubt(run)
            except RunError as error:
                log.warning("%s", error)
                kept = stamp, None
            self._kept[run.id] = kept
        self._kept.move_to_end(run.id)
        while len(self._kept) > DOUBTS:
            self._kept.popitem(last=False)
        return kept[1]
