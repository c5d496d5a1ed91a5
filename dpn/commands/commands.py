"""The verbs of the command line. What computes is imported by the verb that needs it."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dpn import settings
from dpn.commands.explain import explain
from dpn.commands.teach import teach
from dpn.data.catalogue import dataset_info, list_datasets
from dpn.data.names import row
from dpn.errors import ConfigError, DPNError, ImageError
from dpn.models.config import ModelConfig, TrainConfig
from dpn.models.presets import preset, with_settings
from dpn.pictures.files import read_images
from dpn.runs.folder import find_run, list_runs
from dpn.runs.run import Run, RunConfig

if TYPE_CHECKING:
    from dpn.training.parallel import Group


def train(options: Namespace) -> None:
    """Train, with a progress bar on stderr; the last line of stdout is the result."""
    from dpn.training.parallel import join, leave

    group = join()
    if group.rank == 0:
        _lead(options, group)
    else:
        _assist(group)
    leave()


def _lead(options: Namespace, group: Group) -> None:
    """Train as the only process or as rank 0, which owns the run."""
    from dpn.commands.bars import download_bar, follow
    from dpn.training.loop import run_training
    from dpn.training.opening import open_training, reopen_training

    data_dir, runs_dir = settings.data_dir(), settings.runs_dir()
    if options.resume:
        run = find_run(options.resume, runs_dir)
        trainer = reopen_training(run, data_dir, group)
    else:
        model, training = _training_settings(options)
        with download_bar() as progress:
            trainer, run = open_training(model, training, data_dir, runs_dir, progress, group=group)
    print(f"run {run.id}", file=sys.stderr)
    try:
        follow(run_training(trainer, run), trainer.step_count, trainer.total_steps)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Go on with: python -m dpn train --resume {run.id}") from None
    result = run.result() or {}
    if options.json:
        hidden = ("confusion", "mistakes", "finished")
        print(json.dumps({key: value for key, value in result.items() if key not in hidden}))
    else:
        print(
            f"{run.id}: test accuracy {result['test_accuracy']:.2%} after "
            f"{result['train_seconds']:.1f} s of training "
            f"({result['examples_per_second']:,.0f} examples/s, {result['parameters']:,} "
            f"parameters, {result['device']})"
        )


def _assist(group: Group) -> None:
    """Train as another rank than 0, and leave the talking to that one."""
    from dpn.errors import DataError
    from dpn.training.loop import assist_training

    try:
        assist_training(group, settings.data_dir())
    except DataError:
        raise  # of this machine, so nobody else can say it
    except DPNError:
        sys.exit(2)  # rank 0 has it too, and says it


def predict(options: Namespace) -> None:
    """Print one answer a file, in the order of the files."""
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.models.devices import pick_device

    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    model = run.load_model().to(pick_device())
    for chunk in read_images(options.files, config, options.kind):
        good = [item for _, item in chunk if not isinstance(item, ImageError)]
        probabilities = iter(
            torch.softmax(predict_logits(model, torch.from_numpy(np.stack(good))), dim=1).numpy()
            if good
            else ()
        )
        for path, item in chunk:
            if isinstance(item, ImageError):
                _print_answer({"file": str(path), "error": str(item)}, options.json)
            else:
                _print_answer(
                    {"file": str(path), **_answer(next(probabilities), config)}, options.json
                )


def evaluate(options: Namespace) -> None:
    """Score the run on the test images of its data set."""
    from dpn.data.catalogue import load_dataset
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


def datasets(options: Namespace) -> None:
    """List what can be trained on."""
    for info in list_datasets(settings.data_dir()):
        if options.json:
            record = {field.name: getattr(info, field.name) for field in fields(info)}
            record["path"] = str(info.path) if info.path else None
            print(json.dumps(record))
        else:
            shape = "x".join(map(str, info.image_shape)) if info.image_shape else "?"
            print(f"{info.name:<15} {info.source:<9} {shape:<9} {info.problem or info.about}")


def runs(options: Namespace) -> None:
    """List the runs, newest first; a damaged one says so and hides no other."""
    for run in list_runs(settings.runs_dir()):
        record = _describe(run)
        if options.json:
            print(json.dumps(record))
        elif "error" in record:
            print(f"{run.id:<49} {record['error']}")
        else:
            accuracy = record["test_accuracy"]
            shown = f"{accuracy:.2%}" if accuracy is not None else record["state"]
            print(f"{run.id:<49} {record['dataset']:<15} {record['model']:<9} {shown}")


VERBS: dict[str, Callable[[Namespace], None]] = {
    "train": train,
    "predict": predict,
    "explain": explain,
    "evaluate": evaluate,
    "teach": teach,
    "datasets": datasets,
    "runs": runs,
}


def _training_settings(options: Namespace) -> tuple[ModelConfig, TrainConfig]:
    """Return the preset with everything that was said on the command line on top."""
    info = dataset_info(options.dataset, settings.data_dir())
    assert info.image_shape is not None  # or dataset_info would have raised
    model, training = preset(
        info.name, info.image_shape, info.classes or 2, options.model, options.preset
    )
    said = {
        "epochs": options.epochs,
        "steps": options.steps,
        "learning_rate": options.lr,
        "seed": options.seed,
        "device": options.device,
    }
    changes = {name: value for name, value in said.items() if value is not None}
    changes |= dict(_parse_setting(text) for text in options.set)
    return with_settings(model, training, changes)


def _parse_setting(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign:
        raise ConfigError(f"--set must be NAME=VALUE, got {text!r}; try --set operator=soft")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, value  # a word needs no quotes


def _answer(probabilities: npt.NDArray[np.float32], config: RunConfig) -> dict[str, Any]:
    best = int(probabilities.argmax())
    return {
        "label": config.class_names[best],
        "probability": float(probabilities[best]),
        "probabilities": {
            name: float(value)
            for name, value in zip(config.class_names, probabilities, strict=True)
        },
    }


def _print_answer(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer))
    elif "error" in answer:
        print(row(answer["file"], answer["error"]))
    else:
        print(row(answer["file"], answer["label"], f"{answer['probability']:.1%}"))


def _describe(run: Run) -> dict[str, Any]:
    try:
        config, result = run.config(), run.result() or {}
        return {
            "run": run.id,
            "dataset": config.training.dataset,
            "model": config.model.model,
            "test_accuracy": result.get("test_accuracy"),
            "origin": run.origin,
            "state": run.status()["state"],
            "created": config.created,
        }
    except DPNError as error:
        return {"run": run.id, "error": str(error), "origin": run.origin}
