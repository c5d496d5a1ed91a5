"""Make the runs that are shipped with the project: ``make pretrained``.

``python -m dpn.commands.pretrained --doubt [NAME ...]`` fits only their doubt again.

Each is trained by this project's own code and kept whole but for what only a resume needs. The home
page's example is made from the first of them.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from torch import Tensor

from dpn import settings
from dpn.commands.bars import follow
from dpn.data.catalogue import dataset_info
from dpn.data.loading import Dataset
from dpn.doubt.fit import THOROUGH
from dpn.doubt.kept import save_doubt
from dpn.errors import ConfigError, DPNError, did_you_mean
from dpn.evaluation.evaluate import evaluate
from dpn.explain.example import SHIPPED_EXAMPLE, make_example, save_example
from dpn.models.base import Classifier
from dpn.models.presets import preset, with_settings
from dpn.runs.files import write_json
from dpn.runs.folder import find_run
from dpn.runs.run import SHIPPED, Run
from dpn.training.doubting import doubt_of
from dpn.training.loop import run_training
from dpn.training.opening import open_training, training_data
from dpn.training.result import scores_of

#: Bytes of weights that a shipped run may have; larger ones are kept in half precision.
MOST = 2_000_000
#: Of the residual DPN on MNIST the smaller encoder is shipped: it is as right, answers in a third
#: of the time, and forgets less when it is taught a new symbol without MNIST at hand.
SMALLER: dict[str, Any] = {
    "encoder": "strided",
    "encoder_channels": 16,
    "encoder_blocks": 2,
    "epochs": 14,
    "optimizer": "adamw",
    "augmentation": "affine",
    "label_smoothing": 0.0,
}
#: name of the shipped run -> (data set, model, preset, settings on top).
RECIPES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "shipped-digits-dpn": ("digits", "dpn", "best", {}),
    "shipped-mnist-dpn": ("mnist", "dpn", "best", {}),
    "shipped-mnist-residual": ("mnist", "residual", "best", SMALLER),
    "shipped-cifar10-residual": ("cifar10", "residual", "best", {}),
}
#: Of each training batch in metrics.jsonl one in so many is kept: the file stays small.
KEEP_EVERY = 20


def make_shipped(name: str) -> Run:
    """Train one of the shipped runs again and put it in its place.

    Raises:
        DPNError: there is none of this name, or its data are not here.
    """
    if name not in RECIPES:
        raise ConfigError(f"no run called {name!r} is shipped{did_you_mean(name, list(RECIPES))}")
    dataset, model, preset_name, changes = RECIPES[name]
    info = dataset_info(dataset, settings.data_dir())
    assert info.image_shape is not None
    assert info.classes is not None
    chosen = preset(dataset, info.image_shape, info.classes, model, preset_name)
    chosen = with_settings(*chosen, changes)
    with tempfile.TemporaryDirectory() as folder:
        trainer, run = open_training(*chosen, settings.data_dir(), Path(folder), run_id=name)
        follow(run_training(trainer, run), 0, trainer.total_steps)
        target = SHIPPED / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for kept in ("config.json", "weights.safetensors"):
            shutil.copy(run.path / kept, target / kept)
        _copy_metrics(run.path / "metrics.jsonl", target / "metrics.jsonl")
        command = f"python -m dpn train --dataset {dataset} --model {model} --preset {preset_name}"
        command += "".join(f" --set {key}={value}" for key, value in changes.items())
        result = {**(run.result() or {}), "command": command}
        if (target / "weights.safetensors").stat().st_size > MOST:
            Run(target).save_weights(_halved(trainer.model))
            halved = Run(target).load_model()
            test = evaluate(halved, trainer.dataset.x_test, trainer.dataset.y_test)
            result |= scores_of(test)
        write_json(target / "result.json", result)
        add_doubt(Run(target), trainer.dataset)
    return Run(target)


def add_doubt(run: Run, dataset: Dataset) -> None:
    """Fit doubt to the weights that a run ships, with more care than after every training."""
    doubt = doubt_of(run.load_model(), dataset, run.config().training.seed, THOROUGH)
    if doubt:
        save_doubt(run, doubt)


def _halved(model: Classifier) -> dict[str, Tensor]:
    """Return a model's state with its weights in half precision; averages keep their own."""
    weights = {name for name, _ in model.named_parameters()}
    return {
        name: value.half() if name in weights else value
        for name, value in model.cpu().state_dict().items()
    }


def _copy_metrics(source: Path, target: Path) -> None:
    """Copy all validations and some of the batches."""
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    records = [json.loads(line) for line in lines]
    kept = (
        line
        for line, record in zip(lines, records, strict=True)
        if record["kind"] != "step" or record["step"] % KEEP_EVERY == 1
    )
    target.write_text("".join(kept), encoding="utf-8")


def doubt_again(name: str) -> Run:
    """Fit doubt to the weights of a shipped run as they are.

    Raises:
        DPNError: there is none of this name, or its data are not here.
    """
    run = find_run(name, SHIPPED)
    add_doubt(run, training_data(run.config().training, settings.data_dir()))
    return run


def main(arguments: list[str] | None = None) -> int:
    """Make those named, or all of them; with --doubt first only fit their doubt again.

    Return 0, or 2 after one line on stderr.
    """
    names = list(arguments or [])
    only_doubt = names[:1] == ["--doubt"]
    names = names[only_doubt:] or list(RECIPES)
    try:
        for name in names:
            run = doubt_again(name) if only_doubt else make_shipped(name)
            print(f"{name}: test accuracy {(run.result() or {})['test_accuracy']:.2%}")
        if not only_doubt:
            save_example(make_example(Run(SHIPPED / "shipped-digits-dpn")), SHIPPED_EXAMPLE)
    except DPNError as error:
        print(f"dpn.commands.pretrained: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
