"""A tracker's process: ``python -m dpn.tracking.follower RUN DATA_DIR NAME SHARE SECONDS [STEP]``.

SHARE is what the tracker may take of a processor's time while the training goes on, SECONDS how
long it may take when that is over, STEP where a resumed one goes on.

It reads what the training writes into the run's folder, and never talks to the training: whatever a
tracker's library takes, holds, prints or breaks stays in here. When stdin ends the training is
over, and it writes the end. It says on stdout, one JSON object a line:

    {"event": "ready"}                     its library is loaded: the training may begin
    {"event": "stopped", "message": …}     it goes on without this tracker
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from dpn.runs.run import Run
from dpn.tracking.handover import EVERY, Handover
from dpn.tracking.tools import TOOLS
from dpn.tracking.tracker import Tracker

#: Seconds of a processor that the first rows are taken to cost: libraries make much when they are
#: first asked. So a training of a few seconds is not disturbed at all.
FIRST_COST = 0.1


def follow_until(over: threading.Event, follow: Callable[[], object], share: float) -> None:
    """Follow again and again until it is over, at rest for so long that the share is kept.

    A lower priority would be kept until the end, and on a busy machine the end would never come.
    """
    rest = max(EVERY, FIRST_COST / share)
    while not over.wait(rest):
        before = time.process_time()
        follow()
        rest = max(EVERY, (time.process_time() - before) / share)


def make_tracker(name: str) -> Tracker:
    """Return the tracker of this name; its library is imported."""
    if name == "tensorboard":
        from dpn.tracking.tensorboard import TensorBoard

        return TensorBoard()
    if name == "mlflow":
        from dpn.tracking.mlflow import MLflow

        return MLflow()
    from dpn.tracking.wandb import Wandb

    return Wandb(name)


class _Voice:
    """Says things to whoever started this process, if it is still there."""

    def __init__(self, out: TextIO, title: str) -> None:
        self._out = out
        self._title = title

    def say(self, **event: str) -> None:
        with contextlib.suppress(OSError):
            self._out.write(json.dumps(event) + "\n")
            self._out.flush()

    def give_up(self, handover: Handover, reason: str) -> None:
        """Say and note why it ends early, and end with all that its library has started."""
        sentence = f"{self._title} stopped: {reason}"
        handover.give_up(sentence)
        self.say(event="stopped", message=sentence)
        if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)


def _until_over(over: threading.Event, seconds: float, late: Callable[[], None]) -> None:
    """Wait for the end of stdin, and then for so long as a tracker may take."""
    with contextlib.suppress(OSError):
        sys.stdin.read()
    over.set()
    if hasattr(signal, "alarm"):
        signal.alarm(int(seconds) + 5)  # the system's own, should Python itself be held
    time.sleep(seconds)
    late()


def _apart(folder: Path, name: str) -> TextIO:
    """Return stdout for events, after what libraries print was sent to a log in the folder."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    try:
        folder.mkdir(exist_ok=True)
        log = os.open(folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        log = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(log, standard)
    return events


def main(arguments: list[str]) -> None:
    """Be the process of one tracker; it ends with 0, or with 1 after it said why."""
    path, data_dir, name, share, seconds, *again = arguments
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.SIG_IGN)  # the training hears it, saves, and then stdin ends
    run, folder = Run(Path(path)), Path(path) / "tracking"
    voice, over = _Voice(_apart(folder, name), TOOLS[name].title), threading.Event()
    handover = Handover(run, Path(data_dir), folder / f"{name}.json")

    def late() -> None:
        voice.give_up(handover, f"it was not done {seconds} seconds after the training.")

    waiting = (over, float(seconds), late)
    threading.Thread(target=_until_over, args=waiting, daemon=True).start()
    try:
        handover.open(make_tracker(name), int(again[0]) if again else None)
        voice.say(event="ready")
        follow_until(over, handover.follow, float(share))
        handover.close()
    except BaseException as error:
        with contextlib.suppress(OSError):  # the disk may be full
            traceback.print_exc()
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        log = folder / f"{name}.log"
        voice.give_up(handover, f"{first[:300].rstrip('.')}. All of it is in {log}.")
    os._exit(0)  # without waiting for threads of the library


if __name__ == "__main__":
    main(sys.argv[1:])
