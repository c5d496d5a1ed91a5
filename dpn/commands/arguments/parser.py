"""The parser of all verbs, in the order in which ``--help`` names them."""

from __future__ import annotations

import argparse

from dpn import __version__
from dpn.commands.arguments import asking, judging, keeping, learning
from dpn.commands.arguments.verb import Parser


def build_parser(about: str) -> Parser:
    """Return the parser of all verbs, of a program that is said to be ``about``."""
    parser = Parser(prog="python -m dpn", description=about)
    parser.add_argument("--version", action="version", version=f"dpn {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    folders = Parser(add_help=False)
    folders.add_argument("--data-dir", help="where data sets are (default $DPN_DATA_DIR or ./data)")
    folders.add_argument("--runs-dir", help="where runs are (default $DPN_RUNS_DIR or ./runs)")
    folders.add_argument("--json", action="store_true", help="machine-readable output")

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        made: Parser = verbs.add_parser(name, help=text, description=text, parents=[folders])
        return made

    learning.train(verb)
    asking.pictures(verb)
    judging.evaluate(verb)
    judging.robustness(verb)
    asking.plan(verb)
    judging.compare(verb)
    learning.teach(verb)
    keeping.export(verb)
    keeping.open_(verb)
    keeping.datasets(verb)
    keeping.runs(verb)
    return parser
