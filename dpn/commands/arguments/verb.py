"""What the arguments of all verbs have in common."""

from __future__ import annotations

import argparse
from typing import NoReturn, Protocol


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See '{self.prog} --help'.\n")


class Verb(Protocol):
    """Makes the parser of one verb, with what all take."""

    def __call__(self, name: str, text: str) -> argparse.ArgumentParser:
        """Return it: its name, and in a sentence what it does."""


def add_run(parser: argparse.ArgumentParser) -> None:
    """Let it be asked of one run."""
    parser.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")
