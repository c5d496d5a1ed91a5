"""Accuracy, seconds, memory and use of the processor of the presets, over three seeds."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from dpn.models.devices import cpu_count
from dpn.models.residual import grown
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA

SEEDS = (0, 1, 2)
#: Data set, model, preset, and settings that differ from it.
CASES: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("digits", "dpn", "quick", {}),
    ("digits", "residual", "quick", {}),
    ("mnist", "mlp", "quick", {}),
    ("mnist", "dpn", "quick", {}),
    ("mnist", "residual", "quick", {}),
    ("mnist", "residual", "quick", {"epochs": 1}),  # to 99% of the validation images, too
    ("mnist", "dpn", "best", {}),
    ("mnist", "residual", "best", {}),
    ("cifar10", "residual", "quick", {}),
)
LEVELS = ("0.95", "0.98", "0.99")
#: Multiplications and additions a training takes for each multiply-add of an answer: two numbers,
#: forwards, and backwards for the weights and for what lies before them.
PER_MULTIPLY_ADD = 6


def measure(data: Path | None, seeds: tuple[int, ...] = SEEDS) -> None:
    """Print one row for each data set, model and preset."""
    rate = matrix_rate()
    print(f"The machine multiplies matrices at {rate / 1e9:.0f} GFLOP/s (float32, 1024 x 1024).\n")
    heads = ["data", "model", "n", "test accuracy, mean (lowest to highest)", "training"]
    heads += ["images/s", *(f"to {float(level):.0%}" for level in LEVELS), "memory", "of that rate"]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for dataset, model, preset, changes in CASES:
        if dataset == "digits" or data is not None:
            results = [_train(dataset, model, preset, seed, data, changes) for seed in seeds]
            differs = "".join(f", {value} {name}" for name, value in changes.items())
            _row(f"{dataset} | {model} {preset}{differs}", results, rate)
    print(flush=True)


def _row(name: str, results: list[dict], rate: float) -> None:
    def mean(key: str) -> float:
        return statistics.mean(result[key] for result in results)

    accuracy = [result["test_accuracy"] for result in results]
    cells = [name, str(len(results))]
    cells += [f"{mean('test_accuracy'):.2%} ({min(accuracy):.2%} to {max(accuracy):.2%})"]
    cells += [f"{mean('train_seconds'):.1f} s", f"{mean('examples_per_second'):,.0f}"]
    for level in LEVELS:
        reached = [result["seconds_to"][level] for result in results]
        cells.append("–" if None in reached else f"{statistics.mean(reached):.1f} s")
    used = (
        mean("multiply_adds") * mean("area") * PER_MULTIPLY_ADD * mean("examples_per_second") / rate
    )
    cells += [f"{mean('memory') / 2**20:,.0f} MiB", f"{used:.0%}"]
    note(f"learning.training, test accuracy, {name}", accuracy, "")
    note(f"learning.training, {name}", [one["train_seconds"] for one in results], "s")
    print("| " + " | ".join(cells) + " |", flush=True)


def _train(
    dataset: str, model: str, preset: str, seed: int, data: Path | None, changes: dict[str, object]
) -> dict:
    """Return the result of a training, and the most memory its process held, in bytes."""
    with tempfile.TemporaryDirectory() as runs, tempfile.TemporaryFile() as out:
        command = [sys.executable, "-m", "dpn", "train", "--json", "--runs-dir", runs]
        command += ["--dataset", dataset, "--model", model, "--preset", preset]
        command += ["--seed", str(seed)] + (["--data-dir", str(data)] if data else [])
        for name, value in changes.items():
            command += ["--set", f"{name}={value}"]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0, command
        out.seek(0)
        result = json.loads(out.read().splitlines()[-1])
        config = json.loads((Path(runs) / result["run"] / "config.json").read_text())["model"]
        return result | {"memory": usage.ru_maxrss * 1024, "area": mean_area(config)}


def mean_area(config: dict) -> float:
    """Return the share of an image's pixels that a training reads, of all its steps' mean."""
    moments = [i / 1000 for i in range(1000)]
    shares = [
        grown(config["height"], config["first_size"], done)
        * grown(config["width"], config["first_size"], done)
        for done in moments
    ]
    return statistics.mean(shares) / (config["height"] * config["width"])


def matrix_rate(side: int = 1024, times: int = 20) -> float:
    """Return additions and multiplications a second of torch's matrix product, the best of all."""
    torch.set_num_threads(cpu_count())
    a, b = torch.rand(side, side), torch.rand(side, side)
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        a @ b
        taken.append(time.perf_counter() - started)
    return 2 * side**3 / min(taken)


if __name__ == "__main__":
    measure(GATE_DATA if GATE_DATA.is_dir() else None)
