"""What people would use instead, on the same MNIST images: a usual convolutional network and loop
in PyTorch, and scikit-learn's MLPClassifier. And before them ours that is as good the soonest.

The network is the usual first one for MNIST: two convolutions (32 and 64 channels, 3x3), pooling,
dropout, two linear layers; Adadelta from a rate of 1, times 0.7 each epoch; a DataLoader, batches
of 64. Seconds count the loop's own computing and loading; looks at the validation images do not.
Those of the processor, of all threads, stand in brackets: other work disturbs them less.
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
from dpn.models.devices import cpu_count, keep_memory
from dpn.models.presets import preset, with_settings
from dpn.runs.snapshots import milestones
from dpn.training.trainer import Trainer
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA

LEVELS = (0.95, 0.98, 0.99)
EPOCHS, BATCH, RATE, FADE = 14, 64, 1.0, 0.7
#: Batches between two looks at the validation images.
LOOK = 100
MEAN, STD = 0.1307, 0.3081
#: Of ours: what differs from residual quick, chosen on validation images, and its seeds.
CHANGES: dict[str, float] = {"epochs": 1.35, "label_smoothing": 0.05}
SEEDS = (0, 1, 2)


class Clock:
    """Counts seconds, and those of the processor, between ``go`` and ``stop``."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0
        #: level -> (seconds, seconds of the processor) until it was first reached.
        self.reached: dict[float, tuple[float, float]] = {}

    def go(self) -> None:
        """Count from now on."""
        self._began = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        """Count no more."""
        self.wall += time.perf_counter() - self._began[0]
        self.processor += time.process_time() - self._began[1]

    def note(self, accuracy: float) -> None:
        """Note how much validation images were answered right."""
        for level in LEVELS:
            if accuracy >= level:
                self.reached.setdefault(level, (self.wall, self.processor))


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
    keep_memory()
    torch.set_num_threads(cpu_count())
    print("| MNIST | n | test accuracy | training | images/s | to 95% | to 98% | to 99% |")
    print("|---|---|---|---|---|---|---|---|")
    changes = ", ".join(f"{name}={value}" for name, value in CHANGES.items())
    _row(f"ours: residual quick, {changes}", [_ours(mnist, seed) for seed in SEEDS])
    _row("PyTorch: convolutions, Adadelta", [_convolutions(mnist, seed) for seed in seeds])
    _row("scikit-learn: MLPClassifier", [_mlp(mnist, seed) for seed in seeds])
    print(flush=True)


def _row(name: str, results: list[tuple[float, int, Clock]]) -> None:
    """Print the means of trainings: test accuracy, images seen, and times."""
    clocks = [clock for _, _, clock in results]
    seconds = statistics.mean(clock.wall for clock in clocks)
    cells = [name, str(len(results)), f"{statistics.mean(one[0] for one in results):.2%}"]
    cells += [_times([(clock.wall, clock.processor) for clock in clocks])]
    cells += [f"{results[0][1] / seconds:,.0f}"]
    for level in LEVELS:
        found = [clock.reached[level] for clock in clocks if level in clock.reached]
        cells.append(_times(found) if len(found) == len(clocks) else "–")
    note(f"learning.rivals, {name}", [clock.wall for clock in clocks], "s")
    print("| " + " | ".join(cells) + " |", flush=True)


def _times(all_of_them: list[tuple[float, float]]) -> str:
    wall, processor = (statistics.mean(times) for times in zip(*all_of_them, strict=True))
    return f"{wall:.1f} s ({processor:.1f})"


def _ours(mnist: Dataset, seed: int) -> tuple[float, int, Clock]:
    """Train as ``python -m dpn train`` does, which looks at fewer validation images on the way."""
    chosen = preset("mnist", (1, 28, 28), 10, "residual", "quick")
    trainer = Trainer(*with_settings(*chosen, {**CHANGES, "seed": seed}), mnist)
    moments = milestones(trainer.total_steps)
    clock = Clock()
    while not trainer.done:
        clock.go()
        trainer.step()
        clock.stop()
        if trainer.step_count in moments:
            clock.note(trainer.validate(everything=trainer.done).accuracy)
    return trainer.test().accuracy, trainer.step_count * trainer.batch_size, clock


def _input(images: torch.Tensor) -> torch.Tensor:
    return (images.float() / 255 - MEAN) / STD


def _convolutions(mnist: Dataset, seed: int) -> tuple[float, int, Clock]:
    torch.manual_seed(seed)
    model, x_val = ConvNet(), _input(mnist.x_val)
    optimizer = torch.optim.Adadelta(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=FADE)
    training = TensorDataset(_input(mnist.x_train), mnist.y_train)
    clock, batches = Clock(), 0
    for _ in range(EPOCHS):
        model.train()
        clock.go()
        for images, labels in DataLoader(training, batch_size=BATCH, shuffle=True):
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
            batches += 1
            if batches % LOOK == 0:
                clock.stop()
                clock.note(_accuracy(model, x_val, mnist.y_val))
                clock.go()
        clock.stop()
        schedule.step()
        if LEVELS[-1] in clock.reached:
            break
    return _accuracy(model, _input(mnist.x_test), mnist.y_test), batches * BATCH, clock


@torch.no_grad()
def _accuracy(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    model.eval()
    right = [
        (model(x).argmax(1) == y).float().sum()
        for x, y in zip(images.split(500), labels.split(500), strict=True)
    ]
    model.train()
    return float(sum(right)) / len(labels)


def _mlp(mnist: Dataset, seed: int) -> tuple[float, int, Clock]:
    x_train = _input(mnist.x_train).flatten(1).numpy()
    x_val, x_test = (_input(x).flatten(1).numpy() for x in (mnist.x_val, mnist.x_test))
    model = MLPClassifier(hidden_layer_sizes=(256, 256), random_state=seed, max_iter=1)
    clock, epochs = Clock(), 10
    for _ in range(epochs):
        clock.go()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.partial_fit(x_train, mnist.y_train.numpy(), classes=range(10))
        clock.stop()
        clock.note(model.score(x_val, mnist.y_val.numpy()))
    return float(model.score(x_test, mnist.y_test.numpy())), epochs * len(x_train), clock


if __name__ == "__main__":
    measure(GATE_DATA if GATE_DATA.is_dir() else None, tuple(map(int, sys.argv[1:])) or (0,))
