"""What must hold of a runs folder at any moment: nothing half-written, nothing lost."""

import json

import numpy as np
import torch

from dpn.errors import DPNError
from dpn.evaluation.evaluate import predict_logits
from dpn.runs.files import read_tensors
from dpn.runs.history import History
from dpn.runs.snapshots import list_snapshots


def half_written(run):
    """Return a line for each file of a run that is there and cannot be read whole."""
    readers = {
        "config.json": run.config,
        "status.json": run.status,
        "result.json": run.result,
        "checkpoint.safetensors": run.load_checkpoint,
        "weights.safetensors": run.load_model,
    }
    for step in list_snapshots(run.path):
        readers[f"snapshots/{step:09d}.safetensors"] = lambda step=step: run.load_model(step)
    found = []
    for name, read in readers.items():
        if (run.path / name).exists():
            try:
                read()
            except DPNError as error:
                found.append(f"{run.id}/{name}: {error}")
    metrics = run.path / "metrics.jsonl"
    if metrics.exists():
        for number, line in enumerate(metrics.read_bytes().splitlines(), 1):
            try:
                json.loads(line)
            except ValueError:
                found.append(f"{run.id}/metrics.jsonl: line {number} is {line!r}")
    return found


def answers(run):
    """Return what a run's model answers on fixed noise, as bytes."""
    model = run.load_model()
    shape = run.config().model.image_shape
    noise = np.random.default_rng(0).integers(0, 256, (20, *shape), dtype=np.uint8)
    return predict_logits(model, torch.from_numpy(noise)).numpy().tobytes()


def lost(run):
    """Return (training seconds lost, longest step in seconds) if the run goes on as it is."""
    curves = History(run.path / "metrics.jsonl").poll()
    seconds = curves.steps["seconds"]
    kept = read_tensors(run.path / "checkpoint.safetensors", run.id)["progress"][1].item()
    if not len(seconds):
        return 0.0, 0.0
    return float(max(0.0, seconds[-1] - kept)), float(np.diff(seconds, prepend=0.0).max())


def last_step(run):
    """Return the last step in the run's metrics, 0 before the first."""
    return int(History(run.path / "metrics.jsonl").poll().steps["step"].max(initial=0))
