"""The verb evaluate: a run, scored on the test images of its data set."""

from __future__ import annotations

import json
from argparse import Namespace

from dpn import settings
from dpn.runs.folder import find_run


def evaluate(options: Namespace) -> None:
    """Score the run on the test images of its data set."""
    from dpn.data.loading import load_dataset
    from dpn.evaluation.evaluate import evaluate as score
    from dpn.training.opening import check_same_data

    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    model = run.load_model()
    dataset = load_dataset(config.training.dataset, settings.data_dir())
    check_same_data(run, config, dataset)
    scores = score(model, dataset.x_test, dataset.y_test)
    answer = {
        "run": run.id,
        "dataset": config.training.dataset,
        "model": config.model.model,
        "images": len(scores.labels),
        "test_accuracy": scores.accuracy,
        "test_loss": scores.loss,
    }
    if options.json:
        print(json.dumps(answer))
    else:
        print(
            f"{run.id}: test accuracy {scores.accuracy:.2%}, loss {scores.loss:.4f} "
            f"on {len(scores.labels):,} images"
        )
