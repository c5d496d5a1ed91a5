"""Learn what is no digit, from MNIST's training images: ``python -m dpn.training.no_digit``.

It takes a few minutes, needs MNIST in the data folder, and replaces the shipped file. How good it
is is said of pieces of strings of validation images; no test image is looked at.
"""

from __future__ import annotations

import sys

import torch
from tqdm import tqdm

from dpn import settings
from dpn.data.loading import Dataset, load_dataset
from dpn.errors import DPNError
from dpn.evaluation.evaluate import evaluate
from dpn.language import percent
from dpn.models.train_config import TrainConfig
from dpn.numbers.examples import make_examples
from dpn.numbers.no_digit import ARCHITECTURE, FILE, save_no_digit
from dpn.training.trainer import Trainer

#: Strings of digits that pieces are cut from, to learn and to validate.
STRINGS, VALIDATED = 6_000, 100
TRAINING = TrainConfig(dataset="mnist", epochs=1, learning_rate=6e-3)


def make_no_digit() -> Trainer:
    """Return a trainer of the shipped architecture on pieces of strings, nothing trained yet.

    Raises:
        DataError: MNIST is not here and cannot be fetched.
    """
    digits = load_dataset("mnist", settings.data_dir())
    parts = {}
    for name, count in (("train", STRINGS), ("val", VALIDATED)):
        images, labels = getattr(digits, f"x_{name}"), getattr(digits, f"y_{name}")
        made, shown = make_examples(
            images[:, 0].numpy(), labels.numpy(), range(count), TRAINING.seed
        )
        parts[name] = torch.from_numpy(made), torch.from_numpy(shown)
    (x, y), (x_val, y_val) = parts["train"], parts["val"]
    pieces = Dataset(
        "mnist", (*"0123456789", "no digit"), "mnist", x, y, x_val, y_val, x_val, y_val
    )
    return Trainer(ARCHITECTURE, TRAINING, pieces)


def main() -> int:
    """Learn it and put it in its place; return 0, or 2 after one line on stderr."""
    try:
        trainer = make_no_digit()
        for _ in tqdm(range(trainer.total_steps), unit="batch", desc="train"):
            trainer.step()
    except DPNError as error:
        print(f"dpn.training.no_digit: {error}", file=sys.stderr)
        return 2
    data = trainer.dataset
    right = evaluate(trainer.model, data.x_val, data.y_val).accuracy
    save_no_digit(trainer.model, FILE)
    print(f"no digit: {percent(right, 2)} of {len(data.x_val):,} pieces of validation images right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
