"""The verbs of the command line. What computes is imported by the verb that needs it."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn import settings
from dpn.config import ModelConfig, TrainConfig
from dpn.datasets import dataset_info, list_datasets
from dpn.decode import SUFFIXES, decode
from dpn.errors import ConfigError, DPNError, ImageError, did_you_mean
from dpn.images import InputSpec, prepare
from dpn.presets import preset
from dpn.runs import Run, RunConfig, find_run, list_runs

#: Files prepared and classified together.
CHUNK = 256


def train(options: Namespace) -> None:
    """Train, with a progress bar on stderr; the last line of stdout is the result."""
    from dpn.loop import open_training, reopen_training, run_training

    data_dir, runs_dir = settings.data_dir(), settings.runs_dir()
    if options.resume:
        run = find_run(options.resume, runs_dir)
        trainer = reopen_training(run, data_dir)
    else:
        model, training = _training_settings(options)
        with _download_bar() as progress:
            trainer, run = open_training(model, training, data_dir, runs_dir, progress)
    print(f"run {run.id}", file=sys.stderr)
    _follow(run_training(trainer, run), trainer.step_count, trainer.total_steps)
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


def predict(options: Namespace) -> None:
    """Print one answer a file, in the order of the files."""
    import torch

    from dpn.devices import pick_device
    from dpn.evaluation import predict_logits

    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    model = run.load_model().to(pick_device())
    paths = iter(_image_files(options.files))
    while chunk := list(islice(paths, CHUNK)):
        inputs = [_prepare_file(path, config, options.kind) for path in chunk]
        good = [item for item in inputs if not isinstance(item, ImageError)]
        probabilities = iter(
            torch.softmax(predict_logits(model, torch.from_numpy(np.stack(good))), dim=1).numpy()
            if good
            else ()
        )
        for path, item in zip(chunk, inputs, strict=True):
            if isinstance(item, ImageError):
                _print_answer({"file": str(path), "error": str(item)}, options.json)
            else:
                _print_answer(
                    {"file": str(path), **_answer(next(probabilities), config)}, options.json
                )


def evaluate(options: Namespace) -> None:
    """Score the run on the test images of its data set."""
    from dpn.datasets import load_dataset
    from dpn.evaluation import evaluate as score
    from dpn.loop import check_same_data

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
            print(f"{info.name:<16}{info.source:<10}{shape:<10}{info.problem or info.about}")


def runs(options: Namespace) -> None:
    """List the runs, newest first; a damaged one says so and hides no other."""
    for run in list_runs(settings.runs_dir()):
        record = _describe(run)
        if options.json:
            print(json.dumps(record))
        elif "error" in record:
            print(f"{run.id:<50}{record['error']}")
        else:
            accuracy = record["test_accuracy"]
            shown = f"{accuracy:.2%}" if accuracy is not None else record["state"]
            print(f"{run.id:<50}{record['dataset']:<16}{record['model']:<10}{shown}")


VERBS: dict[str, Callable[[Namespace], None]] = {
    "train": train,
    "predict": predict,
    "evaluate": evaluate,
    "datasets": datasets,
    "runs": runs,
}


def _training_settings(options: Namespace) -> tuple[ModelConfig, TrainConfig]:
    """Return the preset with everything that was said on the command line on top."""
    info = dataset_info(options.dataset, settings.data_dir())
    model, training = preset(
        info.name, info.image_shape, info.classes, options.model, options.preset
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
    of_model = [field.name for field in fields(ModelConfig)]
    of_training = [field.name for field in fields(TrainConfig)]
    for name in changes:
        if name not in of_model + of_training:
            hint = did_you_mean(name, of_model + of_training)
            raise ConfigError(f"--set: there is no setting {name!r}{hint}")
    return (
        model.replace(**{name: value for name, value in changes.items() if name in of_model}),
        training.replace(**{name: value for name, value in changes.items() if name in of_training}),
    )


def _parse_setting(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign:
        raise ConfigError(f"--set must be NAME=VALUE, got {text!r}; try --set operator=soft")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value  # a word needs no quotes


class _download_bar:  # noqa: N801 - used like a function, in a with statement
    """A bar on stderr that appears with the first byte and is closed whatever happens."""

    def __enter__(self) -> Callable[[int, int], None]:
        self.bar: Any = None
        return self._show

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def _show(self, done: int, total: int) -> None:
        from tqdm import tqdm

        if self.bar is None:
            self.bar = tqdm(total=total, unit="B", unit_scale=True, desc="download")
        self.bar.update(done - self.bar.n)


def _follow(records: Iterator[Any], step: int, total: int) -> None:
    from tqdm import tqdm

    from dpn.training import StepRecord

    with tqdm(total=total, initial=step, unit="batch", desc="train") as bar:
        loss = validation = ""
        for record in records:
            if isinstance(record, StepRecord):
                loss = f"loss {record.loss:.3f}"
                bar.update(1)
            else:
                validation = f", validation {record.accuracy:.2%}"
            bar.set_postfix_str(loss + validation, refresh=False)


def _image_files(names: list[str]) -> Iterator[Path]:
    """Yield the files named; a folder stands for the images in it, by name."""
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
            yield from sorted(file for file in inside if file.is_file())
        else:
            yield path


def _prepare_file(path: Path, config: RunConfig, kind: str) -> npt.NDArray[np.uint8] | ImageError:
    try:
        rgba = decode(path.read_bytes(), path.name)
        return prepare(rgba, InputSpec(*config.model.image_shape, config.preparation), kind).input
    except ImageError as error:
        return error
    except OSError as error:
        return ImageError(f"{path.name}: cannot be read ({error.strerror}).")


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
        print(f"{answer['file']}\t{answer['error']}")
    else:
        print(f"{answer['file']}\t{answer['label']}\t{answer['probability']:.1%}")


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
