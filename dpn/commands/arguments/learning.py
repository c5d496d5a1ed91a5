"""What the verbs train and teach take."""

from __future__ import annotations

from dpn.commands.arguments.verb import Verb, add_run
from dpn.models.config import MODEL_NAMES
from dpn.models.presets import PRESET_NAMES
from dpn.models.train_config import DEVICE_NAMES, PREPARATION_NAMES, ROBUST_NAMES, TRACKER_NAMES


def train(verb: Verb) -> None:
    """Add train: a new run, or the rest of one."""
    train = verb("train", "Train a model; the run is kept in the runs folder.")
    train.add_argument(
        "--dataset",
        help="digits, or another of 'python -m dpn datasets'; or a file of texts, series or lists",
    )
    train.add_argument(
        "--text-column", metavar="NAME", help="of a file of texts: the column that holds them"
    )
    train.add_argument(
        "--label-column",
        metavar="NAME",
        help="of a file of texts or series: the column of their classes",
    )
    of_others = "of texts: words; of series: frames; of lists: items; of mazes: planner"
    models = f"{' | '.join(MODEL_NAMES)}; {of_others}"
    train.add_argument("--model", help=models)
    train.add_argument("--preset", help=" | ".join(PRESET_NAMES))
    train.add_argument("--epochs", type=float, help="passes over the training images")
    train.add_argument("--steps", type=int, help="batches to train, instead of --epochs")
    train.add_argument("--lr", type=float, help="learning rate (its peak for one_cycle)")
    train.add_argument("--seed", type=int, help="fixes every random choice")
    train.add_argument(
        "--robust",
        metavar="HOW",
        help="stay right when pictures change: " + " | ".join(ROBUST_NAMES),
    )
    train.add_argument("--device", help=" | ".join(DEVICE_NAMES))
    train.add_argument(
        "--preparation",
        metavar="NAME",
        help="how pictures are made like the training images, if not as they show: "
        + " | ".join(PREPARATION_NAMES),
    )
    train.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other setting of the model or the training, such as operator=soft; repeatable",
    )
    train.add_argument(
        "--track",
        metavar="NAMES",
        help="show the training to these tools, with commas between: " + " | ".join(TRACKER_NAMES),
    )
    train.add_argument("--resume", metavar="RUN", help="go on with a run, with its own settings")


def teach(verb: Verb) -> None:
    """Add teach: a copy of a run learns from a lesson."""
    teach = verb("teach", "Teach a copy of a run from a few drawings; it is kept as a new run.")
    add_run(teach)
    teach.add_argument(
        "folder",
        metavar="FOLDER",
        help="FOLDER/CLASS/*.png or a zip, pixels (CSV, npz), texts or series; a new class is new",
    )
    teach.add_argument("--method", default="full", help="full | lora | readout: what may change")
    teach.add_argument(
        "--rehearse",
        default="auto",
        help="auto | data | none: what is looked at again so that nothing is forgotten",
    )
