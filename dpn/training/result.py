"""What is reported of a finished training."""

from __future__ import annotations

import importlib.metadata
import time
from typing import Any

import torch

from dpn.evaluation.evaluate import Evaluation
from dpn.evaluation.next_items import baselines, quality
from dpn.models.build import model_size
from dpn.models.devices import describe_device
from dpn.runs.history import History, seconds_to
from dpn.runs.result import kept_confusion
from dpn.runs.run import Run
from dpn.training.trainer import Trainer

#: Validation accuracies whose time is reported.
LEVELS = (0.95, 0.98, 0.99)


def result_of(trainer: Trainer, run: Run) -> dict[str, Any]:
    """Score the test images and gather what is reported about the run."""
    test = trainer.test()
    parameters, multiply_adds = model_size(trainer.model.config)
    examples = trainer.step_count * trainer.batch_size
    curves = History(run.path / "metrics.jsonl").poll()
    accuracy = curves.validation["accuracy"]
    return {
        "run": run.id,
        "dataset": trainer.config.dataset,
        "model": trainer.model.config.model,
        "parameters": parameters,
        "multiply_adds": multiply_adds,
        "validation_accuracy": float(accuracy[-1]) if len(accuracy) else None,
        "train_seconds": trainer.seconds,
        "examples_per_second": examples / max(trainer.seconds, 1e-9),
        "seconds_to": seconds_to(curves, LEVELS),
        "device": describe_device(trainer.device),
        "torch": importlib.metadata.version("torch"),
        "threads": torch.get_num_threads(),
        "precision": "bfloat16" if trainer.bfloat16 else "float32",
        **scores_of(test),
        **next_items_of(trainer, test),
    }


def next_items_of(trainer: Trainer, test: Evaluation) -> dict[str, Any]:
    """Return how good next items are, beside what counts alone give; {} of all else."""
    if test.places is None:
        return {}
    data = trainer.dataset.to("cpu")
    train, tested = (data.x_train, data.y_train), (data.x_test, data.y_test)
    repeats = trainer.model.config.repeats
    found = baselines(train, tested, data.classes, repeats=repeats)
    return {**quality(test.places), "baselines": found}


def scores_of(test: Evaluation) -> dict[str, Any]:
    """Return what result.json says of the answers on the test images, and when."""
    return {
        "test_accuracy": test.accuracy,
        "test_loss": test.loss,
        "finished": time.time(),
        "confusion": kept_confusion(test.confusion),
        "mistakes": [
            {
                "index": index,
                "label": int(test.labels[index]),
                "answer": int(test.probabilities[index].argmax()),
                "probability": float(test.probabilities[index].max()),
            }
            for index in (test.worst_mistakes() if test.places is None else ())
        ],
    }
