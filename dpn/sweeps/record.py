"""A sweep on disk: one or two settings, a few values of each, and the training of each combination.

sweeps/<id>.json    in the runs folder; replaced whole whenever one more training is started
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from dpn.data.known import title_of_set
from dpn.errors import ConfigError, DPNError, RunError, said
from dpn.language import number_text
from dpn.models.config import ModelConfig
from dpn.models.presets import with_settings
from dpn.models.train_config import TrainConfig
from dpn.models.vary import VARIED, checked_values
from dpn.names import MAX_NAME_LENGTH, shown
from dpn.runs.files import read_json, write_json
from dpn.runs.folder import moment
from dpn.runs.start import stamp
from dpn.runs.title import MODEL_WORDS

FORMAT, FOLDER = 1, "sweeps"
#: Trainings of one sweep, and settings that are varied in it.
MOST_TRIALS, MOST_SETTINGS = 60, 2


@dataclass(frozen=True)
class Trial:
    """One training of a sweep: a value of each varied setting, a seed, and its run once started."""

    values: tuple[Any, ...]
    seed: int
    run: str | None = None


@dataclass(frozen=True)
class Sweep:
    """What the file holds.

    Attributes:
        id: its name, which sorts by time.
        created: when, as ISO 8601 local time with offset.
        owner: as in ``RunConfig``.
        model: all settings but the varied ones, and those of the training.
        training: likewise; its seed is the first one.
        names: of the one or two varied settings.
        trials: in the order in which they are started.
    """

    id: str
    created: str
    owner: str | None
    model: ModelConfig
    training: TrainConfig
    names: tuple[str, ...]
    trials: tuple[Trial, ...]

    @property
    def waiting(self) -> int:
        """How many trainings are not started yet."""
        return sum(trial.run is None for trial in self.trials)

    def values(self, place: int) -> list[Any]:
        """Return the values of the first (0) or second (1) setting, in order."""
        return list(dict.fromkeys(trial.values[place] for trial in self.trials))

    def settings(self, trial: Trial) -> tuple[ModelConfig, TrainConfig]:
        """Return what one of its trainings is made of.

        Raises:
            ConfigError: a value is not accepted.
        """
        changes = dict(zip(self.names, trial.values, strict=True))
        return with_settings(self.model, self.training, {**changes, "seed": trial.seed})

    def title(self, trial: Trial) -> str:
        """Return what one of its runs is called: as much as fits into a run's title."""
        data = shown(title_of_set(self.training.dataset))
        pairs = zip(self.names, trial.values, strict=True)
        varied = ", ".join(f"{_spaced(name)} {words_of(value)}" for name, value in pairs)
        words = [data, MODEL_WORDS[self.model.model], f"{varied}, seed {trial.seed}"]
        while len(title := " · ".join(words)) > MAX_NAME_LENGTH and len(words) > 1:
            words = words[1:]
        return title[:MAX_NAME_LENGTH]

    def started(self, place: int, run_id: str | None) -> Sweep:
        """Return it with one more of its trainings started; None if it is not after all."""
        trials = list(self.trials)
        trials[place] = replace(trials[place], run=run_id)
        return replace(self, trials=tuple(trials))

    def write(self, runs_dir: Path) -> None:
        """Replace its file in one step.

        Raises:
            RunError: the runs folder cannot be written.
        """
        raw = {"format": FORMAT, "created": self.created, "owner": self.owner}
        raw |= {"model": self.model.to_dict(), "training": self.training.to_dict()}
        raw |= {"names": list(self.names)}
        raw |= {"trials": [[list(each.values), each.seed, each.run] for each in self.trials]}
        try:
            (runs_dir / FOLDER).mkdir(parents=True, exist_ok=True)
            write_json(runs_dir / FOLDER / f"{self.id}.json", raw)
        except OSError as error:
            raise RunError(f"The sweep cannot be written ({error.strerror}).") from error


def words_of(value: Any) -> str:
    """Return the value of a setting for people."""
    return number_text(value) if isinstance(value, float) else _spaced(str(value))


