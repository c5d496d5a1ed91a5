"""A hand that MNIST does not know, as model inputs: to be taught, and to be judged by."""

from pathlib import Path

import numpy as np

from dpn.data.loading import load_dataset
from dpn.pictures.prepare import InputSpec, prepare
from tests.benchmarks.learning.foreign import drawn

SPEC = InputSpec(1, 28, 28, "mnist")


def form() -> tuple[np.ndarray, np.ndarray]:
    """Return the embedded digits' test part drawn large, uint8 (N, 1, 28, 28), and labels."""
    digits = load_dataset("digits", Path())
    small = np.rint(digits.x_test[:, 0].numpy() / (255 / 16))
    images = [prepare(drawn(image), SPEC, "drawing").input for image in small]
    return np.stack(images), digits.y_test.numpy()
