"""Series: how many are answered right and how fast it is learned, beside the nearest neighbour.

    python -m tests.benchmarks.learning.series [choose] [SET …] [NAME=VALUE …]

Pen strokes are ../shared/data/pendigits_train.csv in $DPN_GATE_DATA, a fifth of which is the test
part; the others are pairs of .ts files in the folder $DPN_SERIES_DATA, such as the data sets that
aeon's wheel carries. ``choose`` answers a fifth of the training part that is held out instead of
the test part: settings, which NAME=VALUE changes, are chosen by it; for the test part nearly all of
the training part is learned from, as rivals do. The neighbour is the nearest by
dynamic time warping (Sakoe, Chiba 1978; no window), of more than 1,000 of one length by their
distance. MiniRocket (Dempster, Schmidt, Webb 2021) is aeon's, where that can be imported.
With NUMBA_NUM_THREADS=1: the threads that aeon's numba starts keep turning while others train.
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from dpn.data.loading import Dataset, load_dataset
from dpn.evaluation.evaluate import evaluate
from dpn.models.devices import keep_memory
from dpn.models.presets import preset
from dpn.series.sets import bring
from dpn.training.trainer import Trainer
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA

SETS = ("GunPoint", "BasicMotions", "JapaneseVowels", "PickupGestureWiimoteZ")
SEEDS = (0, 1, 2)
#: Share of the training part that is held out to choose, and where all is chosen.
HELD, LEAST_HELD = 0.2, 0.01
#: Drawn once with this seed, a fifth of the pen strokes is the test part.
SPLIT = 0


def measure(data: Path | None, *, choosing: bool = False, changes: dict | None = None) -> None:
    """Print a row for each set."""
    keep_memory()
    folder = Path(os.environ.get("DPN_SERIES_DATA", "none"))
    named = [name for name in ("strokes", *SETS) if name in sys.argv] or ["strokes", *SETS]
    print("| set | accuracy (lowest to highest of 3 seeds) | neighbour | MiniRocket | seconds |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        for name in named:
            path = strokes(data, here) if name == "strokes" else folder / name / f"{name}_TRAIN.ts"
            if path is None or not path.is_file():
                print(f"| {name} | left out: its file is not here | | | |")
                continue
            print(
                row(bring(path, here / "data")[0], here / "data", choosing, changes or {}),
                flush=True,
            )
    print(flush=True)


def strokes(data: Path | None, here: Path) -> Path | None:
    """Return an npz of the pen strokes, parted; None if they are not here."""
    file = (data or Path("none")) / "pendigits_train.csv"
    if not file.is_file():
        return None
    rows = np.loadtxt(file, delimiter=",", dtype=np.float32)
    rows = rows[np.random.default_rng(SPLIT).permutation(len(rows))]
    x, y = rows[:, :16].reshape(-1, 8, 2), rows[:, 16].astype(np.int64)
    cut = len(x) // 5
    parts = {"x_train": x[cut:], "y_train": y[cut:], "x_test": x[:cut], "y_test": y[:cut]}
    np.savez(here / "strokes.npz", **parts)
    return here / "strokes.npz"


def row(name: str, folder: Path, choosing: bool, changes: dict) -> str:
    """Return what one set comes to."""
    accuracies, seconds, rivals, rockets = [], [], [], []
    for seed in SEEDS:
        share = HELD if choosing else LEAST_HELD
        data = load_dataset(name, folder, seed=seed, validation_fraction=share)
        trainer = trained(data, seed, changes)
        x, y = (data.x_val, data.y_val) if choosing else (data.x_test, data.y_test)
        accuracies.append(evaluate(trainer.model, x, y).accuracy)
        seconds.append(trainer.seconds)
        if not choosing and not rivals:
            rivals.append(neighbour(data))
        if not choosing:
            rockets += rocket(data, seed)
    for key, values in (("accuracy", accuracies), ("seconds", seconds)):
        note(f"learning.series, {key}, {name}", statistics.mean(values), "")
    beside, other = (f"{statistics.mean(v):.2%}" if v else "" for v in (rivals, rockets))
    return (
        f"| {name} | {statistics.mean(accuracies):.2%} ({min(accuracies):.2%} to "
        f"{max(accuracies):.2%}) | {beside} | {other} | {statistics.mean(seconds):.1f} |"
    )


def trained(data: Dataset, seed: int, changes: dict) -> Trainer:
    """Return a trainer that has taken all steps of the usual settings."""
    count = len(data.x_train) + len(data.x_val)
    even = not bool(data.x_train.isnan().any())
    asked = (data.name, None, data.classes, "frames", "quick", count, "series")
    model, training = preset(*asked, even=even)
    of_model = {key: value for key, value in changes.items() if hasattr(model, key)}
    of_training = {key: value for key, value in changes.items() if hasattr(training, key)}
    model = model.replace(**data.model_sizes).replace(**of_model)
    trainer = Trainer(model, training.replace(seed=seed, **of_training), data)
    while not trainer.done:
        trainer.step()
    return trainer


def neighbour(data: Dataset) -> float:
    """Return how many test series have the class of the nearest of all that are not."""
    x = torch.cat([data.x_train, data.x_val]).double()
    y = torch.cat([data.y_train, data.y_val])
    if len(x) > 1_000:  # of one length: warped it would take an hour
        near = torch.cdist(data.x_test.double().flatten(1), x.flatten(1))
    else:
        trained_on = [one[~one[:, 0].isnan()] for one in x]
        asked = [one[~one[:, 0].isnan()].double() for one in data.x_test]
        near = torch.stack([warped(a, trained_on) for a in asked])
    return float((y[near.argmin(dim=1)] == data.y_test).double().mean())


def rocket(data: Dataset, seed: int) -> list[float]:
    """Return how many test series MiniRocket answers right; [] without aeon or with many series."""
    x = torch.cat([data.x_train, data.x_val])
    try:
        from aeon.classification.convolution_based import MiniRocketClassifier
    except ImportError:
        return []
    if len(x) > 1_000:
        return []
    asked, known = (
        [one[~one[:, 0].isnan()].T.double().numpy() for one in part] for part in (data.x_test, x)
    )
    most = max(one.shape[1] for one in (*asked, *known))  # it takes one length: zeros at the end
    asked, known = (
        np.stack([np.pad(one, ((0, 0), (0, most - one.shape[1]))) for one in part])
        for part in (asked, known)
    )
    model = MiniRocketClassifier(random_state=seed)
    model.fit(known, torch.cat([data.y_train, data.y_val]).numpy())
    return [float((model.predict(asked) == data.y_test.numpy()).mean())]


def warped(a: torch.Tensor, others: list[torch.Tensor]) -> torch.Tensor:
    """Return the squared distance of a series (n, C) to each of others along their best alignment.

    Diagonal by diagonal, of all others at once: place i of one holds step i of ``a``.
    """
    n, most = len(a), max(map(len, others))
    costs = np.full((len(others), n, n + most - 1), np.inf)
    for cost, b in zip(costs, others, strict=True):
        for i, row_ in enumerate(torch.cdist(a, b).square().numpy()):
            cost[i, i : i + len(row_)] = row_
    ends = np.array([n + len(b) - 2 for b in others])
    found, before = np.zeros(len(others)), np.full((len(others), n + 1), np.inf)
    two_before = before.copy()
    two_before[:, 0] = 0
    for d in range(n + most - 1):
        now = np.full_like(before, np.inf)
        least = np.minimum(np.minimum(before[:, 1:], before[:, :-1]), two_before[:, :-1])
        now[:, 1:] = costs[:, :, d] + least
        found[ends == d] = now[ends == d, n]
        two_before, before = before, now
    return torch.from_numpy(found)


if __name__ == "__main__":
    said = dict(pair.split("=", 1) for pair in sys.argv[1:] if "=" in pair)
    read = {
        key: json.loads(value) if value[0] in "-.0123456789" else value
        for key, value in said.items()
    }
    measure(GATE_DATA, choosing="choose" in sys.argv, changes=read)
