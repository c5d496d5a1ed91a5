"""What of a shipped run is kept on disk: weights of a few megabytes, and some of the batches."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from torch import Tensor

from dpn.models.base import Classifier
from dpn.runs.run import Run

#: Bytes of weights that a shipped run may have; larger ones are kept in half precision.
MOST = 2_000_000
#: Of the training batches in metrics.jsonl one in so many is kept, and about so many at most: the
#: file stays small.
KEEP_EVERY, KEPT = 20, 200


def save(run: Run, model: Classifier) -> None:
    """Save a model's weights, in half precision where they would be too large."""
    run.save_weights(model.state_dict())
    if (run.path / "weights.safetensors").stat().st_size > MOST:
        run.save_weights(_halved(model))


def _halved(model: Classifier) -> dict[str, Tensor]:
    """Return a model's state with its weights in half precision; averages keep their own."""
    weights = {name for name, _ in model.named_parameters()}
    return {
        name: value.half() if name in weights else value
        for name, value in model.state_dict().items()
    }


def carry(run: Run, target: Path, beside: Iterable[str]) -> None:
    """Make a shipped run's folder anew, with what a run has but for its weights and its result.

    ``beside`` names the files that its model needs to read more of the like.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ("config.json", *beside):
        shutil.copy(run.path / name, target / name)
    copy_metrics(run.path / "metrics.jsonl", target / "metrics.jsonl")


def copy_metrics(source: Path, target: Path) -> None:
    """Copy all validations and some of the batches."""
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    records = [json.loads(line) for line in lines]
    steps = sum(record["kind"] == "step" for record in records)
    every = max(KEEP_EVERY, steps // KEPT)
    kept = (
        line
        for line, record in zip(lines, records, strict=True)
        if record["kind"] != "step" or record["step"] % every == 1
    )
    target.write_text("".join(kept), encoding="utf-8")
