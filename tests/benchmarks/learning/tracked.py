"""What trackers cost a training: ``python -m tests.benchmarks.learning.tracked``.

The same training of the command line alone and shown to trackers, in turns, each in a new process.
``train_seconds`` counts optimisation only; the whole process also loads the trackers' libraries,
which it waits for, and ends when they have. On a busy machine the two differ more by what else runs
than by the trackers. So what these compute meanwhile is measured too: a training, even one whose
threads wait for each other, loses no more than that.

Arguments: ``digits`` for the embedded digits, ``share`` for that measurement alone, and trackers.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dpn.data.catalogue import dataset_info
from dpn.models.presets import preset
from dpn.tracking.followers import Followers
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.benchmarks.visitors.processes import processor_seconds
from tests.helpers import GATE_DATA

TIMES = 5
NAMES = "tensorboard,wandb,mlflow"


def measure(data: Path | None, names: str = NAMES, times: int = TIMES) -> None:
    """Print seconds of training with and without, and their ratio.

    ``data`` is a folder with MNIST; without it the embedded digits are trained on.
    """
    told: dict[str, list[tuple[float, float]]] = {"": [], names: []}
    with tempfile.TemporaryDirectory(prefix="dpn-bench-") as runs:
        _train(data, names, runs)  # MLflow makes its store once
        for _ in range(times):
            for track, seen in told.items():
                seen.append(_train(data, track, runs))
                print(track or "alone", seen[-1], file=sys.stderr, flush=True)
    alone, tracked = told.values()
    each = [a[0] / b[0] for a, b in zip(tracked, alone, strict=True)]
    longer = [a[1] - b[1] for a, b in zip(tracked, alone, strict=True)]
    print(
        f"Training ({'mnist' if data else 'digits'}, dpn quick) shown to {names} against alone, in "
        f"turns, n = {times}: {statistics.median(one[0] for one in tracked):.2f} against "
        f"{statistics.median(one[0] for one in alone):.2f} s of training (medians), ratios "
        f"{statistics.median(each):.3f} (median), {min(each):.3f} to {max(each):.3f}; the whole "
        f"process {statistics.median(longer):+.1f} s (median)\n",
        flush=True,
    )


def share(data: Path | None, names: str = NAMES, times: int = TIMES) -> None:
    """Print what the trackers compute while the model of most steps trains."""
    name, seen = "mnist" if data else "digits", []
    with tempfile.TemporaryDirectory(prefix="dpn-bench-") as runs:
        here = data or Path(runs) / "none"
        info = dataset_info(name, here)
        assert info.image_shape
        assert info.classes
        settings = preset(name, info.image_shape, info.classes, "residual")
        for _ in range(times + 1):  # MLflow makes its store once
            trainer, run = open_training(*settings, here, Path(runs))
            followers = Followers(run, here, names.split(","), None, print)
            followers.wait_until_ready()
            before, began, taken = _descendants(), time.perf_counter(), None
            for _ in run_training(trainer, run):
                if trainer.done and taken is None:
                    taken = _descendants() - before, time.perf_counter() - began
            followers.close(wait=True)
            assert taken
            seen.append(taken)
            print(*taken, file=sys.stderr, flush=True)
    shares = [computed / seconds for computed, seconds in seen[1:]]
    print(
        f"While {name} residual quick trains ({statistics.median(s for _, s in seen[1:]):.0f} s), "
        f"{names} together compute for {statistics.median(shares):.2%} (median; at most "
        f"{max(shares):.2%}, n = {times}) of that time\n",
        flush=True,
    )


def _descendants() -> float:
    """Return the processor seconds of all that this process has started and that is still there."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                stat = Path(f"/proc/{entry}/stat").read_text()
                parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    found, total = {os.getpid()}, 0.0
    while young := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= young
        for pid in young:
            with contextlib.suppress(OSError):
                total += processor_seconds(pid)
    return total


def _train(data: Path | None, track: str, runs: str) -> tuple[float, float]:
    """Return the seconds of training, and of the whole process."""
    command = [sys.executable, "-m", "dpn", "train", "--json", "--runs-dir", runs]
    command += ["--dataset", "mnist", "--data-dir", str(data)] if data else []
    command += ["--track", track] if track else []
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "stopped" not in done.stderr, done.stderr
    return json.loads(done.stdout)["train_seconds"], time.perf_counter() - started


if __name__ == "__main__":
    with_mnist = GATE_DATA.is_dir() and "digits" not in sys.argv
    words = [word for word in sys.argv[1:] if word not in ("digits", "share")]
    for work in (share,) if "share" in sys.argv else (measure, share):
        work(GATE_DATA if with_mnist else None, *words)
