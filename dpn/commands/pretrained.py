"""Make the runs that are shipped with the project: ``make pretrained``.

``python -m dpn.commands.pretrained --doubt [NAME ...]`` fits only their doubt again.

Each is trained by this project's own code and kept whole but for what only a resume needs. The home
page's example is made from the first of them.

Those of MNIST are trained on other people's handwriting too (``dpn.hands``): put the two files that
``dpn/hands/written.py`` names into the data folder, ``DPN_DATA_DIR``. Validation and test images
are MNIST's alone.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dpn import settings
from dpn.commands.bars import follow
from dpn.commands.shipping.distil import Average, Teacher
from dpn.commands.shipping.recipes import RECIPES, THEN, WITH_HANDS, Further
from dpn.data.catalogue import dataset_info
from dpn.data.loading import Dataset
from dpn.doubt.fit import THOROUGH
from dpn.doubt.kept import save_doubt
from dpn.errors import ConfigError, DPNError, did_you_mean
from dpn.evaluation.evaluate import evaluate, predict_logits
from dpn.evaluation.scores import fit_temperature
from dpn.explain.example import SHIPPED_EXAMPLE, make_example, save_example
from dpn.hands.mixture import forms, with_hands
from dpn.hands.unseen import CHOOSE, together, unseen
from dpn.models.base import Classifier
from dpn.models.build import readout_names
from dpn.models.presets import preset, with_settings
from dpn.runs.files import write_json
from dpn.runs.folder import find_run
from dpn.runs.run import SHIPPED, Run
from dpn.training.doubting import doubt_of
from dpn.training.loop import run_training
from dpn.training.opening import open_training, training_data
from dpn.training.result import scores_of
from dpn.training.trainer import StepRecord, Trainer

#: Bytes of weights that a shipped run may have; larger ones are kept in half precision.
MOST = 2_000_000
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
    command = f"python -m dpn train --dataset {dataset} --model {model} --preset {preset_name}"
    command += "".join(f" --set {key}={value}" for key, value in changes.items())
    if name in WITH_HANDS:
        command = f"python -m dpn.commands.pretrained {name}"
    target = _trained(name, changes, partial(_changed, name), command)
    if name in THEN:
        go_on(name)
    return doubt_again(target.id)


def go_on(name: str) -> Run:
    """Train a shipped run further by ``THEN``, from the weights in its place, and mix both.

    Raises:
        DPNError: its data, or the run that it learns from, are not here.
    """
    further = THEN[name]
    before = find_run(name, SHIPPED).load_model().state_dict()

    def change(dataset: Dataset) -> Dataset:
        times = further.times
        mixed = with_hands(dataset, settings.data_dir(), times) if name in WITH_HANDS else dataset
        return replace(mixed, notes=(*mixed.notes, further.note))

    changes = RECIPES[name][3] | further.settings
    command = f"python -m dpn.commands.pretrained {name}"
    return _trained(name, changes, change, command, before, further)


def _trained(
    name: str,
    changes: dict[str, Any],
    change: Callable[[Dataset], Dataset],
    command: str,
    before: dict[str, Tensor] | None = None,
    further: Further | None = None,
) -> Run:
    """Train by a recipe with these changes and keep the run as shipped.

    Where there are weights of ``before`` it begins from them, and is mixed with them at the end, as
    ``further`` says.
    """
    dataset, model, preset_name, _ = RECIPES[name]
    info = dataset_info(dataset, settings.data_dir())
    assert info.classes is not None
    shape, world = info.image_shape, info.world
    chosen = preset(dataset, shape, info.classes, model, preset_name, world=world)
    chosen = with_settings(*chosen, changes)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = settings.data_dir()
        trainer, run = open_training(*chosen, data_dir, Path(folder), run_id=name, change=change)
        if before:
            trainer.model.load_state_dict(before)
        final = _followed(trainer, run, further)
        target = SHIPPED / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        shutil.copy(run.path / "config.json", target / "config.json")
        _copy_metrics(run.path / "metrics.jsonl", target / "metrics.jsonl")
        result = {**(run.result() or {}), "command": command}
        if name in WITH_HANDS:
            result["trained_on"] = list(trainer.dataset.notes)
            result["temperature"] = _calibrate(final, data_dir)
        if before and further:
            final.load_state_dict(between(before, final.state_dict(), further.new))
            found = evaluate(final, trainer.dataset.x_val, trainer.dataset.y_val)
            result["validation_accuracy"] = found.accuracy
            if name in WITH_HANDS:
                result["temperature"] = _calibrate(final, data_dir)
        _save(Run(target), final)
        test = evaluate(Run(target).load_model(), trainer.dataset.x_test, trainer.dataset.y_test)
        write_json(target / "result.json", result | scores_of(test))
    return Run(target)


def _followed(trainer: Trainer, run: Run, further: Further | None) -> Classifier:
    """Train to the end, and return the model as it is then, or as it was on average."""
    records = run_training(trainer, run)
    average = None
    if further and further.teacher:
        teacher = find_run(further.teacher, SHIPPED).load_model()
        trainer.teacher = Teacher(teacher, further.taught, trainer.device)
    if further and further.averaged:
        average = Average(trainer.model, further.averaged)
        records = average.after(records, StepRecord)
    follow(records, 0, trainer.total_steps)
    if average:
        trainer.model.load_state_dict(average.state)
    return trainer.model.cpu()


def between(before: dict[str, Tensor], after: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Return the weights that lie at this share of the way from one state to another.

    What was trained on changed pictures stays right under changes there, and is as right without
    them as before (M. Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
    """
    return {
        name: before[name].lerp(value, share) if value.is_floating_point() else value
        for name, value in after.items()
    }


def add_doubt(run: Run, dataset: Dataset) -> None:
    """Fit doubt to the weights that a run ships, with more care than after every training.

    Doubt of a model that knows more hands than MNIST's knows the coarsest forms, too, and is asked
    about hands that are not learned from before it doubts.
    """
    if run.id in WITH_HANDS:
        known, labels = map(torch.from_numpy, forms(settings.data_dir()))
        asked = torch.from_numpy(together(unseen(settings.data_dir(), CHOOSE))[0])
        dataset = replace(
            dataset,
            x_train=torch.cat([dataset.x_train, known]),
            y_train=torch.cat([dataset.y_train, labels]),
            x_val=torch.cat([dataset.x_val, asked]),
        )
    doubt = doubt_of(run.load_model(), dataset, run.config().training.seed, THOROUGH)
    if doubt:
        save_doubt(run, doubt)


def _changed(name: str, dataset: Dataset) -> Dataset:
    """Return what a shipped run is trained on."""
    times = WITH_HANDS.get(name)
    return with_hands(dataset, settings.data_dir(), times) if times else dataset


def _calibrate(model: Classifier, data_dir: Path) -> float:
    """Divide a model's scores by the temperature that fits hands it has not seen, and return it."""
    images, labels = together(unseen(data_dir, CHOOSE))
    logits = predict_logits(model, torch.from_numpy(images))
    temperature = fit_temperature(logits.numpy(), labels)
    with torch.no_grad():
        for name in readout_names(model.config):
            model.get_parameter(name).div_(temperature)
    return temperature


def _save(run: Run, model: Classifier) -> None:
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
    if run.config().model.world != "picture":  # there is nothing to tell from pictures
        return run
    dataset = training_data(run.config().training, settings.data_dir())
    add_doubt(run, _changed(name, dataset))
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
