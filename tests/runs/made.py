"""Runs made for tests."""

import subprocess
import sys

from dpn.runs.start import create_run
from dpn.training.trainer import Trainer
from tests.helpers import (
    NAMES,
    short_training,
    small_dataset,
    small_model,
)


def make_run(folder, run_id=None, model=None, **changes):
    return create_run(
        folder, model or small_model(), short_training(**changes), NAMES, "mnist", run_id=run_id
    )


def whole_run(folder, run_id=None, name="dpn"):
    """A run with weights, one batch trained."""
    run = make_run(folder, run_id, small_model(name))
    trainer = Trainer(small_model(name), short_training(), small_dataset())
    trainer.step()
    run.save_checkpoint(trainer.state())
    run.set_status("stopped", step=1, total_steps=6)
    return run, trainer


def dead_pid():
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid
