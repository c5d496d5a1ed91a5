"""Handwriting that no training here has seen, through the path of ``predict --as drawing``."""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from dpn import settings
from dpn.errors import DataError
from dpn.evaluation.evaluate import Evaluation, evaluate
from dpn.evaluation.scores import calibration
from dpn.hands.unseen import JUDGE, unseen
from dpn.runs.folder import find_run
from dpn.runs.run import Run
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA

RUNS = ("shipped-mnist-dpn", "shipped-mnist-residual")
#: An answer with more than this is given as if it were sure.
SURE = 0.9
#: Pixels a side of the embedded digits where they are drawn large.
SIDE = 280


def measure(data: Path | None, runs: list[Run] | None = None, part: int = JUDGE) -> None:
    """Print a row for each run and each kind of handwriting."""
    try:
        sets = unseen(data or Path("none"), part)
    except DataError as error:
        print(f"Hands: left out. {error}\n")
        return
    titles = "accuracy | surely wrong | calibration error | by chance up to | least"
    print(f"| model | handwriting | n | {titles} |")
    print("|---|---|---|---|---|---|---|---|")
    for run in runs or [find_run(name, Path("none")) for name in RUNS]:
        model = run.load_model()
        for name, (images, labels) in sets.items():
            found = evaluate(model, torch.from_numpy(images), torch.from_numpy(labels))
            note(f"learning.hands, accuracy, {run.id}, {name}", found.accuracy, "")
            print(f"| {run.id} | {name} | {len(labels)} | {_cells(found)} |", flush=True)
    print(flush=True)


def _cells(found: Evaluation) -> str:
    answers = found.probabilities.argmax(axis=1)
    sure = (found.probabilities.max(axis=1) > SURE) & (answers != found.labels)
    classes = found.confusion.diagonal() / found.confusion.sum(axis=1)
    error = calibration(found.probabilities, found.labels).error
    least = f"{classes.argmin()}: {classes.min():.1%}"
    chance = chance_of(found.probabilities)
    return f"{found.accuracy:.2%} | {sure.sum()} | {error:.1%} | {chance:.1%} | {least}"


def chance_of(probabilities: np.ndarray, draws: int = 200) -> float:
    """Return the calibration error that 95 of 100 perfectly calibrated models stay below.

    Labels are drawn from the probabilities (N, K) themselves: whatever error is left is that of N
    digits alone.
    """
    rng = np.random.default_rng(0)
    below = probabilities.astype(float).cumsum(axis=1)
    below /= below[:, -1:]
    errors = []
    for _ in range(draws):
        labels = (rng.random((len(below), 1)) > below).sum(axis=1)
        errors.append(calibration(probabilities, labels).error)
    return float(np.quantile(errors, 0.95))


def drawn(image: np.ndarray) -> np.ndarray:
    """Return an embedded digit (8, 8), 0..16, as black strokes on white, (SIDE, SIDE, 4) uint8."""
    small = Image.fromarray((image * (255 / 16)).astype(np.uint8))
    large = np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC), float)
    ink = np.clip((large - 110) / 40, 0, 1)  # the edge of a pen, and not a blur
    grey = (255 * (1 - ink)).astype(np.uint8)
    return np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)


if __name__ == "__main__":
    named = [find_run(name, settings.runs_dir()) for name in sys.argv[1:]]
    measure(GATE_DATA if GATE_DATA.is_dir() else None, named)
