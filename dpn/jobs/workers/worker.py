"""One training in a process of its own: ``python -m dpn.jobs.workers.worker``.

A training shares neither the interpreter's lock nor its memory with the pages: they stay quick
while it computes, it stays quick while they draw, and if it dies the app lives. What takes seconds
(importing torch) is over when Start is pressed: see ``dpn.jobs.workers.nursery``.

It reads commands from stdin and writes events to stdout, one JSON object a line:

    {"do": "train", "model": …, "training": …, "data_dir": …, "runs_dir": …, "run_id": …,
     "owner": …, "track": names, "most_parameters": …}
    {"do": "resume", "run": folder, "data_dir": …, "track": names}
    {"do": "run" | "pause" | "step" | "stop" | "weights" | "look"}

    {"event": "download", "done": bytes, "total": bytes}
    {"event": "loaded" | "progress" | "paused", "step": …, "total_steps": …, "seconds": …, …}
    {"event": "weights", "step": …}         they are in the run's live.safetensors
    {"event": "look", "step": …, …}         see ``dpn.jobs.look``
    {"event": "over", "state": "finished" | "stopped" | "failed", "message": …}

After "loaded" it waits for "run" or "step". When stdin ends, its owner is gone: it saves and stops.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, TextIO

from dpn.errors import DPNError
from dpn.jobs.workers.showing import Showing
from dpn.logs import set_up_log
from dpn.models.config import ModelConfig
from dpn.models.devices import release_memory
from dpn.models.late import import_late
from dpn.models.train_config import TrainConfig, tracker_names
from dpn.runs.run import LIVE_WEIGHTS, Run
from dpn.tracking.followers import Followers
from dpn.training.loop import Record, run_training
from dpn.training.opening import open_training, reopen_training
from dpn.training.trainer import StepRecord, Trainer

log = logging.getLogger(__name__)

#: Seconds between two "progress" events, at least.
REPORT_EVERY = 0.1

Message = dict[str, Any]


class StoppedEarlyError(DPNError):
    """Somebody pressed Stop while the data were loading."""


class Worker:
    """Obeys the commands of one training."""

    def __init__(self, commands: TextIO, events: TextIO) -> None:
        self._events = events
        self._commands: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._want = "hold"
        self._trainer: Trainer | None = None
        self._run: Run | None = None
        self._showing: Showing | None = None
        self._followers: Followers | None = None
        self._reported = 0.0
        threading.Thread(target=self._read, args=(commands,), daemon=True).start()

    def stop(self) -> None:
        """Save and stop, after the step under way."""
        self._commands.put({"do": "stop"})

    def work(self) -> None:
        """Wait for a training, carry it out, and report how it ended."""
        order = self._commands.get()
        if order["do"] not in ("train", "resume"):
            return  # the owner went away, or changed its mind
        try:
            self._trainer, self._run = self._open(order)
            self._emit({"event": "device", "device": str(self._trainer.device)})
            self._follow(order)
            self._report("loaded")
            with contextlib.closing(run_training(self._trainer, self._run)) as records:
                state, message = self._train(records), ""
        except StoppedEarlyError:
            state, message = "stopped", ""
        except DPNError as error:
            state, message = "failed", str(error)
        except Exception:
            log.exception("the training failed")
            state, message = "failed", "Training stopped by an unexpected error; see the log."
        if self._followers is not None:
            self._followers.close(wait=False)
        if self._trainer is not None:
            self._report("progress")
        if self._run is not None:
            with contextlib.suppress(OSError):  # a disk that fails must not hide how it ended
                (self._run.path / LIVE_WEIGHTS).unlink(missing_ok=True)
        self._emit({"event": "over", "state": state, "message": message})

    def _open(self, order: Message) -> tuple[Trainer, Run]:
        data_dir = Path(order["data_dir"])
        if order["do"] == "resume":
            run = Run(Path(order["run"]))
            return reopen_training(run, data_dir, progress=self._on_download), run
        return open_training(
            ModelConfig.from_dict(order["model"]),
            TrainConfig.from_dict(order["training"]),
            data_dir,
            Path(order["runs_dir"]),
            progress=self._on_download,
            run_id=order["run_id"],
            most_parameters=order.get("most_parameters", math.inf),
            owner=order.get("owner"),
        )

    def _train(self, records: Generator[Record]) -> str:
        """Take records as the commands want; return the state the training ends in."""
        while True:
            self._obey()
            if self._want == "stop":
                records.close()
                self._note("stopped")  # for a generator closed before it began
                return "stopped"
            record = next(records, None)
            if record is None:
                return "finished"
            if isinstance(record, StepRecord):
                if self._want == "step":
                    self._want = "pause"
                elif time.monotonic() - self._reported >= REPORT_EVERY:
                    self._report("progress")

    def _obey(self) -> None:
        """Carry out what was asked; return when there is a reason to go on or to stop."""
        said, shown = False, set[str]()
        while True:
            waiting = self._want in ("hold", "pause")
            if self._want == "pause" and not said:
                said = True
                self._note("paused")
                self._report("paused")
                release_memory()  # it may be paused for long
            if self._commands.empty():  # what was asked for often meanwhile is shown once
                for what in sorted(shown):
                    self._show(what)
                shown.clear()
            try:
                command = self._commands.get(block=waiting)["do"]
            except queue.Empty:
                return
            if command in ("weights", "look"):
                shown.add(command)
            elif self._want != "stop":  # which is final
                self._want = command
                said = False

    def _show(self, what: str) -> None:
        if self._showing is None and self._trainer is not None and self._run is not None:
            self._showing = Showing(self._trainer, self._run)
        if self._showing is not None and (event := self._showing.show(what)):
            self._emit(event)

    def _follow(self, order: Message) -> None:
        """Start the trackers that the order allows, and wait until they are ready."""
        assert self._trainer is not None
        assert self._run is not None
        names = tracker_names(order.get("track", ""))
        if not names:
            return
        again = self._trainer.step_count if order["do"] == "resume" else None
        data_dir = Path(order["data_dir"])
        self._followers = Followers(self._run, data_dir, names, again, log.warning)
        self._followers.wait_until_ready(unless=self._is_told_to_stop)

    def _is_told_to_stop(self) -> bool:
        """Take what was said while nothing can be done about it; only a stop counts."""
        while not self._commands.empty():
            if self._commands.get()["do"] == "stop":
                self._want = "stop"
        return self._want == "stop"

    def _on_download(self, done: int, total: int) -> None:
        if self._is_told_to_stop():
            raise StoppedEarlyError  # ends the download, which cleans up after itself
        self._emit({"event": "download", "done": done, "total": total})

    def _note(self, state: str) -> None:
        if self._run is not None and self._trainer is not None:
            trainer = self._trainer
            with contextlib.suppress(OSError):  # a full disk is reported by what must be written
                self._run.set_status(
                    state, step=trainer.step_count, total_steps=trainer.total_steps
                )

    def _report(self, event: str) -> None:
        assert self._trainer is not None
        trainer = self._trainer
        self._reported = time.monotonic()
        self._emit(
            {
                "event": event,
                "step": trainer.step_count,
                "total_steps": trainer.total_steps,
                "seconds": trainer.seconds,
            }
        )

    def _emit(self, event: Message) -> None:
        with contextlib.suppress(BrokenPipeError):  # its owner is gone: a "stop" is on its way
            self._events.write(json.dumps(event) + "\n")
            self._events.flush()

    def _read(self, commands: TextIO) -> None:
        try:
            for line in commands:
                self._commands.put(json.loads(line))
        finally:  # half a line, when its owner was killed while it wrote
            self.stop()


def main() -> None:
    """Be the process of one training."""
    # Ctrl-C in a terminal reaches all its processes; this one stops when its owner does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(10)  # a person who draws waits for an answer; a training only ends a little later
    set_up_log()
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Whatever prints, in Python or in C, must not end up among the events.
    sys.stdout = sys.stderr
    os.dup2(sys.stderr.fileno(), 1)
    import_late()
    worker = Worker(sys.stdin, events)
    # A service manager can tell all processes of the app to end, and not only its first.
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.work()


if __name__ == "__main__":
    main()