def plan(
    model: ModelConfig,
    training: TrainConfig,
    values: Mapping[str, Sequence[Any]],
    seeds: int = 1,
    owner: str | None = None,
) -> Sweep:
    """Return a sweep of which nothing is started yet: each combination with each seed.

    Args:
        model: all settings but the varied ones.
        training: likewise.
        values: two to six of one or two settings, by their names.
        seeds: how many trainings of each combination; they count up from the training's own seed.
        owner: a hash of the visitor who asks for it.

    Raises:
        ConfigError: a setting cannot be varied, a value is not accepted, or it is too many.
    """
    if not 1 <= len(values) <= MOST_SETTINGS:
        raise ConfigError(f"a sweep varies one or two settings, got {len(values)}")
    for name, of in values.items():
        if name not in VARIED:
            raise ConfigError(f"a sweep varies one of {', '.join(VARIED)}, got {said(name)}")
        checked_values(name, of)
    count = math.prod(map(len, values.values())) * seeds
    if seeds < 1 or count > MOST_TRIALS:
        raise ConfigError(
            f"a sweep has at most {MOST_TRIALS} trainings, these are {count}: take fewer values or "
            "seeds"
        )
    trials = tuple(
        Trial(combination, training.seed + seed)
        for seed in range(seeds)
        for combination in itertools.product(*values.values())
    )
    created = datetime.now().astimezone().isoformat(timespec="seconds")
    sweep = Sweep(
        f"{stamp()}-{secrets.token_hex(2)}", created, owner, model, training, tuple(values), trials
    )
    for trial in trials:
        sweep.settings(trial)
    return sweep


def read_sweep(sweep_id: str, runs_dir: Path) -> Sweep:
    """Read the file of a sweep, with suspicion.

    Raises:
        RunError: it is missing or damaged.
    """
    file = runs_dir / FOLDER / f"{sweep_id}.json"
    if sweep_id != os.path.basename(sweep_id) or not os.path.isfile(file):
        raise RunError(f"There is no sweep {said(sweep_id)} here. Start one on Train.")
    try:
        raw = read_json(file)
        if raw["format"] != FORMAT or not isinstance(raw["created"], str):
            raise TypeError
        owner, names = raw["owner"], tuple(raw["names"])
        if not (owner is None or isinstance(owner, str)) or not set(names) <= set(VARIED):
            raise TypeError
        if not 1 <= len(names) <= MOST_SETTINGS or not 1 <= len(raw["trials"]) <= MOST_TRIALS:
            raise TypeError
        trials = tuple(_trial(each, len(names)) for each in raw["trials"])
        model = ModelConfig.from_dict(raw["model"])
        training = TrainConfig.from_dict(raw["training"])
        sweep = Sweep(sweep_id, raw["created"][:64], owner, model, training, names, trials)
        for trial in trials:
            sweep.settings(trial)
    except (DPNError, KeyError, TypeError, ValueError) as error:
        raise RunError(f"The file of sweep {said(sweep_id)} is damaged. Start it anew.") from error
    return sweep


def _trial(raw: Any, count: int) -> Trial:
    values, seed, run = raw
    is_id = run is None or (isinstance(run, str) and run == os.path.basename(run))
    if not isinstance(values, list) or len(values) != count or not is_id:
        raise TypeError
    if not all(isinstance(value, (str, int, float)) for value in values):
        raise TypeError
    return Trial(tuple(values), seed, run)


def list_sweeps(runs_dir: Path, newest: int) -> list[Sweep]:
    """Return so many sweeps of a runs folder, newest first; a damaged one hides no other."""
    found: list[Sweep] = []
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = sorted(os.listdir(runs_dir / FOLDER), key=moment, reverse=True)
    for name in names:
        if len(found) < newest and name.endswith(".json") and not name.startswith("."):
            with contextlib.suppress(RunError):
                found.append(read_sweep(name.removesuffix(".json"), runs_dir))
    return found


def _spaced(name: str) -> str:
    return name.replace("_", " ")
