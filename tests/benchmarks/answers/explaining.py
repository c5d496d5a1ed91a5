"""How long an explanation takes: one image, and a thousand at once."""

import statistics
import time

import numpy as np
import torch

from dpn.explain.exact import explain
from dpn.models.build import build_model
from dpn.models.config import ModelConfig
from dpn.runs.run import SHIPPED, Run
from tests.benchmarks.record import note

TIMES = 50
IMAGES = 1_000


def measure() -> None:
    """Print both, for the shipped dpn of MNIST and a residual of its preset's size."""
    models = {
        "dpn": Run(SHIPPED / "shipped-mnist-dpn").load_model(),
        "residual": build_model(ModelConfig(model="residual", part_size=1)).eval(),
    }
    images = np.random.default_rng(0).integers(0, 256, (IMAGES, 1, 28, 28), dtype=np.uint8)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the app answers
    for name, model in models.items():
        one = [_milliseconds(model, images[i : i + 1]) for i in range(TIMES)]
        many = [_milliseconds(model, images, details=False) for _ in range(5)]
        note(f"answers.explaining, one image, {name}", one, "ms")
        note(f"answers.explaining, {IMAGES:,} images, {name}", many, "ms")
        print(
            f"An explanation ({name}, MNIST, 1 thread): one image {statistics.median(one):.1f} ms "
            f"(n = {TIMES}), {IMAGES:,} images {statistics.median(many) / 1000:.2f} s (n = 5)\n",
            flush=True,
        )
    torch.set_num_threads(threads)


def _milliseconds(model, images, **changes):
    started = time.perf_counter()
    explain(model, images, contrast="runner_up", **changes)
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    measure()
