"""Starting ``dpn.jobs.workers.worker`` processes and talking to them: commands in, events out."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

log = logging.getLogger(__name__)

#: Where a process with one thread can be forked as it is. macOS' own libraries do not survive it.
CAN_FORK = sys.platform == "linux"
#: Seconds after which what waits is ended, if nobody asked for it again and nothing trains.
REST = 1800.0


class Process(Protocol):
    """What is needed of a process; ``subprocess.Popen`` is one."""

    def wait(self, timeout: float | None = None) -> int | None:
        """Return its exit code. Raises ``subprocess.TimeoutExpired``."""

    def kill(self) -> None:
        """End it at once."""


class WorkerProcess:
    """A ``dpn.jobs.workers.worker`` process.

    Args:
        process: itself.
        commands: the file it reads.
        events: the file it writes.
    """

    def __init__(self, process: Process, commands: int, events: int) -> None:
        self._process = process
        self._commands = os.fdopen(commands, "w", encoding="utf-8")
        self._events = os.fdopen(events, encoding="utf-8")

    def send(self, command: dict[str, Any]) -> None:
        """Give it a command; one that has ended no longer hears it."""
        try:
            self._commands.write(json.dumps(command) + "\n")
            self._commands.flush()
        except (OSError, ValueError):
            log.warning("a training process that has ended was told to %s", command["do"])

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield events until the process ends."""
        with self._events:
            for line in self._events:
                yield json.loads(line)
        self.close()

    def close(self) -> None:
        """End its input: it saves what it has and ends."""
        with contextlib.suppress(OSError):  # it may have ended already
            self._commands.close()

    def wait(self, timeout: float) -> int | None:
        """Return its exit code; after ``timeout`` seconds it is killed first."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class Forked:
    """A process that the nursery forked: told of in ``report``, by its id and its exit code."""

    def __init__(self, report: int) -> None:
        self._report = os.fdopen(report)
        self._pid = 0
        self._code: int | None = None
        self._is_over = threading.Event()
        threading.Thread(target=self._listen, name="forked", daemon=True).start()

    def wait(self, timeout: float | None = None) -> int | None:
        """Return its exit code; None where the nursery is gone and nobody knows."""
        if not self._is_over.wait(timeout):
            raise subprocess.TimeoutExpired("dpn.jobs.workers.worker", timeout or 0)
        return self._code

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._is_over.is_set()

    def kill(self) -> None:
        """End it at once."""
        if self._pid and not self._is_over.is_set():
            with contextlib.suppress(OSError):
                os.kill(self._pid, signal.SIGKILL)

    def _listen(self) -> None:
        with self._report:
            self._pid = int(self._report.readline() or 0)
            self._code = int(line) if (line := self._report.readline()) else None
        self._is_over.set()


class Starter:
    """Starts workers; ``prepare`` has what takes seconds over before one is asked for.

    What waits holds hundreds of megabytes: where it is not asked for any more, it is ended.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None
        self._forked: list[Forked] = []
        self._asked = 0.0
        self._rests = False

    def prepare(self) -> None:
        """Have a process that has imported all; where that can be forked, one for all workers."""
        with self._lock:
            self._asked = time.monotonic()
            if self._ready is not None and self._ready.poll() is not None:
                self.discard()  # something killed it while it waited
            if self._ready is None and CAN_FORK:
                self._asking, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with end:
                    # One thread of OpenBLAS, for a fork keeps only the one that forks.
                    self._ready = _start("nursery", stdin=end, OPENBLAS_NUM_THREADS="1")
            elif self._ready is None:
                self._ready = _start("worker", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            if not self._rests:
                self._rests = True
                threading.Thread(target=self._rest, name="rest", daemon=True).start()

    def start(self) -> WorkerProcess:
        """Return a new worker, which waits for its order."""
        with self._lock:
            self.prepare()
            assert self._ready is not None
            if self._asking is None:
                process, self._ready = self._ready, None
                assert process.stdin is not None
                assert process.stdout is not None
                files = [os.dup(file.fileno()) for file in (process.stdin, process.stdout)]
                process.stdin.close()
                process.stdout.close()
                return WorkerProcess(process, *files)
            (hears, commands), (events, says), (report, tells) = os.pipe(), os.pipe(), os.pipe()
            try:
                socket.send_fds(self._asking, [b"one more"], [hears, says, tells])
            finally:
                for end in (hears, says, tells):
                    os.close(end)
            forked = Forked(report)
            self._forked = [one for one in self._forked if not one.is_over] + [forked]
            return WorkerProcess(forked, commands, events)

    def discard(self) -> None:
        """End what waits; workers that were started go on."""
        with self._lock:
            ready, self._ready = self._ready, None
            asking, self._asking = self._asking, None
            if asking is not None:
                asking.close()
            if ready is not None:
                ready.kill()
                ready.communicate()

    def _rest(self) -> None:
        """End what waits once it was not asked for in a while and no worker of it lives."""
        while True:
            time.sleep(REST / 20)
            with self._lock:
                is_needed = not all(one.is_over for one in self._forked)
                if self._ready is None or (not is_needed and time.monotonic() - self._asked > REST):
                    self.discard()
                    self._rests = False
                    return


def _start(
    name: str, stdin: Any, stdout: Any = None, **environment: str
) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-m", f"dpn.jobs.workers.{name}"],
        stdin=stdin,
        stdout=stdout,
        env={**os.environ, "PYTHONPATH": path, **environment},
    )
