"""The first use of what a training needs, while nobody waits."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dpn.data.loading import load_dataset
from dpn.models.build import model_size
from dpn.models.config import ModelConfig, TrainConfig
from dpn.runs.snapshots import save_snapshot
from dpn.training.trainer import Trainer


def warm_up() -> None:
    """Take one step on the embedded digits, and validate, while nobody waits.

    torch imports much of what it needs at its first use: a second or two that
    would otherwise pass between Start and the first loss.
    """
    training = TrainConfig(dataset="digits", batch_size=8, device="cpu", threads=1)
    model = ModelConfig(height=8, width=8, states=2, decisions=2)
    trainer = Trainer(model, training, load_dataset("digits", Path()))
    trainer.step()
    scores = trainer.validate()
    with tempfile.TemporaryDirectory() as folder:
        save_snapshot(Path(folder), 0, trainer.model.state_dict(), scores.confusion)
    model_size(model)
