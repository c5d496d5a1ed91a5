"""Trainings in the background without waiting for processes: each worker is a thread."""

import contextlib
import dataclasses
import json
import os
import threading
from typing import ClassVar

from dpn.jobs.limits import OWN
from dpn.jobs.manager import JobManager
from dpn.jobs.workers.worker import Worker
from dpn.runs.history import History
from dpn.runs.run import Run
from tests.helpers import short_training, small_model, until

#: Steps that no test waits for.
ENDLESS = 1_000_000


class ThreadWorker:
    """What ``WorkerProcess`` is, without the process."""

    made: ClassVar[list] = []

    def __init__(self):
        commands, self._commands = pipe()
        self._events, events = pipe()
        self.sent = []
        ThreadWorker.made.append(self)
        self._thread = threading.Thread(target=self._work, args=(commands, events), daemon=True)
        self._thread.start()

    def _work(self, commands, events):
        with events:
            Worker(lines(commands), events).work()

    def send(self, command):
        self.sent.append(command["do"])
        try:
            self._commands.write(json.dumps(command) + "\n")
            self._commands.flush()
        except (OSError, ValueError):
            pass

    def events(self):
        with self._events:
            for line in self._events:
                yield json.loads(line)
        self.close()

    def close(self):
        if not self._commands.closed:
            self._commands.close()

    def wait(self, timeout):
        self._thread.join(timeout)
        assert not self._thread.is_alive()
        return 0


class ThreadStarter:
    """What ``Starter`` is, without processes."""

    def prepare(self):
        pass

    def start(self):
        return ThreadWorker()

    def discard(self):
        pass


def lines(file):
    """Yield the lines of a file, and close it at its end."""
    with file:
        yield from file


def pipe():
    """A file to read from, and a file whose lines arrive there."""
    read, write = os.pipe()
    return os.fdopen(read, encoding="utf-8"), os.fdopen(write, "w", encoding="utf-8")


class Desk:
    """A manager, and what a person at the page does with it."""

    def __init__(self, folder, limits):
        self.data, self.runs = folder / "data", folder / "runs"
        self.manager = JobManager(limits)

    def start(self, name="dpn", owner=None, **changes):
        return self.manager.start(
            small_model(name), short_training(**changes), self.data, self.runs, owner
        )

    def run(self, job):
        return Run(self.runs / job)

    def view(self, job):
        return self.manager.view(job)

    def state(self, job):
        return self.manager.view(job).state

    def reaches(self, job, *states):
        return until(lambda: self.state(job) in states and self.view(job))

    def steps(self, job, count):
        """Wait until it is this far."""
        until(lambda: self.view(job).step >= count)

    def written(self, job):
        """Steps in the run's metrics."""
        return History(self.run(job).path / "metrics.jsonl").poll().steps["step"].tolist()


@contextlib.contextmanager
def closing_desk(folder, slots=1, limits=None):
    desk = Desk(folder, limits or dataclasses.replace(OWN, slots=slots))
    try:
        yield desk
    finally:
        desk.manager.shut_down(30)
        until(lambda: not any(t.name.startswith("job-") for t in threading.enumerate()))
