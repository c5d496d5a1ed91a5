"""What a training is made of: frozen, validated once, JSON both ways."""

from __future__ import annotations

from dataclasses import dataclass

from dpn.errors import ConfigError, did_you_mean, said
from dpn.models.checks import Settings, boolean, choice, integer, number

OPTIMIZER_NAMES = ("adamw", "adam", "sgd", "muon")
SCHEDULE_NAMES = ("one_cycle", "constant")
AUGMENTATION_NAMES = ("none", "shift", "affine", "affine_shift", "flip_crop", "flip_crop_wide")
#: Those of series, see ``dpn.training.batches.series``; texts have a noise of their own.
SERIES_AUGMENTATION_NAMES = ("none", "jitter", "sway", "bend", "warp")
ALL_AUGMENTATION_NAMES = tuple(dict.fromkeys(AUGMENTATION_NAMES + SERIES_AUGMENTATION_NAMES))
#: What a training does to stay right when images change; see ``dpn.training.batches.robust``.
ROBUST_NAMES = ("none", "changes", "attacks")
DEVICE_NAMES = ("auto", "cpu", "cuda", "mps")
PRECISION_NAMES = ("auto", "float32", "bfloat16")
#: How a drawing or a photograph becomes an input; see ``dpn.pictures.prepare``.
PREPARATION_NAMES = ("digits", "mnist", "dark_ink", "light_ink", "photo")
#: Tools that a training can be shown to; see ``dpn.tracking``.
TRACKER_NAMES = ("tensorboard", "wandb", "mlflow", "trackio")


@dataclass(frozen=True)
class TrainConfig(Settings):
    """One training: data, optimiser, schedule, and everything that makes it repeatable.

    Attributes:
        dataset: a name from ``python -m dpn datasets``.
        epochs: passes over the training set; the schedule is stretched over them.
        steps: batches to train instead of ``epochs``; None to go by epochs.
        batch_size: images per step.
        optimizer: "adamw", "adam", "sgd" (with Nesterov momentum), or "muon" (for the kernels of
            convolutions, with AdamW for the rest; see ``dpn.training.optimizers``).
        learning_rate: the peak of "one_cycle", or the value of "constant".
        schedule: "one_cycle" (linear up, then linear down to zero) or "constant".
        momentum: "sgd" only.
        weight_decay: decoupled for "adamw", and for "muon" but for kernels; L2 for the others.
        label_smoothing: share of the target spread over all classes, 0 to below 1.
        augmentation: how training images or series are varied; see ``dpn.training.batches.augment``
            and ``batches.series``.
        robust: pictures only: "changes" shows half of each batch (of photos three quarters) under
            noise, blur, light, marks and the like; "attacks" moves each image where the model errs
            most easily.
        balanced: whether each class is shown equally often, however many images it has.
        validation_fraction: share of the training set held out by ``seed``.
        seed: initial weights, data order, augmentation and the validation split.
        device: "auto" (CUDA, then MPS, then CPU) or one of them by name.
        precision: "float32", or "bfloat16" for the products of convolutions and of matrices while
            it trains; "auto" takes bfloat16 on CUDA, and on a CPU for a model with convolutions
            where a trial shows that they are quicker. Weights are float32 always.
        preparation: how pictures are made like the training images: a name of
            ``PREPARATION_NAMES``, or "auto" to find it out from them.
        threads: CPU threads for training; 0 for all cores, or as many as OMP_NUM_THREADS says.
        checkpoint_seconds: seconds of training between two checkpoints one can resume from.
        track: names of ``TRACKER_NAMES`` with commas between them, "" for none: tools that
            the training is shown to while it runs.
    """

    dataset: str = "digits"
    epochs: float = 3.0
    steps: int | None = None
    batch_size: int = 256
    optimizer: str = "adamw"
    learning_rate: float = 3e-3
    schedule: str = "one_cycle"
    momentum: float = 0.9
    weight_decay: float = 0.01
    label_smoothing: float = 0.0
    augmentation: str = "none"
    robust: str = "none"
    balanced: bool = False
    validation_fraction: float = 0.1
    seed: int = 0
    device: str = "auto"
    precision: str = "auto"
    preparation: str = "auto"
    threads: int = 0
    checkpoint_seconds: float = 5.0
    track: str = ""

    def __post_init__(self) -> None:
        name = self.dataset
        if not (isinstance(name, str) and name and len(name) < 256 and name.isprintable()):
            raise ConfigError(f"dataset must be a name, got {said(name)}; try 'digits'")
        number("epochs", self.epochs, 0.001, 10_000, try_value="3")
        if self.steps is not None:
            integer("steps", self.steps, 1, 100_000_000)
        integer("batch_size", self.batch_size, 1, 65_536)
        choice("optimizer", self.optimizer, OPTIMIZER_NAMES)
        number("learning_rate", self.learning_rate, 0, 100, open_low=True, try_value="0.003")
        choice("schedule", self.schedule, SCHEDULE_NAMES)
        number("momentum", self.momentum, 0, 1, open_high=True, try_value="0.9")
        number("weight_decay", self.weight_decay, 0, 10, try_value="0.01")
        number("label_smoothing", self.label_smoothing, 0, 1, open_high=True, try_value="0.1")
        choice("augmentation", self.augmentation, ALL_AUGMENTATION_NAMES)
        choice("robust", self.robust, ROBUST_NAMES)
        boolean("balanced", self.balanced)
        number("validation_fraction", self.validation_fraction, 0.01, 0.5, try_value="0.1")
        integer("seed", self.seed, 0, 2**31 - 1)
        choice("device", self.device, DEVICE_NAMES)
        choice("precision", self.precision, PRECISION_NAMES)
        choice("preparation", self.preparation, ("auto", *PREPARATION_NAMES))
        integer("threads", self.threads, 0, 1024)
        number("checkpoint_seconds", self.checkpoint_seconds, 0, 86_400, try_value="5")
        tracker_names(self.track)


def tracker_names(track: object) -> tuple[str, ...]:
    """Return the trackers that a setting ``track`` names, each once.

    Raises:
        ConfigError: it names something else.
    """
    names = [name.strip() for name in track.split(",")] if isinstance(track, str) else [""]
    for name in names if track != "" else []:
        if name not in TRACKER_NAMES:
            hint = did_you_mean(name, TRACKER_NAMES)
            raise ConfigError(
                f"track must be names of {', '.join(TRACKER_NAMES)} with commas between them, "
                f"got {said(track)}{hint}"
            )
    return tuple(dict.fromkeys(filter(None, names)))
