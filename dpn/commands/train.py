"""The verb train: alone, or as one of several processes that train one model."""

from __future__ import annotations

import contextlib
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from dpn import settings
from dpn.commands.arguments.said import settings_said
from dpn.data.catalogue import dataset_info, preset_of
from dpn.data.look import WORDS
from dpn.data.worlds.bringing import ACCEPTED, bring
from dpn.data.worlds.sequences import loader_of
from dpn.errors import ConfigError, DataError, DPNError, RunError, said
from dpn.language import percent
from dpn.models.config import ModelConfig
from dpn.models.presets import PRESET_NAMES, with_settings
from dpn.models.train_config import TrainConfig, tracker_names
from dpn.models.vary import applies, decided_by_data, setting
from dpn.names import shown
from dpn.runs.folder import find_run

if TYPE_CHECKING:
    from dpn.training.parallel import Group


#: The data set of a training that names none.
USUAL = "digits"


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
    from dpn.commands.bars import download_bar, follow, remark
    from dpn.models.devices import cpu_count
    from dpn.tracking.followers import Followers
    from dpn.tracking.tools import check_installed
    from dpn.training.loop import run_training
    from dpn.training.opening import open_training, reopen_training

    data_dir, runs_dir = settings.data_dir(), settings.runs_dir()
    if options.resume is not None:
        _check_nothing_else_is_said(options)
        run = find_run(options.resume, runs_dir)
        trainer = reopen_training(run, data_dir, group)
    else:
        model, training = _training_settings(options)
        check_installed(training.track)
        with download_bar() as progress:
            trainer, run = open_training(model, training, data_dir, runs_dir, progress, group=group)
        for name in _idle(options, trainer.model.config, training):
            remark("train", f"{name} changes nothing: model {model.model!r} does not use it here")
    for note in trainer.dataset.notes:
        remark("train", note)
    if trainer.batch_size < trainer.config.batch_size:
        words = f"each batch is all {trainer.batch_size:,} that it learns from: batch_size is "
        remark("train", f"{words}{trainer.config.batch_size:,}")
    if trainer.config.threads > cpu_count():
        words = f"threads is {trainer.config.threads}, the cores here are {cpu_count()}"
        remark("train", f"{words}: with more threads than cores it is slower")
    print(f"run {run.id}", file=sys.stderr)
    if trainer.step_count == 0 and trainer.dataset.preparation:
        print(WORDS[trainer.dataset.preparation], file=sys.stderr)
    trackers = Followers(
        run,
        data_dir,
        tracker_names(trainer.config.track),
        trainer.step_count if options.resume is not None else None,
        lambda sentence: remark("train", sentence),
    )
    try:
        trackers.wait_until_ready()
        follow(run_training(trainer, run), trainer.step_count, trainer.total_steps)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Go on with: python -m dpn train --resume {run.id}") from None
    finally:
        trackers.close(wait=True)
    result = run.result()
    if not result:  # while the trackers wrote their end
        raise RunError(f"run {run.id!r} was deleted as soon as it had ended. Train again.")
    if options.json:
        hidden = ("confusion", "mistakes", "finished")
        print(json.dumps({key: value for key, value in result.items() if key not in hidden}))
    else:
        ten = ""
        if "recall_at_10" in result:
            recall = percent(result["recall_at_10"], 2)
            ten = f"recall@10 {recall}, MRR@10 {result['mrr_at_10']:.4f}, "
        print(
            f"{run.id}: {ten}test accuracy {percent(result['test_accuracy'], 2)} after "
            f"{_seconds(result['train_seconds'])} s of training "
            f"({result['examples_per_second']:,.0f} examples/s, {result['parameters']:,} "
            f"parameters, {result['device']})"
        )


def _seconds(seconds: float) -> str:
    """Return seconds with so many digits that a few batches took some."""
    return f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.2g}"


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


def _check_nothing_else_is_said(options: Namespace) -> None:
    """Refuse settings for a run that goes on with its own.

    Raises:
        ConfigError: it names them.
    """
    own = ("verb", "json", "data_dir", "runs_dir", "resume")
    given = {name: value for name, value in vars(options).items() if name not in own}
    flags = [
        f"--{name.replace('_', '-')}" for name, value in given.items() if value not in (None, [])
    ]
    if flags:
        raise ConfigError(
            f"--resume goes on with the settings of {options.resume!r}: leave out "
            f"{', '.join(flags)}, or train a new run without --resume"
        )


def _training_settings(options: Namespace) -> tuple[ModelConfig, TrainConfig]:
    """Return the preset with everything that was said on the command line on top.

    Raises:
        DPNError: the data set, or what is said of the settings.
    """
    info = dataset_info(_named(options), settings.data_dir())
    preset = PRESET_NAMES[0] if options.preset is None else options.preset
    usual = preset_of(info, options.model, preset)
    changes = settings_said(options)
    for name in decided_by_data(info.world):
        if name in changes and changes[name] != setting(name, *usual):
            raise ConfigError(
                f"{name} is what data set {info.name!r} decides, got {said(changes[name])}: leave "
                "it out"
            )
    return with_settings(*usual, changes)


def _idle(options: Namespace, model: ModelConfig, training: TrainConfig) -> list[str]:
    """Return the settings that were said and change nothing, such as the states of an MLP."""
    usual = ModelConfig(), TrainConfig()
    return [
        name
        for name, value in settings_said(options).items()
        if value not in (None, setting(name, *usual)) and not applies(name, model, training)
    ]


def _named(options: Namespace) -> str:
    """Return the name of the data set; a file of texts, series or lists is read and kept first."""
    from dpn.commands.bars import remark

    dataset = USUAL if options.dataset is None else options.dataset
    path, data_dir = Path(dataset), settings.data_dir()
    if (name := _set_named(dataset, path, data_dir)) is not None:
        if options.text_column is not None or options.label_column is not None:
            raise ConfigError(
                f"--text-column and --label-column are of a file that is read now, and {name!r} is "
                "the name of a set: leave them out, or name the file with --dataset"
            )
        return name
    if not path.exists():
        raise DataError(
            f"there is no file or folder {shown(dataset)}; `python -m dpn datasets` lists "
            "the sets that are here"
        )
    name, notes = bring(path, data_dir, options.text_column, options.label_column)
    for note in notes:
        remark("train", note)
    return name


def _set_named(dataset: str, path: Path, data_dir: Path) -> str | None:
    """Return the name of the set that is meant, which may be none that is here; None for a path."""
    is_name = path.name == dataset and path.suffix.lower() not in ACCEPTED
    if is_name and path.exists():  # a folder here, or a file without an ending
        with contextlib.suppress(DataError):
            return dataset_info(dataset, data_dir).name
        is_name = False
    return dataset if is_name or (not path.exists() and loader_of(dataset, data_dir)) else None
