"""Freed memory kept in a training on photos: ``python -m tests.benchmarks.learning.memory``.

The same steps of the preset "best" of the residual DPN, on noise of the size of CIFAR-10, with and
without ``dpn.models.devices.keep_memory``; in processes of their own, which take turns.
"""

import json
import resource
import statistics
import subprocess
import sys
import time

from dpn.models.devices import cpu_count, keep_memory, set_threads
from dpn.models.presets import preset
from dpn.training.trainer import Trainer
from tests.benchmarks.learning.growth import noise
from tests.benchmarks.record import note

TIMES = 3
STEPS = 8


def measure() -> None:
    """Print the time of a step with and without, and their ratio."""
    told: dict[str, list[list[float]]] = {"kept": [], "returned": []}
    for _ in range(TIMES):
        for how, seen in told.items():
            command = [sys.executable, "-m", "tests.benchmarks.learning.memory", how]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seen.append(json.loads(done.stdout))
    means = {
        how: [statistics.mean(one) for one in zip(*seen, strict=True)] for how, seen in told.items()
    }
    each = [a[0] / b[0] for a, b in zip(told["kept"], told["returned"], strict=True)]
    note("learning.memory, a step, kept against returned", each, "")
    print(
        f"A training step on photos (residual best, 256 images), freed memory kept against "
        f"returned, in turns, n = {TIMES}: {means['kept'][0]:.2f} against "
        f"{means['returned'][0]:.2f} s, {means['kept'][0] / means['returned'][0]:.0%} "
        f"({min(each):.0%} to {max(each):.0%}); peak memory {means['kept'][1]:,.0f} against "
        f"{means['returned'][1]:,.0f} MiB\n",
        flush=True,
    )


def _steps(how: str) -> tuple[float, float]:
    """Return the seconds of a step, and the peak memory in MiB."""
    if how == "kept":
        keep_memory()
    set_threads(cpu_count())
    model, training = preset("cifar10", (3, 32, 32), 10, "residual", "best")
    trainer = Trainer(model, training, noise(model, 2 * training.batch_size))
    trainer.step()
    started = time.perf_counter()
    for _ in range(STEPS):
        trainer.step()
    seconds = (time.perf_counter() - started) / STEPS
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_steps(sys.argv[1])))
    else:
        measure()
