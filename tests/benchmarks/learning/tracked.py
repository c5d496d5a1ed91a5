"""What trackers cost a training: ``python -m tests.benchmarks.learning.tracked [digits] [NAMES]``.

The same training of the command line alone and shown to trackers, in turns, each in a new process.
``train_seconds`` counts optimisation only; the whole process also loads the trackers' libraries,
which it waits for, and ends when they have.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
    measure(GATE_DATA if with_mnist else None, *(n for n in sys.argv[1:] if n != "digits"))
