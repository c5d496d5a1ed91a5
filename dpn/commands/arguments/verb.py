"""What the arguments of all verbs have in common."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and takes files before, between and after options."""

    _has_verbs = _is_parsing = False

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See '{self.prog} --help'.\n")

    def add_subparsers(self, **how: Any) -> Any:
        self._has_verbs = True
        return super().add_subparsers(**how)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        if self._has_verbs or self._is_parsing:
            return super().parse_known_args(args, namespace)
        self._is_parsing = True  # what is called next calls this
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_parsing = False


class Verb(Protocol):
    """Makes the parser of one verb, with what all take."""

    def __call__(self, name: str, text: str) -> argparse.ArgumentParser:
        """Return it: its name, and in a sentence what it does."""


def add_run(parser: argparse.ArgumentParser) -> None:
    """Let it be asked of one run."""
    parser.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")
