"""What a visitor may use of this machine, as settings that the environment can change."""

from __future__ import annotations

import dataclasses
import math
import os
from dataclasses import dataclass

from dpn.errors import ConfigError, TrainingError, said
from dpn.models.config import ModelConfig
from dpn.models.train_config import TRACKER_NAMES, TrainConfig
from dpn.names import tally
from dpn.runs.history import seconds_trained
from dpn.runs.run import Run
from dpn.tracking import tools

UNLIMITED = math.inf


@dataclass(frozen=True)
class Limits:
    """What one training, and one visitor, may use; the defaults are for a public demo.

    Attributes:
        slots: trainings that take steps at the same time on each device.
        jobs: trainings of one visitor that run, wait or are paused.
        queue: trainings of all visitors that run, wait or are paused; each has a process.
        epochs: of one training.
        seconds: of one training, spent on its steps; then it is stopped and kept.
        parameters: of one model.
        grace: seconds without a sign of its visitor after which a training is stopped and kept,
            unless it will be done within as long again.
        kept: megabytes of data sets that one visitor may keep.
        track: trackers that a training may be shown to.
    """

    slots: int = 1
    jobs: float = 2
    queue: float = 8
    epochs: float = 200
    seconds: float = 900
    parameters: float = 5_000_000
    grace: float = 600
    kept: float = 200
    track: tuple[str, ...] = ()

    def check_count(self, under_way: int, of_all: int) -> None:
        """Refuse a training more where ``under_way`` are as many as are allowed.

        Args:
            under_way: trainings of the visitor.
            of_all: trainings of all visitors.

        Raises:
            TrainingError: there are.
        """
        if of_all >= self.queue:
            raise TrainingError(
                f"{tally(of_all, 'training')} {'is' if of_all == 1 else 'are'} under way, and "
                "this server takes no more at the same time. Watch meanwhile, and try again in a "
                "minute."
            )
        if under_way >= self.jobs:
            raise TrainingError(
                f"You have {tally(under_way, 'training')} under way, and this server allows "
                f"{self.jobs:g}. Wait until one is finished, or stop it."
            )

    def check(self, model: ModelConfig, training: TrainConfig) -> None:
        """Refuse a training that is too large.

        Args:
            model: with the shape of the data, as far as that is known before they are read; with
                all of it, ``open_training`` asks again.
            training: whose ``epochs`` are compared; ``steps`` are bounded by ``seconds``.

        Raises:
            ConfigError: a setting is above its limit.
        """
        self.check_epochs(training)
        if self.parameters < UNLIMITED:
            from dpn.models.build import model_size

            parameters, _ = model_size(model)
            if parameters > self.parameters:
                raise ConfigError(
                    f"The model has {parameters:,} parameters, and this server allows "
                    f"{self.parameters:,.0f}. Use fewer states, decisions, encoder channels or "
                    "hidden units."
                )

    def is_spent(self, run: Run) -> bool:
        """Return whether a run has trained for all its seconds: it would be ended at once."""
        limited = self.seconds < UNLIMITED
        return limited and seconds_trained(run.path / "metrics.jsonl") > self.seconds

    def check_seconds(self, run: Run) -> None:
        """Refuse to go on with a run that has had its seconds.

        Raises:
            ConfigError: it has.
        """
        if self.is_spent(run):
            raise ConfigError(
                f"Run {run.id!r} has trained for {self.seconds:g} s, as long as one training may "
                "on this server. Use it as it is, or go on with it on your own machine."
            )

    def check_epochs(self, training: TrainConfig) -> None:
        """Refuse a training of too many epochs; one that goes on was let in by its size before.

        Raises:
            ConfigError: they are above the limit.
        """
        if training.epochs > self.epochs:
            raise ConfigError(
                f"epochs must be at most {self.epochs:g} on this server, got {training.epochs:g}. "
                "Train for fewer epochs, or run the lab on your own machine."
            )


#: On one's own machine nothing is limited but what takes steps at the same time.
OWN = Limits(
    1,
    UNLIMITED,
    UNLIMITED,
    UNLIMITED,
    UNLIMITED,
    UNLIMITED,
    UNLIMITED,
    UNLIMITED,
    track=TRACKER_NAMES,
)
#: Field -> environment variable; 0 there means no limit.
VARIABLES = {
    "slots": "DPN_SLOTS",
    "jobs": "DPN_MAX_JOBS",
    "queue": "DPN_MAX_QUEUE",
    "epochs": "DPN_MAX_EPOCHS",
    "seconds": "DPN_MAX_SECONDS",
    "parameters": "DPN_MAX_PARAMETERS",
    "grace": "DPN_GRACE_SECONDS",
    "kept": "DPN_MAX_KEPT_MB",
}


def read_limits(*, public: bool) -> Limits:
    """Return the limits of a public server, or of one's own machine, as the environment has them.

    Raises:
        ConfigError: a variable is no number from 0 up, or ``DPN_SLOTS`` no whole number from 1 up.
    """
    changes: dict[str, float] = {}
    for field, variable in VARIABLES.items():
        text = os.environ.get(variable)
        if text:
            changes[field] = _number(variable, text) or UNLIMITED
    slots = changes.get("slots", 1)
    if slots != int(min(slots, 1e6)):
        text = said(os.environ[VARIABLES["slots"]])
        raise ConfigError(f"DPN_SLOTS must be a whole number from 1 up, got {text}; try 1")
    kept = dataclasses.asdict(Limits() if public else OWN)
    track = tools.allowed(public=public)
    return Limits(**{**kept, **changes, "slots": int(slots), "track": track})


def _number(variable: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ConfigError(
            f"{variable} must be a number from 0 up, got {said(text)}; 0 means no limit"
        )
    return value
