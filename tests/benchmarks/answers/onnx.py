"""Whether an ONNX file says what the model says: ``python -m tests.benchmarks.answers.onnx``.

Each shipped model, with each operator in place of its own, and an mlp trained for a moment, answer
1,000 test images as torch does it and as onnxruntime does it.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import predict_logits
from dpn.export.onnx_file import to_onnx
from dpn.models.config import OPERATOR_NAMES
from dpn.models.presets import preset
from dpn.runs.run import SHIPPED, Run
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA

RUNS = ("shipped-mnist-dpn", "shipped-mnist-residual", "shipped-cifar10-residual")
IMAGES = 1_000


def measure(data: Path | None) -> None:
    """Print a row a model and operator."""
    if data is None:
        print("ONNX: left out, its test images are not here\n")
        return
    print("| model | MB | export | logits off by at most | sums off by at most | same answers |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in (SHIPPED / run for run in RUNS):
            for operator in OPERATOR_NAMES:
                print(_row(_with_operator(source, folder, operator), data), flush=True)
        architecture, training = preset("mnist", (1, 28, 28), 10, "mlp")
        trainer, run = open_training(
            architecture, training.replace(epochs=0.2), data, folder, run_id="mnist-mlp"
        )
        list(run_training(trainer, run))
        print(_row(run, data), flush=True)
    print()


def _with_operator(source: Path, folder: Path, operator: str) -> Run:
    """Return a copy of a run with another operator; its weights were not trained with it."""
    run = Run(folder / f"{source.name}-{operator}")
    run.path.mkdir()
    for name in ("weights.safetensors", "result.json"):
        (run.path / name).write_bytes((source / name).read_bytes())
    config = Run(source).config()
    changed = config.model.replace(operator=operator, temperature=0.5)
    replace(config, model=changed).write(run.path / "config.json")
    return run


def _row(run: Run, data: Path) -> str:
    model, test = run.load_model(), load_dataset(run.config().training.dataset, data).x_test
    images = test[:IMAGES]
    began = time.perf_counter()
    file = to_onnx(run, data, run.path.parent)
    seconds = time.perf_counter() - began
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    logits, _, terms = session.run(None, {"pixels": images.numpy()})
    wanted = predict_logits(model, images).numpy()
    off, unaccounted = np.abs(logits - wanted).max(), np.abs(terms.sum(axis=2) - logits).max()
    same = int((logits.argmax(axis=1) == wanted.argmax(axis=1)).sum())
    note(f"answers.onnx, logits off, {run.id}", float(off), "")
    cells = [run.id, f"{len(file) / 1e6:.1f}", f"{seconds:.1f} s", f"{off:.1e}"]
    return f"| {' | '.join([*cells, f'{unaccounted:.1e}', f'{same} of {len(images)}'])} |"


if __name__ == "__main__":
    torch.set_num_threads(1)
    measure(GATE_DATA if GATE_DATA.is_dir() else None)
