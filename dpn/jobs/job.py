"""A training in the background: what is shown of it, and what the manager knows."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dpn.jobs.look import Look
from dpn.jobs.workers.process import WorkerProcess
from dpn.runs.run import LIVE_WEIGHTS, Run

if TYPE_CHECKING:
    from torch import Tensor

#: States of a job that is not over.
LIVE = ("loading", "queued", "running", "paused")
#: Share of a training's time that may go into looks at it.
LOOKING = 0.01


@dataclass(frozen=True)
class JobView:
    """A job at one moment, for showing.

    Attributes:
        id: the id of its run.
        state: "loading" (the data), "queued", "running", "paused", "stopped", "finished", "failed".
        message: for people; why it failed, or "".
        step: batches done.
        total_steps: batches planned; 0 until the data are loaded.
        seconds: spent training.
        download: (bytes so far, bytes in all) while data are downloaded, else None.
        owner: who started it, as ``dpn.jobs.visitors.owner_of`` has it; None on one's own machine.
        place: 1 for the next in the queue, 2 for the one after it; 0 while it does not wait.
        wait: seconds until its turn, about; None if nobody can tell.
        world: what its model reads, one of ``dpn.models.config.WORLDS``.
    """

    id: str
    state: str = "loading"
    message: str = ""
    step: int = 0
    total_steps: int = 0
    seconds: float = 0.0
    download: tuple[int, int] | None = None
    owner: str | None = None
    place: int = 0
    wait: float | None = None
    world: str = "picture"

    @property
    def live(self) -> bool:
        """Whether it may still change by itself or by a button."""
        return self.state in LIVE

    @property
    def seconds_left(self) -> float | None:
        """Training seconds to go at the pace so far, or None before the first step."""
        if not self.step:
            return None
        return self.seconds / self.step * (self.total_steps - self.step)


@dataclass(frozen=True)
class LiveWeights:
    """A copy of a training model's weights, and the step they were taken after."""

    step: int
    weights: dict[str, Tensor]


def read_live_weights(run: Run, step: int) -> LiveWeights | None:
    """Return the copy that a training wrote after ``step``; None if it has none, or is over."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return LiveWeights(step, load((run.path / LIVE_WEIGHTS).read_bytes()))
    except (OSError, SafetensorError):
        return None


class Job:
    """What the manager knows of one training. Guarded by the manager's condition."""

    def __init__(self, run: Run, process: WorkerProcess, view: JobView) -> None:
        self.run = run
        self.process = process
        self.view = view
        self.want = "run"
        self.reason = ""  # why the manager itself stopped it
        self.device = ""  # known when the data are loaded
        self.holds_place = False
        self.copies = 0
        self.copied_step = 0
        self.look: Look | None = None
        self._asked, self._is_asked = float("-inf"), False
        self._took: list[float] = []  # seconds of each look

    @property
    def is_loaded(self) -> bool:
        """Whether there is a model that can be asked, and its training is not over."""
        return self.view.state in ("queued", "running", "paused")

    def update(self, **changes: Any) -> None:
        """Change what is shown of it."""
        self.view = replace(self.view, **changes)

    def ask_for_look(self, every: float) -> None:
        """Have the model looked at, where it has changed and the last question is so old.

        Looks take at most the share ``LOOKING`` of a training's time. Of the first one's seconds
        most are what torch does once, and a busy machine makes others longer: the quickest counts.
        """
        now = time.monotonic()
        if len(self._took) > 1:
            every = max(every, min(self._took) / LOOKING)
        is_due = now - self._asked >= every and not self._is_asked
        if is_due and (self.look is None or self.look.step != self.view.step):
            self._asked, self._is_asked = now, True
            self.process.send({"do": "look"})

    def is_to(self, want: str) -> None:
        """Have it "run", "pause", take one "step" or "stop"; a stop is final."""
        if not self.view.live or self.want == "stop":
            return
        self.want = want
        state = self.view.state
        if want == "stop" or (want in ("pause", "step") and state == "running"):
            self.process.send({"do": want})
        elif want == "pause" and state == "queued":
            self.update(state="paused")
        elif want in ("run", "step") and state == "paused":
            self.update(state="queued")

    def end(self, reason: str) -> None:
        """Have it stopped, for a reason that is shown with it."""
        if self.want != "stop":
            self.want, self.reason = "stop", reason
            self.process.send({"do": "stop"})

    def ended(self, code: int | None) -> None:
        """Take in that its process is gone: if the training was not over, it failed.

        Args:
            code: what it ended with, negative for a signal; None if it did not end in time.
        """
        self.holds_place = False
        if self.view.live:
            message = "Its process ended unexpectedly. "
            if code == -9:
                message = "The system ended its process, most likely for want of memory. "
                message += "Try a smaller batch_size or model. "
            self.update(state="failed", message=message + "Resume goes on from what was saved.")

    def take(self, event: dict[str, Any], seconds: float) -> None:
        """Take in what its process told (see ``dpn.jobs.workers.worker``).

        Args:
            event: as it came.
            seconds: of training, at which it is ended.
        """
        kind, told = event["event"], {name: event[name] for name in event if name != "event"}
        if kind == "download":
            self.update(download=(told["done"], told["total"]))
        elif kind == "weights":
            self.copied_step = told["step"]
            self.copies += 1
        elif kind == "look":
            self.look, self._is_asked = Look.from_event(told), False
            self._took.append(self.look.seconds)
        elif kind == "device":
            self.device = told["device"]
        elif kind == "over":
            self.holds_place = False
            self.update(download=None, **told)
            if told["state"] == "stopped":
                self.update(message=self.reason)
        else:
            self.update(download=None, **told)
            if self.view.seconds > seconds:
                limit = f"{seconds:g} second{'s' * (seconds != 1)}"
                self.end(f"It reached {limit} of training, which is this server's limit.")
            if kind == "loaded":
                self.update(state="paused" if self.want == "pause" else "queued")
            elif kind == "paused" and self.want == "run":
                self.process.send({"do": "run"})  # Resume was pressed before the pause began
            elif kind == "paused" and self.want != "stop":
                self.holds_place = False
                self.update(state="paused")
