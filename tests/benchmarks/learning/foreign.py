"""Handwriting of people who are not in MNIST, through the path of ``predict --as drawing``.

The stand-in is honest and coarse: the embedded 8x8 digits, whose writers are others (NIST's
form-based set of UCI, Turkey), drawn large. Of the classes whose style agrees with MNIST's.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from dpn import settings
from dpn.evaluation.evaluate import predict_logits
from dpn.pictures.prepare import InputSpec, prepare
from dpn.runs.folder import find_run, list_runs
from dpn.runs.run import Run

#: Ones with a foot and crossed sevens and nines are another style, which MNIST does not hold.
CLASSES = (0, 2, 3, 4, 5, 6, 8)
SIDE = 280


def drawn(image: np.ndarray) -> np.ndarray:
    """Return an 8x8 digit (values 0..16) as strokes of black on white, (SIDE, SIDE, 4) uint8."""
    small = Image.fromarray((image * (255 / 16)).astype(np.uint8))
    large = np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC), float)
    ink = np.clip((large - 110) / 40, 0, 1)  # the edge of a pen, and not a blur
    grey = (255 * (1 - ink)).astype(np.uint8)
    return np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)


def foreign_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the stand-in as model inputs (N, 1, 28, 28) uint8, and labels (N,)."""
    digits = load_digits()
    chosen = np.isin(digits.target, CLASSES)
    spec = InputSpec(1, 28, 28, "mnist")
    images = [prepare(drawn(image), spec, "drawing").input for image in digits.images[chosen]]
    return np.stack(images), digits.target[chosen]


def measure(runs: list[Run] | None = None) -> None:
    """Print the accuracy of each run, or of MNIST's shipped ones, in all and of each class."""
    import torch

    images, labels = foreign_digits()
    for run in runs or [run for run in list_runs(Path("none")) if "mnist" in run.id]:
        answers = predict_logits(run.load_model(), torch.from_numpy(images)).argmax(1).numpy()
        right = answers == labels
        by_class = ", ".join(f"{c}: {right[labels == c].mean():.1%}" for c in CLASSES)
        print(
            f"Foreign handwriting (8x8 digits drawn large, n = {len(labels)}), {run.id}: "
            f"{right.mean():.2%} ({by_class})\n",
            flush=True,
        )


if __name__ == "__main__":
    measure([find_run(name, settings.runs_dir()) for name in sys.argv[1:]])
