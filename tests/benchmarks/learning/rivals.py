"""What people would use instead, on the same MNIST images: a usual convolutional network and loop
in PyTorch, and scikit-learn's MLPClassifier.

The network is the usual first one for MNIST: two convolutions (32 and 64 channels, 3x3), pooling,
dropout, two linear layers; Adadelta from a rate of 1, times 0.7 each epoch; a DataLoader, batches
of 64. Seconds count the loop's own computing and loading; looks at the validation images do not.
"""

import statistics
import sys
import time
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from dpn.data.loading import Dataset, load_dataset
from dpn.models.devices import cpu_count
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA

LEVELS = (0.95, 0.98, 0.99)
EPOCHS, BATCH, RATE, FADE = 14, 64, 1.0, 0.7
#: Batches between two looks at the validation images.
LOOK = 100
MEAN, STD = 0.1307, 0.3081


class ConvNet(nn.Module):
    """Two convolutions, pooling, dropout, two linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(),
            nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(),
        )  # fmt: skip
        self.head = nn.Sequential(
            nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(x))


def measure(data: Path | None, seeds: tuple[int, ...] = (0,)) -> None:
    """Print one row for each rival; it stops at the last of the levels or after its epochs."""
    if data is None:
        print("Rivals: left out, there is no MNIST here\n")
        return
    mnist = load_dataset("mnist", data)
    torch.set_num_threads(cpu_count())
    print("| rival (MNIST) | n | test accuracy | training | images/s | to 95% | to 98% | to 99% |")
    print("|---|---|---|---|---|---|---|---|")
    _row("PyTorch: convolutions, Adadelta", [_convolutions(mnist, seed) for seed in seeds])
    _row("scikit-learn: MLPClassifier", [_mlp(mnist, seed) for seed in seeds])
    print(flush=True)


def _row(name: str, results: list[dict]) -> None:
    def mean(key: str, form: str) -> str:
        values = [result.get(key) for result in results]
        return "–" if None in values else form.format(statistics.mean(values))

    cells = [name, str(len(results)), mean("accuracy", "{:.2%}"), mean("seconds", "{:.1f} s")]
    cells += [mean("speed", "{:,.0f}"), *(mean(str(level), "{:.1f} s") for level in LEVELS)]
    note(f"learning.rivals, {name}", [one["seconds"] for one in results], "s")
    print("| " + " | ".join(cells) + " |", flush=True)


def _input(images: torch.Tensor) -> torch.Tensor:
    return (images.float() / 255 - MEAN) / STD


def _convolutions(mnist: Dataset, seed: int) -> dict:
    torch.manual_seed(seed)
    model, x_val = ConvNet(), _input(mnist.x_val)
    optimizer = torch.optim.Adadelta(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=FADE)
    training = TensorDataset(_input(mnist.x_train), mnist.y_train)
    result: dict = {}
    seconds, batches = 0.0, 0
    for _ in range(EPOCHS):
        model.train()
        started = time.perf_counter()
        for images, labels in DataLoader(training, batch_size=BATCH, shuffle=True):
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
            batches += 1
            if batches % LOOK == 0:
                seconds += time.perf_counter() - started
                accuracy = _accuracy(model, x_val, mnist.y_val)
                for level in LEVELS:
                    if accuracy >= level:
                        result.setdefault(str(level), seconds)
                started = time.perf_counter()
        seconds += time.perf_counter() - started
        schedule.step()
        if str(LEVELS[-1]) in result:
            break
    accuracy = _accuracy(model, _input(mnist.x_test), mnist.y_test)
    return {**result, "accuracy": accuracy, "seconds": seconds, "speed": batches * BATCH / seconds}


@torch.no_grad()
def _accuracy(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    model.eval()
    right = [
        (model(x).argmax(1) == y).float().sum()
        for x, y in zip(images.split(500), labels.split(500), strict=True)
    ]
    model.train()
    return float(sum(right)) / len(labels)


def _mlp(mnist: Dataset, seed: int) -> dict:
    x_train = _input(mnist.x_train).flatten(1).numpy()
    x_val, x_test = (_input(x).flatten(1).numpy() for x in (mnist.x_val, mnist.x_test))
    model = MLPClassifier(hidden_layer_sizes=(256, 256), random_state=seed, max_iter=1)
    result: dict = {}
    seconds, epochs = 0.0, 10
    for _ in range(epochs):
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.partial_fit(x_train, mnist.y_train.numpy(), classes=range(10))
        seconds += time.perf_counter() - started
        accuracy = model.score(x_val, mnist.y_val.numpy())
        for level in LEVELS:
            if accuracy >= level:
                result.setdefault(str(level), seconds)
    accuracy = float(model.score(x_test, mnist.y_test.numpy()))
    speed = epochs * len(x_train) / seconds
    return {**result, "accuracy": accuracy, "seconds": seconds, "speed": speed}


if __name__ == "__main__":
    measure(GATE_DATA if GATE_DATA.is_dir() else None, tuple(map(int, sys.argv[1:])) or (0,))
