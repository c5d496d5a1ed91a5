"""What the verbs export, open, datasets and runs take."""

from __future__ import annotations

import argparse

from dpn.commands.arguments.verb import Verb, add_run


def export(verb: Verb) -> None:
    """Add export: a model becomes a file."""
    export = verb("export", "Save a model as a file that is used elsewhere.")
    add_run(export)
    export.add_argument(
        "--as",
        dest="kind",
        default="bundle",
        choices=("bundle", "onnx", "html"),
        help="bundle: a zip that 'open' makes a run again; onnx: for other programs; html: a page "
        "that answers by itself",
    )
    export.add_argument("--out", metavar="DIR", default=".", help="where to (default: here)")


def open_(verb: Verb) -> None:
    """Add open: a bundle becomes a run."""
    open_ = verb("open", "Make a run of a bundle that 'export' saved.")
    open_.add_argument("file", metavar="FILE", help="a bundle, which ends in .zip")


def datasets(verb: Verb) -> None:
    """Add datasets, and below it add."""
    datasets = verb("datasets", "List the data sets that can be trained on, or add one.")
    actions = datasets.add_subparsers(dest="action", metavar="add")
    text = (
        "Add a data set of your own: a zip or folder of class folders with pictures, an npz, idx "
        "files, a CSV of pixels, Parquet with pictures, or Quick, Draw! bitmaps."
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


def runs(verb: Verb) -> None:
    """Add runs."""
    verb("runs", "List the runs, newest first.")
