"""How the time of the recursion grows: a training step and an answer, one factor at a time.

A training step is ``Trainer.step``: choosing the batch, forwards, backwards, update. An answer is
one forward pass over as many images. Cases take turns, so that what else the machine does meets
all of them; times are medians. The images are noise: no time depends on what is in them.
"""

import statistics
import time
from dataclasses import dataclass, field

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from dpn.data.loading import Dataset
from dpn.models.build import model_size
from dpn.models.config import ModelConfig
from dpn.models.devices import cpu_count, set_threads
from dpn.models.train_config import TrainConfig
from dpn.training.trainer import Trainer
from tests.benchmarks.learning.training import matrix_rate
from tests.benchmarks.record import note

#: Seconds that all cases take turns for, and the fewest turns of each.
SECONDS, TURNS = 60.0, 5
#: Timed steps and answers a turn; one before them brings the weights back into the caches.
TIMED = 2
BASE = ModelConfig(part_size=4)  # 28x28 pixels: 7 parts of 112; 64 states, 4 decisions
BATCH = 256

#: factor -> its values, each with what it changes in the base; "batch" is no setting of a model.
FACTORS: dict[str, dict[int, dict[str, int]]] = {
    "parts n (a taller image)": {n: {"height": 4 * n} for n in (2, 4, 8, 16)},
    "parts n (a finer cut)": {n: {"part_size": 28 // n} for n in (7, 14, 28)},
    "states S": {states: {"states": states} for states in (16, 32, 64, 128, 256)},
    "decisions A": {decisions: {"decisions": decisions} for decisions in (1, 2, 4, 8, 16)},
    "pixels a side": {side: {"height": side, "width": side} for side in (8, 16, 32, 64)},
    "images in a batch": {batch: {"batch": batch} for batch in (32, 64, 128, 256, 512, 1024)},
}


@dataclass
class Case:
    """One model, its training, and how long both took, in seconds."""

    trainer: Trainer
    images: torch.Tensor
    steps: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)

    @property
    def multiply_adds(self) -> int:
        """Those of the answers to a whole batch."""
        return model_size(self.trainer.model.config)[1] * len(self.images)

    def take_turn(self) -> None:
        """Take a few steps and give a few answers, all but the first of each timed."""
        self.steps += [_seconds(self.trainer.step) for _ in range(1 + TIMED)][1:]
        model = self.trainer.model.eval()
        with torch.inference_mode():
            self.answers += [_seconds(model, self.images) for _ in range(1 + TIMED)][1:]


def measure(seconds: float = SECONDS) -> None:
    """Print the tables, and what share of the machine's matrix product a base step reaches."""
    set_threads(cpu_count())
    cases: dict[tuple[tuple[str, int], ...], Case] = {}
    for values in [{0: {}}, *FACTORS.values()]:
        for changes in values.values():
            cases.setdefault(_key(changes), _case(**changes))
    deadline = time.perf_counter() + seconds
    turns = 0
    while turns < TURNS or time.perf_counter() < deadline:
        for case in cases.values():
            case.take_turn()
        turns += 1
    print(
        f"How time grows: {BASE.height}x{BASE.width} pixels, rows of {BASE.part_size}, "
        f"{BASE.states} states, {BASE.decisions} decisions, batches of {BATCH}, and one factor "
        f"changed at a time (medians of {TIMED * turns}, {cpu_count()} threads, AdamW). ×: as many "
        "times the row before; its exponent: that of the power law fitted to all rows.\n"
    )
    heads = ["factor", "", "multiply-adds of a batch", "×", "training step", "×", "answers", "×"]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for name, values in FACTORS.items():
        _rows(name, {value: cases[_key(changes)] for value, changes in values.items()})
    print()
    _share(cases[()])


def _key(changes: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """Return what differs from the base: cases that do not are one and the same."""
    usual = {**BASE.to_dict(), "batch": BATCH}
    return tuple(item for item in changes.items() if usual[item[0]] != item[1])


def _case(batch: int = BATCH, **changes: int) -> Case:
    config = BASE.replace(**changes)
    training = TrainConfig(batch_size=batch, schedule="constant", device="cpu", steps=10**6)
    dataset = noise(config, 2 * batch)
    return Case(Trainer(config, training, dataset), dataset.x_train[:batch].float() / 255)


def noise(config: ModelConfig, count: int) -> Dataset:
    """Return so many random images for a model, which are its training and its test images, too."""
    images = torch.randint(0, 256, (count, *config.image_shape), dtype=torch.uint8)
    labels = torch.arange(count) % config.classes
    names = tuple(map(str, range(config.classes)))
    split = {
        f"{kind}_{part}": x
        for part in ("train", "val", "test")
        for kind, x in (("x", images), ("y", labels))
    }
    return Dataset("noise", names, "mnist", **split)


def _rows(name: str, cases: dict[int, Case]) -> None:
    columns = [
        [case.multiply_adds / 1e6 for case in cases.values()],
        [1000 * statistics.median(case.steps) for case in cases.values()],
        [1000 * statistics.median(case.answers) for case in cases.values()],
    ]
    for row, value in enumerate(cases):
        cells = [name if row == 0 else "", str(value)]
        for column, unit in zip(columns, ("M", " ms", " ms"), strict=True):
            ratio = f"{column[row] / column[row - 1]:.2f}" if row else ""
            cells += [f"{column[row]:,.{0 if unit == 'M' else 2}f}{unit}", ratio]
        note(f"learning.growth, a step, {name} {value}", columns[1][row], "ms")
        print(f"| {' | '.join(cells)} |")
    cells = ["", "**exponent**"]
    for column in columns:
        cells += ["", f"**{np.polyfit(np.log(list(cases)), np.log(column), 1)[0]:.2f}**"]
    print(f"| {' | '.join(cells)} |", flush=True)


def _share(base: Case) -> None:
    """Print it; only what is multiplied counts, as no gradient of the pixels is computed."""
    with FlopCounterMode(display=False) as counter:
        base.trainer.step()
    rate = matrix_rate()
    of_step = counter.get_total_flops() / statistics.median(base.steps) / rate
    of_answers = 2 * base.multiply_adds / statistics.median(base.answers) / rate
    print(
        f"The machine multiplies matrices at {rate / 1e9:.0f} GFLOP/s (float32, 1024 x 1024); a "
        f"base step reaches {of_step:.0%} of that "
        f"({len(base.images) / statistics.median(base.steps):,.0f} images/s), its answers "
        f"{of_answers:.0%} ({len(base.images) / statistics.median(base.answers):,.0f} images/s).\n",
        flush=True,
    )


def _seconds(act, *arguments) -> float:
    started = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - started


if __name__ == "__main__":
    measure()
