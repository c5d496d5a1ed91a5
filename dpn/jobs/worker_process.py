"""Starting a ``dpn.jobs.worker`` and talking to it: commands in, events out."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


class WorkerProcess:
    """A ``dpn.jobs.worker`` process: commands in, events out."""

    def __init__(self) -> None:
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "dpn.jobs.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            encoding="utf-8",
        )

    def send(self, command: dict[str, Any]) -> None:
        """Give it a command; one that has ended no longer hears it."""
        assert self._popen.stdin is not None
        try:
            self._popen.stdin.write(json.dumps(command) + "\n")
            self._popen.stdin.flush()
        except (OSError, ValueError):
            log.warning("a training process that has ended was told to %s", command["do"])

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield events until the process ends."""
        assert self._popen.stdout is not None
        with self._popen.stdout:
            for line in self._popen.stdout:
                yield json.loads(line)
        self.close()

    def close(self) -> None:
        """End its input: it saves what it has and ends."""
        assert self._popen.stdin is not None
        with contextlib.suppress(OSError):  # it may have ended already
            self._popen.stdin.close()

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self._popen.poll() is not None

    def discard(self) -> None:
        """End one that was never given anything to do."""
        assert self._popen.stdout is not None
        self._popen.kill()
        self._popen.wait()
        self._popen.stdout.close()
        self.close()

    def wait(self, timeout: float) -> int | None:
        """Return its exit code; after ``timeout`` seconds it is killed first."""
        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            return self._popen.wait()
