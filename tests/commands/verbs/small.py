"""What the verbs are asked for, in tests: a small training."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

from dpn import settings
from dpn.runs.folder import list_runs
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.helpers import pictures, short_training, small_model

ROOT = Path(__file__).parents[3]
TRAIN = [
    *("train", "--dataset", "small", "--steps", "6", "--device", "cpu"),
    *("--set", "batch_size=10", "--set", "threads=1"),
]
RESULT = {
    "run", "dataset", "model", "parameters", "test_accuracy", "train_seconds",
    "examples_per_second", "seconds_to", "device", "torch", "threads",
}  # fmt: skip


def program(*arguments, **options):
    """Start ``python -m dpn`` as a process."""
    command = [sys.executable, "-m", "dpn", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, **{**pipes, **options})


def own_runs(folder=None):
    """The runs of the test, without those shipped with the project."""
    return [run for run in list_runs(folder or settings.runs_dir()) if run.origin == "trained"]


def stopped_run(**changes):
    trainer, run = open_training(
        small_model(), short_training(**changes), settings.data_dir(), settings.runs_dir()
    )
    records = run_training(trainer, run)
    for _ in range(3):
        next(records)
    records.close()
    return run


def picture(path, label):
    """Save one of the pictures that ``small`` is made of, large enough to be looked at."""
    images, labels = pictures(9, seed=3)
    image = images[labels.tolist().index(label)]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image.repeat(8, 0).repeat(8, 1)).save(path)
    return path
