"""Make the runs that are shipped with the project: ``make pretrained``.

``python -m dpn.commands.pretrained --doubt [NAME ...]`` fits only their doubt again, and ``--seen``
only what names the squares of photos.

Each is trained by this project's own code and kept whole but for what only a resume needs. The home
page's example is made from the first of them.

Those of MNIST are trained on other people's handwriting too (``dpn.hands``): put the two files that
``dpn/hands/written.py`` names into the data folder, ``DPN_DATA_DIR``. Validation and test images
are MNIST's alone. Larger models that they learn from are trained first and kept as runs, in
``DPN_RUNS_DIR``.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor

from dpn import settings
from dpn.commands.bars import follow
from dpn.commands.shipping.calibration import calibrate
from dpn.commands.shipping.distil import Average, Teacher, between
from dpn.commands.shipping.fitted import doubt_again, seen_again
from dpn.commands.shipping.keeping import carry, save
from dpn.commands.shipping.recipes import (
    RECIPES,
    TEACHERS,
    TEACHERS_TIMES,
    THEN,
    WITH_HANDS,
    Further,
)
from dpn.commands.shipping.widen import deepened, widened
from dpn.data.catalogue import dataset_info, preset_of
from dpn.data.loading import Dataset
from dpn.errors import ConfigError, DPNError, did_you_mean
from dpn.evaluation.evaluate import evaluate
from dpn.explain.example import SHIPPED_EXAMPLE, make_example, save_example
from dpn.hands.mixture import with_hands
from dpn.models.base import Classifier
from dpn.models.presets import with_settings
from dpn.runs.files import write_json
from dpn.runs.folder import find_run
from dpn.runs.run import SHIPPED, Run
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from dpn.training.result import next_items_of, scores_of
from dpn.training.trainer import StepRecord, Trainer


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
    change = None
    if name in WITH_HANDS:
        command = f"python -m dpn.commands.pretrained {name}"
        change = partial(with_hands, data_dir=settings.data_dir(), times=WITH_HANDS[name])
    target = _trained(name, changes, change, command)
    for stage in range(len(THEN.get(name, ()))):
        go_on(name, stage)
    seen_again(target.id)
    return doubt_again(target.id)


def go_on(name: str, stage: int) -> Run:
    """Train a shipped run further by a stage of ``THEN``, and mix with the weights in its place.

    Raises:
        DPNError: its data, or the run that it learns from, are not here.
    """
    further = THEN[name][stage]
    before = find_run(name, SHIPPED).load_model().state_dict()
    said = [one.note for one in THEN[name][: stage + 1]]

    def change(dataset: Dataset) -> Dataset:
        how = settings.data_dir(), further.times
        is_mixed = name in WITH_HANDS
        mixed = with_hands(dataset, *how, leaners=further.leaning) if is_mixed else dataset
        return replace(mixed, notes=(*mixed.notes, *said))

    changes = RECIPES[name][3] | further.settings
    command = f"python -m dpn.commands.pretrained {name}"
    return _trained(name, changes, change, command, before, further)


def teacher(name: str) -> Classifier:
    """Return a run to learn from; one of ``TEACHERS`` is trained where the runs folder lacks it.

    Raises:
        DPNError: there is none of this name, or its data are not here.
    """
    runs_dir, data_dir = settings.runs_dir(), settings.data_dir()
    if name not in TEACHERS:
        return find_run(name, SHIPPED).load_model()
    if not (runs_dir / name).exists():
        usual = preset_of(dataset_info("mnist", data_dir), "residual", "best")
        chosen = with_settings(*usual, TEACHERS[name])
        change = partial(with_hands, data_dir=data_dir, times=TEACHERS_TIMES, leaners=True)
        trainer, run = open_training(*chosen, data_dir, runs_dir, run_id=name, change=change)
        model = _followed(trainer, run, None)
        calibrate(model, data_dir)
        run.save_weights(model.state_dict())
    return find_run(name, runs_dir).load_model()


def _trained(
    name: str,
    changes: dict[str, Any],
    change: Callable[[Dataset], Dataset] | None,
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
    chosen = with_settings(*preset_of(info, model, preset_name), changes)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = settings.data_dir()
        trainer, run = open_training(*chosen, data_dir, Path(folder), run_id=name, change=change)
        if before:
            before = widened(before, chosen[0].decisions)
            before = deepened(before, trainer.model.state_dict())
            trainer.model.load_state_dict(before)
        final = _followed(trainer, run, further)
        target = SHIPPED / name
        carry(run, target, trainer.dataset.beside)
        result = {**(run.result() or {}), "command": command}
        if name in WITH_HANDS:
            result["trained_on"] = list(trainer.dataset.notes)
            result["temperature"] = calibrate(final, data_dir)
        if before and further:
            final.load_state_dict(between(before, final.state_dict(), further.new))
            found = evaluate(final, trainer.dataset.x_val, trainer.dataset.y_val)
            result["validation_accuracy"] = found.accuracy
            if name in WITH_HANDS:
                result["temperature"] = calibrate(final, data_dir)
        save(Run(target), final)
        test = evaluate(Run(target).load_model(), trainer.dataset.x_test, trainer.dataset.y_test)
        result |= scores_of(test) | next_items_of(trainer, test)
        write_json(target / "result.json", result)
    return Run(target)


def _followed(trainer: Trainer, run: Run, further: Further | None) -> Classifier:
    """Train to the end, and return the model as it is then, or as it was on average."""
    records = run_training(trainer, run)
    average = None
    if further and further.teachers:
        models = {name: teacher(name) for name in further.teachers}
        told = [models[name] for name in further.teachers]
        trainer.teacher = Teacher(told, further.taught, trainer.device)
    if further and further.averaged:
        average = Average(trainer.model, further.averaged)
        records = average.after(records, StepRecord)
    follow(records, 0, trainer.total_steps)
    if average:
        trainer.model.load_state_dict(average.state)
    return trainer.model.cpu()


def main(arguments: list[str] | None = None) -> int:
    """Make those named, or all of them; with --doubt or --seen first only fit that again.

    Return 0, or 2 after one line on stderr.
    """
    names = list(arguments or [])
    make = {"--doubt": doubt_again, "--seen": seen_again}.get("".join(names[:1]), make_shipped)
    names = names[make is not make_shipped :] or list(RECIPES)
    try:
        for name in names:
            run = make(name)
            print(f"{name}: test accuracy {(run.result() or {})['test_accuracy']:.2%}")
        if make is make_shipped:
            save_example(make_example(Run(SHIPPED / "shipped-digits-dpn")), SHIPPED_EXAMPLE)
    except DPNError as error:
        print(f"dpn.commands.pretrained: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
