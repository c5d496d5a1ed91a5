"""Accuracy and seconds of the quick presets, over three seeds."""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SEEDS = (0, 1, 2)
CASES = (("digits", "dpn"), ("digits", "residual"), ("mnist", "dpn"), ("mnist", "residual"))


def measure(data: Path | None) -> None:
    """Print one row for each data set and model."""
    print("| data | model | test accuracy, mean (lowest) | training | images/s | to 98% |")
    print("|---|---|---|---|---|---|")
    for dataset, model in CASES:
        if dataset == "mnist" and data is None:
            continue
        results = [_train(dataset, model, seed, data) for seed in SEEDS]
        accuracy = [result["test_accuracy"] for result in results]
        seconds = statistics.mean(result["train_seconds"] for result in results)
        speed = statistics.mean(result["examples_per_second"] for result in results)
        reached = [result["seconds_to"]["0.98"] for result in results]
        to = f"{statistics.mean(reached):.1f} s" if None not in reached else "–"
        print(
            f"| {dataset} | {model} quick | {statistics.mean(accuracy):.2%} ({min(accuracy):.2%}) "
            f"| {seconds:.1f} s | {speed:,.0f} | {to} |",
            flush=True,
        )
    print()


def _train(dataset: str, model: str, seed: int, data: Path | None) -> dict:
    with tempfile.TemporaryDirectory() as runs:
        command = [sys.executable, "-m", "dpn", "train", "--json", "--runs-dir", runs]
        command += ["--dataset", dataset, "--model", model, "--seed", str(seed)]
        if data:
            command += ["--data-dir", str(data)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])
