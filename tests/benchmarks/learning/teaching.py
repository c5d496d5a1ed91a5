"""What a lesson teaches and what it costs: each method, with and without MNIST at hand.

The hands are pen strokes that the models have not learned from: as they are, and leaning. Seconds
are the processor's, on one thread.

    python -m tests.benchmarks.learning.teaching [METHOD ...] [RUN ...]
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import predict_logits
from dpn.hands.strokes import Labelled, as_input, draw, on_paper
from dpn.hands.unseen import BRUSH, JUDGE, unseen
from dpn.hands.written import parted_pens, pens
from dpn.models.base import Classifier
from dpn.runs.folder import find_run
from dpn.teaching.fine_tune import teach
from dpn.teaching.methods import METHODS
from dpn.teaching.rehearsal import Past, likes
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA, threads_of_torch

SEEDS = (0, 1, 2)
RUNS = ("shipped-mnist-dpn", "shipped-mnist-residual")
#: To the left for each unit of height: 45 degrees. Chosen on the pens' digits that are chosen by,
#: of which the models then read a tenth wrong.
LEAN = 1.0


def measure(
    data: Path | None, methods: tuple[str, ...] = tuple(METHODS), runs: tuple[str, ...] = RUNS
) -> None:
    """Print a row for each run, method, rehearsal, hand, and number of drawings a class."""
    if data is None:
        print("Teaching: left out, there is no MNIST here\n")
        return
    mnist = load_dataset("mnist", data)
    hands = {"pens": unseen(data, JUDGE)["pens"], "leaning": leaning(data)}
    stars = star_drawings(40)
    pasts = {"MNIST": Past(mnist.x_train, mnist.y_train), "answers": Past(likes(28, 28))}
    print("| model | method | rehearsed | drawings | the hand's others | MNIST test | seconds |")
    print("|---|---|---|---|---|---|---|")
    with threads_of_torch(1):
        for name in runs:
            model = find_run(name, Path("none")).load_model()
            for method in methods:
                for rehearsed, past in pasts.items():
                    for kind, hand in hands.items():
                        for count in (1, 10):
                            cells = [name, method, rehearsed, f"{kind}, {count} a class"]
                            rows = [_lesson(model, past, method, hand, count, s) for s in SEEDS]
                            _print(cells, rows, model, mnist)
            for rehearsed, past in pasts.items():
                rows = [_symbol(model, past, stars, seed) for seed in SEEDS]
                _print([name, "full", rehearsed, "10 of a new symbol"], rows, model, mnist)
    print(flush=True)


def leaning(data: Path) -> Labelled:
    """Return inputs and labels of strokes that no training has seen, leaning to the left."""
    part = parted_pens(pens(data))[JUDGE]
    leant = [np.stack([one[:, 0] + LEAN * one[:, 1], one[:, 1]], axis=1) for one in part.digits]
    return np.stack([as_input(draw([one], BRUSH)) for one in leant]), part.labels


def star_drawings(count: int) -> np.ndarray:
    """Return stars of three crossing strokes, uint8 (count, 1, 28, 28)."""
    rng = np.random.default_rng(0)
    images = []
    for _ in range(count):
        picture = Image.new("L", (280, 280), 255)
        for angle in np.linspace(0, np.pi, 4)[:3] + rng.normal(0, 0.12, 3):
            ray = rng.uniform(60, 105) * np.array([np.cos(angle), np.sin(angle)])
            middle = 140 + rng.normal(0, 6, 2)
            ends = [*(middle - ray), *(middle + ray)]
            ImageDraw.Draw(picture).line(ends, 0, int(rng.uniform(12, 22)))
        images.append(as_input(on_paper(np.asarray(picture))))
    return np.stack(images)


def _lesson(model, past, method, hand, count, seed) -> tuple:
    images, labels = hand
    rng = np.random.default_rng(seed)
    taught = [rng.permutation(np.flatnonzero(labels == k))[:count] for k in range(10)]
    chosen = np.concatenate(taught)
    rest = np.setdiff1d(np.arange(len(labels)), chosen)
    started = time.process_time()
    lesson = torch.from_numpy(images[chosen]), torch.from_numpy(labels[chosen])
    new = teach(model, *lesson, past, method, seed=seed)
    seconds = time.process_time() - started
    others = images[rest], labels[rest]
    return new, _accuracy(model, *others), _accuracy(new, *others), seconds


def _symbol(model, past, stars, seed) -> tuple:
    chosen = np.random.default_rng(seed).permutation(len(stars))
    started = time.process_time()
    labels = torch.full((10,), 10)
    new = teach(model, torch.from_numpy(stars[chosen[:10]]), labels, past, classes=11, seed=seed)
    seconds = time.process_time() - started
    others = stars[chosen[10:]], np.full(len(stars) - 10, 10)
    return new, 0.0, _accuracy(new, *others), seconds


def _print(cells: list[str], rows: list[tuple], model: Classifier, mnist) -> None:
    mean = statistics.mean
    tests = [_accuracy(new, mnist.x_test, mnist.y_test) for new, *_ in rows]
    before = _accuracy(model, mnist.x_test, mnist.y_test)
    cells.append(f"{mean(row[1] for row in rows):.1%} -> {mean(row[2] for row in rows):.1%}")
    cells.append(f"{before:.2%} -> {mean(tests):.2%} (lowest {min(tests):.2%})")
    cells.append(f"{mean(row[3] for row in rows):.1f}")
    note(f"learning.teaching, {', '.join(cells[:4])}", [row[3] for row in rows], "s")
    print(f"| {' | '.join(cells)} |", flush=True)


def _accuracy(model: Classifier, images, labels) -> float:
    answers = predict_logits(model, torch.as_tensor(images)).argmax(dim=1)
    return float((answers == torch.as_tensor(labels)).float().mean())


if __name__ == "__main__":
    folder = GATE_DATA if GATE_DATA.is_dir() else None
    named = tuple(name for name in RUNS if name in sys.argv) or RUNS
    measure(folder, tuple(name for name in METHODS if name in sys.argv) or tuple(METHODS), named)
