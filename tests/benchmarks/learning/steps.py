"""What a step of the presets "quick" takes, and its share of the machine's rate, in one run.

A minute or less, so that ``python -m tests.benchmarks compare A B learning.steps`` can say by how
much a commit is quicker at the same arithmetic. The images are noise: no time depends on them.
"""

import statistics
import time

from dpn.models.build import model_size
from dpn.models.devices import cpu_count, keep_memory, set_threads
from dpn.models.presets import preset
from dpn.training.trainer import Trainer
from tests.benchmarks.learning.growth import noise
from tests.benchmarks.learning.training import PER_MULTIPLY_ADD, matrix_rate
from tests.benchmarks.record import note

#: Data set and model; image shape; steps, of which the first few are not counted.
CASES = (
    ("mnist", "dpn", (1, 28, 28), 200),
    ("mnist", "residual", (1, 28, 28), 24),
    ("cifar10", "residual", (3, 32, 32), 12),
)
WARM_UP = 4


def measure() -> None:
    """Print the median time of a step, and the share of the rate of matrix products."""
    keep_memory()
    set_threads(cpu_count())
    rate = matrix_rate()
    print(f"A training step (quick; matrices at {rate / 1e9:.0f} GFLOP/s in float32):\n")
    for dataset, name, shape, steps in CASES:
        model, training = preset(dataset, shape, 10, name, "quick")
        model = model.replace(first_size=1.0)  # a step at the whole size of an image
        trainer = Trainer(model, training, noise(model, 2 * training.batch_size))
        taken = [_seconds(trainer) for _ in range(steps)][WARM_UP:]
        figure = f"learning.steps, {dataset} {name} quick"
        note(figure, [1000 * one for one in taken], "ms")
        work = model_size(model)[1] * PER_MULTIPLY_ADD * training.batch_size
        middle = statistics.median(taken)
        share = work / middle / rate
        note(f"{figure}, share of the rate of matrices", share, "")
        print(f"- {dataset} {name}: {1000 * middle:.1f} ms, {share:.0%} of that rate")
    print(flush=True)


def _seconds(trainer: Trainer) -> float:
    started = time.perf_counter()
    trainer.step()
    return time.perf_counter() - started


if __name__ == "__main__":
    measure()
