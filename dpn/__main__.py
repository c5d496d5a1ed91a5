"""The command line: ``python -m dpn VERB``.

This file only reads the arguments, so that ``--help`` answers at once; the verbs are in
``dpn.commands.verbs``, imported when one is run.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from typing import NoReturn

from dpn import __version__, settings
from dpn.errors import DPNError
from dpn.models.config import MODEL_NAMES
from dpn.models.presets import PRESET_NAMES
from dpn.models.train_config import DEVICE_NAMES, PREPARATION_NAMES, ROBUST_NAMES, TRACKER_NAMES


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See '{self.prog} --help'.\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    parser = _Parser(prog="python -m dpn", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--version", action="version", version=f"dpn {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    folders = _Parser(add_help=False)
    folders.add_argument("--data-dir", help="where data sets are (default $DPN_DATA_DIR or ./data)")
    folders.add_argument("--runs-dir", help="where runs are (default $DPN_RUNS_DIR or ./runs)")
    folders.add_argument("--json", action="store_true", help="machine-readable output")

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=text, description=text, parents=[folders])

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

    predict = verb("predict", "Classify image files.")
    explain = verb("explain", "Say what each part of image files contributed to the answer.")
    read = verb("read", "Read the numbers on image files, of one line or several.")
    for reader in (predict, explain, read):
        reader.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")
        if reader is read:
            reader.add_argument(
                "files", metavar="FILE", nargs="+", help="images, or folders of them"
            )
        else:
            images = "images, or folders of them; for a run of texts or series files of those"
            reader.add_argument("files", metavar="FILE", nargs="*", help=images)
            reader.add_argument(
                "--text", action="append", help="for a run of texts: what it is asked; repeatable"
            )
            reader.add_argument(
                "--text-column", metavar="NAME", help="of a file of texts: the column with them"
            )
            reader.add_argument(
                "--items", metavar="A,B,C", help="for a run of lists: what is in one, in order"
            )
        plain = () if reader is read else ("plain",)
        reader.add_argument(
            "--as",
            dest="kind",
            default="auto",
            choices=("auto", "drawing", "photo", *plain),
            help="drawing: on an even ground; photo: of paper or a board; "
            + "plain: only cut and shrunk; " * bool(plain)
            + "auto tells them apart, picture by picture",
        )
    explain.add_argument(
        "--target", metavar="LABEL", help="the class to explain, by name, instead of the answer"
    )

    evaluate = verb("evaluate", "Score a run on the test images of its data set.")
    evaluate.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")

    evaluate.add_argument("--kind", help="of maps, for a planner: obstacles | maze | rooms | caves")
    evaluate.add_argument("--side", type=int, help="of maps, for a planner: 5 to 64 cells")
    evaluate.add_argument("--maps", type=int, default=200, help="how many maps are made")

    robustness = verb("robustness", "How right a run stays on test images that are changed.")
    robustness.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")
    robustness.add_argument(
        "--images", type=int, default=1_000, metavar="N", help="so many test images (1,000)"
    )
    robustness.add_argument(
        "--kinds", metavar="A,B", help="kinds of change, or 'all'; else the usual ones"
    )
    robustness.add_argument(
        "--attacks",
        action="store_true",
        help="also changes along the model's own gradient: FGSM, PGD, the "
        "smallest that turns an answer, and what is exact about it",
    )
    robustness.add_argument(
        "--attacked", type=int, default=200, metavar="N", help="so many of them are attacked (200)"
    )
    robustness.add_argument("--seed", type=int, default=0, help="of the changes (0)")

    plan = verb("plan", "Plan on maps, with a run of mazes; the moves are the run's.")
    plan.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")
    plan.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="maps, or folders of them: text (# wall, . free, S start, G goal), PNG, npz, npy",
    )

    compare = verb("compare", "Set two to six runs side by side, and test whether they differ.")
    compare.add_argument("runs", metavar="RUN", nargs="+", help="an id, a folder, or 'latest'")

    teach = verb("teach", "Teach a copy of a run from a few drawings; it is kept as a new run.")
    teach.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")
    teach.add_argument(
        "folder",
        metavar="FOLDER",
        help="FOLDER/CLASS/*.png, pixels (CSV, npz), texts or series; a new class is new",
    )
    teach.add_argument("--method", default="full", help="full | lora | readout: what may change")
    teach.add_argument(
        "--rehearse",
        default="auto",
        help="auto | data | none: what is looked at again so that nothing is forgotten",
    )

    export = verb("export", "Save a model as a file that is used elsewhere.")
    export.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")
    export.add_argument(
        "--as",
        dest="kind",
        default="bundle",
        choices=("bundle", "onnx", "html"),
        help="bundle: a zip that 'open' makes a run again; onnx: for other programs; html: a page "
        "that answers by itself",
    )
    export.add_argument("--out", metavar="DIR", default=".", help="where to (default: here)")

    open_ = verb("open", "Make a run of a bundle that 'export' saved.")
    open_.add_argument("file", metavar="FILE", help="a bundle, which ends in .zip")

    datasets = verb("datasets", "List the data sets that can be trained on, or add one.")
    actions = datasets.add_subparsers(dest="action", metavar="add")
    text = (
        "Add a data set of your own: a zip or folder of class folders with pictures, an npz, idx "
        "files, a CSV of pixels, or Quick, Draw! bitmaps."
    )
    add = actions.add_parser("add", help=text, description=text)
    add.add_argument("path", metavar="PATH", help="the file or folder")
    add.add_argument("--name", help="what it is to be called (default: as the file)")
    add.add_argument("--side", type=int, help="28 or 32: resize to it; 0: leave as they are")
    add.add_argument(
        "--colour",
        default="auto",
        choices=("auto", "grey", "colour"),
        help="auto: in colour where the pictures are",
    )
    add.add_argument("--most", type=int, metavar="N", help="at most so many images of each class")
    add.add_argument("--seed", type=int, default=0, help="decides which images are held out")
    # Both before and after "add": what is not said here must not undo what was said there.
    add.add_argument("--data-dir", default=argparse.SUPPRESS, help="where it is put")
    add.add_argument("--runs-dir", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    add.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="machine-readable output"
    )
    verb("runs", "List the runs, newest first.")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; return 0, or 2 after one line on stderr."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.verb in ("predict", "explain") and not (
        options.files or options.text or options.items
    ):
        parser.error(
            "the following arguments are required: FILE, or --text for a run of texts, or --items "
            "for one of lists"
        )
    settings.override(data_dir=options.data_dir, runs_dir=options.runs_dir)
    try:
        from dpn.commands import verbs

        verbs.VERBS[options.verb](options)
        sys.stdout.flush()  # now, so that an error is seen here
    except DPNError as error:
        print(f"dpn {options.verb}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as hint:
        print(f"dpn {options.verb}: stopped. {hint}".rstrip(), file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        # What is left in the buffer would be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # file names can hold any bytes
    code = main()
    if os.environ.get("WORLD_SIZE", "1") != "1":
        # torchrun's: threads of the transport may still run, and one that asks for the interpreter
        # while it ends aborts the process, and with it the job. So it does not end, it is gone.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
