"""A server to be killed: one ``JobManager`` and one training, in a process of their own.

python -m tests.faults.server FOLDER start '{"model": {…}, "training": {…}}'
python -m tests.faults.server FOLDER resume RUN
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from dpn.jobs.manager import JobManager
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.history import History
from dpn.runs.run import Run

ROOT = Path(__file__).parents[2]


class Server:
    """The process, seen from outside; it leads a group that its worker belongs to."""

    def __init__(self, folder, do, what):
        self.command = [sys.executable, "-m", "tests.faults.server", str(folder), do, what]
        self.popen = subprocess.Popen(
            self.command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self.run = Run(folder / "runs" / self.popen.stdout.readline().strip())

    def steps(self, count):
        """Wait until the run has taken so many steps since its start, or is over."""
        from tests.helpers import until  # with torch, which the server itself can do without

        history = History(self.run.path / "metrics.jsonl")
        until(lambda: len(history.poll().steps["step"]) >= count or self.popen.poll() is not None)

    def kill(self, *, everything=True):
        """Kill it with its worker, or it alone; return the time by ``time.time``."""
        killed = time.time()
        with suppress(ProcessLookupError):
            (os.killpg if everything else os.kill)(self.popen.pid, signal.SIGKILL)
        self.popen.wait(30)
        return killed

    def wait(self, seconds):
        """Wait until the training is over; return its last words."""
        return self.popen.communicate(timeout=seconds)[0].strip()


@contextmanager
def serving(folder, do, what):
    """Start a server; nothing of it is left afterwards."""
    server = Server(folder, do, what)
    try:
        yield server
    finally:
        server.kill()
        server.popen.stdout.close()


def order(model, training):
    """What to start, as the command line takes it."""
    return json.dumps({"model": model.to_dict(), "training": training.to_dict()})


def main():
    """Be the server until its training is over."""
    folder, do, what = Path(sys.argv[1]), *sys.argv[2:]
    manager = JobManager()
    if do == "start":
        said = json.loads(what)
        model = ModelConfig.from_dict(said["model"])
        training = TrainConfig.from_dict(said["training"])
        job = manager.start(model, training, folder / "data", folder / "runs")
    else:
        job = manager.resume_run(Run(folder / "runs" / what), folder / "data")
    print(job, flush=True)
    while manager.view(job).live:
        time.sleep(0.01)
    view = manager.view(job)
    print(view.state, view.message, flush=True)
    manager.shut_down()


if __name__ == "__main__":
    main()
