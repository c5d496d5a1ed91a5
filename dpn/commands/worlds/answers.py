"""What a verb answers: a line or an object each, in the order of what it was asked.

What cannot be answered is told on stderr, as ``cat`` and ``grep`` do, and in JSON in its place.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from typing import Any

from dpn.commands.bars import remark
from dpn.errors import DataError

#: What is said of one thing that was asked about; with an "error" that is all that is said of it.
Answer = dict[str, Any]


class SomeFailed(DataError):
    """Some of what was asked could not be answered, and the rest was."""

    status = 1


def tell(answers: Iterable[Answer], line: Callable[[Answer], str], options: Namespace) -> None:
    """Print each answer as soon as it is there: as an object, or as the ``line`` made of it.

    Raises:
        SomeFailed: there are errors, too; each is told.
        DataError: there is nothing but errors.
    """
    right = wrong = 0
    for answer in answers:
        failed = "error" in answer
        right, wrong = right + (not failed), wrong + failed
        if failed:
            remark(options.verb, _problem(answer))
        if options.json or not failed:
            print(as_object(answer) if options.json else line(answer))
    if wrong:
        sys.stdout.flush()  # what is said next is about these lines
        if not right:
            raise DataError("Nothing could be answered.")
        raise SomeFailed(f"{wrong:,} of {right + wrong:,} could not be answered.")


def as_object(answer: Answer) -> str:
    """Return an answer as JSON: in plain letters where what is printed is not UTF-8."""
    return json.dumps(answer, ensure_ascii="utf" not in (sys.stdout.encoding or "").lower())


def _problem(answer: Answer) -> str:
    place = [str(answer[name]) for name in ("file", "line") if name in answer]
    words = " ".join([f"{', '.join(place)}:" * bool(place), *answer["error"].split()])
    return "".join(c if c.isprintable() else "?" for c in words)
