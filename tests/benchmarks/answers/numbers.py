"""Whole numbers read, against connected components with the same classifier, in the same run.

Strings of 2 to 6 digits of MNIST's test images, which nothing was trained or chosen on; the reader
is never told how long they are. Connected components is what one finds in tutorials of OpenCV:
each part of the ink that hangs together and is not small is a digit.

    python -m tests.benchmarks.answers.numbers [STRINGS] [KIND ...] [--validation]
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import predict_logits
from dpn.numbers.no_digit import judge
from dpn.numbers.read import read_sheet
from dpn.numbers.sheet import find_sheet
from dpn.numbers.strings import KINDS, make_strings
from dpn.pictures.files import input_spec
from dpn.pictures.preparations import PREPARATIONS
from dpn.runs.run import SHIPPED, Run
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA, threads_of_torch

SEED, STRINGS = 20, 500
#: Pixels: digits are 70 to 100% as tall, so that they are not made smaller than they are in MNIST.
HEIGHT = 40
RUN = "shipped-mnist-residual"
#: Of the tallest part: what is less tall is no digit.
SMALL = 0.4


class Readers:
    """Both ways to read a string's ink (H, W), with one classifier."""

    def __init__(self):
        run = Run(SHIPPED / RUN)
        config = run.config()
        self.names, self.spec, self.model = config.class_names, input_spec(config), run.load_model()

    def classify(self, inputs):
        logits = predict_logits(self.model, torch.from_numpy(np.ascontiguousarray(inputs)))
        return torch.softmax(logits, dim=1).numpy()

    def whole(self, ink):
        """Our reading: text and probability."""
        rgba = np.dstack([ink] * 3 + [np.full_like(ink, 255)])
        sheet = find_sheet(rgba, "drawing", dark_on_light=False)
        found = read_sheet(sheet, self.names, self.spec, self.classify, judge)
        return found.text, found.probability

    def components(self, ink):
        """What connected components read."""
        labels, _ = ndimage.label(ink >= 64, np.ones((3, 3)))
        boxes = ndimage.find_objects(labels)
        tallest = max(rows.stop - rows.start for rows, _ in boxes)
        parts = [
            (columns.start, np.where(labels[rows, columns] == index, ink[rows, columns], 0))
            for index, (rows, columns) in enumerate(boxes, start=1)
            if rows.stop - rows.start >= SMALL * tallest
        ]
        prepare = PREPARATIONS["mnist"]
        inputs = [
            prepare(part, self.spec)[-1].image for _, part in sorted(parts, key=lambda p: p[0])
        ]
        answers = self.classify(np.stack(inputs)[:, None]).argmax(axis=1)
        return "".join(self.names[answer] for answer in answers)


def measure(
    data: Path | None, strings: int = STRINGS, *, kinds=KINDS, validation: bool = False
) -> None:
    """Print the share of strings that are read whole, and how long eight digits take."""
    if data is None:
        return
    digits = load_dataset("mnist", data, download=False)
    images, labels = (digits.x_val, digits.y_val) if validation else (digits.x_test, digits.y_test)
    images, labels = images[:, 0].numpy(), labels.numpy()
    readers = Readers()
    print("| strings | read whole | connected components | length right | mean probability |")
    print("|---|---|---|---|---|")
    with threads_of_torch(1):
        for kind in kinds:
            rng = np.random.default_rng(SEED)
            made = make_strings(images, labels, strings, kind, rng, height=HEIGHT)
            ours = [readers.whole(one.ink) for one in made]
            right = np.mean([text == one.text for (text, _), one in zip(ours, made, strict=True)])
            length = np.mean(
                [len(text) == len(one.text) for (text, _), one in zip(ours, made, strict=True)]
            )
            theirs = np.mean([readers.components(one.ink) == one.text for one in made])
            sure = np.mean([p for _, p in ours])
            note(f"answers.numbers, read whole, {kind}", float(right), "")
            print(
                f"| {kind} | {right:.1%} | {theirs:.1%} | {length:.1%} | {sure:.1%} |", flush=True
            )
        for kind in kinds:
            rng = np.random.default_rng(SEED)
            made = make_strings(images, labels, 60, kind, rng, (8, 8), HEIGHT)
            took = [_seconds(readers, one.ink) for one in made[10:]]
            note(f"answers.numbers, eight digits, {kind}", [1000 * one for one, _ in took], "ms")
            (p50, p95), (cpu50, cpu95) = (
                1000 * np.percentile(times, [50, 95]) for times in zip(*took, strict=True)
            )
            print(
                f"Eight digits, {kind}: median {p50:.0f} ms, 95th percentile {p95:.0f} ms; "
                f"computing {cpu50:.0f} and {cpu95:.0f} ms (n = {len(took)})"
            )
    print()


def _seconds(readers, ink):
    """How long a reading takes, and how long it computes: a shared machine does other things."""
    started, computed = time.perf_counter(), time.process_time()
    readers.whole(ink)
    return time.perf_counter() - started, time.process_time() - computed


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    folder = GATE_DATA if GATE_DATA.is_dir() else None
    chosen = tuple(kind for kind in KINDS if kind in sys.argv) or KINDS
    measure(folder, *numbers, kinds=chosen, validation="--validation" in sys.argv)
