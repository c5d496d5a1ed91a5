"""Before the first batch: a new training, or one that goes on, from settings, data and a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from dpn.data.downloads import Progress
from dpn.data.loading import Dataset, load_dataset
from dpn.errors import ConfigError, RunError
from dpn.models.build import build_model
from dpn.models.config import WORLDS, ModelConfig
from dpn.models.devices import available_devices, pick_device
from dpn.models.residual import ResidualDPN
from dpn.models.train_config import AUGMENTATION_NAMES, SERIES_AUGMENTATION_NAMES, TrainConfig
from dpn.runs.config import RunConfig
from dpn.runs.files import read_json
from dpn.runs.run import Run
from dpn.runs.start import claimed, create_run
from dpn.training.failures import told_in_words
from dpn.training.parallel import Group
from dpn.training.trainer import Trainer

#: Largest model; training it takes four times its size, 1.6 GB.
MAX_PARAMETERS = 100_000_000
#: How the inputs of a world may be varied; of any other not at all.
AUGMENTED = {"picture": AUGMENTATION_NAMES, "series": SERIES_AUGMENTATION_NAMES}


def training_data(training: TrainConfig, data_dir: Path, **how: Any) -> Dataset:
    """Return the data set of a training, with its own validation images held out.

    ``how`` is passed on to ``load_dataset``; its errors are raised.
    """
    return load_dataset(
        training.dataset,
        data_dir,
        validation_fraction=training.validation_fraction,
        seed=training.seed,
        preparation=training.preparation,
        **how,
    )


def open_training(
    model: ModelConfig,
    training: TrainConfig,
    data_dir: Path,
    runs_dir: Path,
    progress: Progress | None = None,
    run_id: str | None = None,
    group: Group | None = None,
    owner: str | None = None,
    change: Callable[[Dataset], Dataset] | None = None,
    most_parameters: float = MAX_PARAMETERS,
) -> tuple[Trainer, Run]:
    """Load the data, fit the model's input and output to it, and make the run's folder.

    What the data decide of ``model``, such as the image shape and classes, is replaced.
    ``progress`` is called with (bytes so far, bytes in all) while the data set is downloaded.
    ``change`` may give it other training images and notes before anything is made of it. The model
    has at most so many parameters, with what the data decide of it.

    Raises:
        DPNError: a setting, the data, too little memory or the runs folder; nothing is left behind.
    """
    with told_in_words():
        dataset = training_data(training, data_dir, progress=progress)
        marks = dataset.marks
        if change:
            dataset = change(dataset)
        trainer = _new_trainer(model, training, dataset, group, most_parameters)
    dataset = trainer.dataset
    run = create_run(
        runs_dir,
        trainer.model.config,
        training,
        dataset.class_names,
        dataset.preparation,
        run_id=run_id,
        owner=owner,
        notes=dataset.notes,
        look=dataset.look,
        beside=dataset.beside,
        labels=marks,
    )
    return trainer, run


def _new_trainer(
    model: ModelConfig,
    training: TrainConfig,
    dataset: Dataset,
    group: Group | None,
    most_parameters: float,
) -> Trainer:
    if dataset.world != model.world:
        raise ConfigError(
            f"model must be one of {', '.join(WORLDS[dataset.world])} for data set "
            f"{training.dataset!r}, got {model.model!r}"
        )
    varied = AUGMENTED.get(dataset.world, ("none",))
    if training.augmentation not in varied:
        raise ConfigError(
            f"augmentation must be {' or '.join(varied)} for data set {training.dataset!r}, of "
            f"the world {dataset.world!r}, got {training.augmentation!r}"
        )
    if training.robust != "none" and dataset.world != "picture":
        raise ConfigError(
            f"robust must be none for data set {training.dataset!r}: only pictures can be changed"
        )
    if training.preparation != "auto" and dataset.world != "picture":
        raise ConfigError(
            f"preparation must be auto for data set {training.dataset!r}: it is of pictures"
        )
    if training.balanced and dataset.world == "maze":
        raise ConfigError(
            f"balanced must be false for data set {training.dataset!r}: maps have no classes"
        )
    model = model.replace(**dataset.model_sizes)
    with torch.device("meta"):  # counted without taking the memory
        unborn = build_model(model)
        if isinstance(unborn, ResidualDPN) and 1 in (training.batch_size, len(dataset.x_train)):
            _check_alone(unborn)
    parameters = sum(weight.numel() for weight in unborn.parameters())
    if parameters > (most := min(most_parameters, MAX_PARAMETERS)):
        fewer = "embedding" if dataset.world == "text" else "encoder_channels or hidden units"
        raise ConfigError(
            f"The model would have {parameters:,} parameters, at most {most:,.0f} are "
            f"accepted. Try fewer states, decisions, {fewer}."
        )
    return Trainer(model, training, dataset, group)


def _check_alone(model: ResidualDPN) -> None:
    """Refuse batches of one image where nothing can be normalised over one: a map of one cell."""
    model.train().begin_step(0.0)
    try:
        model.feature_map(torch.empty(1, *model.config.image_shape))
    except ValueError as error:
        raise ConfigError(
            "batch_size must be at least 2 where the encoder's map is one cell, got 1; or take "
            "fewer encoder_blocks"
        ) from error


def reopen_training(
    run: Run, data_dir: Path, group: Group | None = None, progress: Progress | None = None
) -> Trainer:
    """Return a trainer that continues the run from its last checkpoint.

    ``progress`` is called as by ``open_training``, where its data are no longer here.

    Raises:
        RunError: the run is finished, under way elsewhere, of a device that is not here, or its
            checkpoint is damaged.
        DataError: its data set is gone.
        TrainingError: there is too little memory.
    """
    with claimed(run), told_in_words():
        config = run.config()
        _check_device(run, config.training.device)
        dataset = training_data(config.training, data_dir, progress=progress)
        check_same_data(run, config, dataset)
        # A run of an earlier version keeps what was decided then.
        dataset = replace(dataset, preparation=config.preparation, look=config.look)
        trainer = Trainer(config.model, config.training, dataset, group)
        run.remove_leftovers()
        if (run.path / "checkpoint.safetensors").exists():
            trainer.load_state(run.load_checkpoint())
        run.append({"kind": "resume", "step": trainer.step_count})
    return trainer


def _check_device(run: Run, name: str) -> None:
    """Refuse to go on on another device than the one that was asked for by name.

    Raises:
        RunError: this machine does not have it; it says how to go on all the same.
    """
    try:
        pick_device(name)
    except ConfigError as error:
        raise RunError(
            f"Run {run.id!r} asks for device {name!r}, and this machine has "
            f"{', '.join(available_devices())}. Resume it on a machine that has it, or write "
            '"device": "auto" in its config.json to go on here.'
        ) from error


def check_same_data(run: Run, config: RunConfig, dataset: Dataset) -> None:
    """Refuse data that are not the ones the run was made from.

    Raises:
        RunError: the image shape, the classes, how many there are to learn from, the test part, or
            what else the model is made for differs.
    """
    new = config.lesson["new_classes"] if config.lesson else 0
    known = config.class_names[: len(config.class_names) - new]  # a lesson adds its own at the end
    sizes = dataset.model_sizes | {"classes": config.model.classes}  # those go by their names
    is_same = dataset.world == config.model.world and config.model.replace(**sizes) == config.model
    is_same &= all(read_json(run.path / file) == said for file, said in dataset.beside.items())
    is_same &= dataset.marks.startswith(config.labels)  # an earlier version's end sooner
    if not is_same or dataset.class_names != known:
        raise has_changed(run, config)


def has_changed(run: Run, config: RunConfig) -> RunError:
    """Return the error that says that a run's data are others now."""
    return RunError(
        f"Data set {config.training.dataset!r} has changed since run {run.id!r} was made from "
        "it. Put the old data back, or train a new run."
    )
