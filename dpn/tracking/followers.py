"""The trackers of one training, as it sees them: processes that it starts and leaves be."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dpn.runs.run import Run
from dpn.tracking.tools import TOOLS, is_installed, to_install

#: Seconds that a training waits for the trackers' libraries before it begins without them.
READY_SECONDS = 30.0
#: Of one processor's time, what all trackers together may take while the training goes on: its
#: threads wait for each other, so whatever stops one of them stops all.
SHARE = 0.02
#: Seconds that a tracker may take when the training is over, and what comes on top before it is
#: ended from outside.
FINISH_SECONDS, GRACE_SECONDS = 120, 10


class Followers:
    """One process for each tracker. Nothing here raises, and only what says so waits."""

    def __init__(
        self,
        run: Run,
        data_dir: Path,
        names: Sequence[str],
        again_from: int | None,
        say: Callable[[str], None],
    ) -> None:
        """Start them; ``say`` is called with a sentence when one ends early, from any thread."""
        self._say = say
        self._followers: list[_Follower] = []
        again = [] if again_from is None else [str(again_from)]
        for name in names:
            if not is_installed(name):
                say(f"{to_install(name)}. The training goes on without it.")
                continue
            try:
                order = [str(run.path.resolve()), str(data_dir.resolve()), name]
                order += [str(SHARE / len(names)), str(FINISH_SECONDS), *again]
                self._followers.append(_Follower(order, say))
            except OSError as error:
                say(f"{TOOLS[name].title} did not start: {error.strerror}.")

    def wait_until_ready(self, unless: Callable[[], bool] = lambda: False) -> None:
        """Wait until they have loaded their libraries, which would slow the first steps."""
        deadline = time.monotonic() + READY_SECONDS
        while not all(follower.ready.is_set() for follower in self._followers) and not unless():
            if time.monotonic() > deadline:
                self._say("A tracker is not ready yet. The training begins without waiting.")
                return
            time.sleep(0.02)

    def close(self, *, wait: bool) -> None:
        """Tell them that the training is over; with ``wait`` return when they have ended."""
        for follower in self._followers:
            follower.close()
        deadline = time.monotonic() + FINISH_SECONDS + GRACE_SECONDS
        for follower in self._followers if wait else []:
            follower.wait(max(0.0, deadline - time.monotonic()))


class _Follower:
    """One ``dpn.tracking.follower``, in a session of its own: a Ctrl-C is not for it."""

    def __init__(self, order: list[str], say: Callable[[str], None]) -> None:
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self.ready = threading.Event()
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "dpn.tracking.follower", *order],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._hear, args=(say,), daemon=True)
        self._thread.start()

    def _hear(self, say: Callable[[str], None]) -> None:
        assert self._popen.stdout is not None
        with self._popen.stdout as lines:
            for line in lines:
                with contextlib.suppress(ValueError):
                    event = json.loads(line)
                    if event.get("event") == "stopped":
                        say(f"{event['message']} The training goes on without it.")
                self.ready.set()
        self.ready.set()

    def close(self) -> None:
        assert self._popen.stdin is not None
        with contextlib.suppress(OSError):  # it has ended already
            self._popen.stdin.close()

    def wait(self, seconds: float) -> None:
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(OSError):
                kill = getattr(os, "killpg", os.kill)
                kill(self._popen.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            self._popen.wait()
        self._thread.join(1.0)
