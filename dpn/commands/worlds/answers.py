"""What a verb answers: a line or an object each, in the order of what it was asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from dpn.errors import DataError
from dpn.names import row

#: What is said of one thing that was asked about; with an "error" that is all that is said of it.
Answer = dict[str, Any]


def tell(answers: Iterable[Answer], line: Callable[[Answer], str], *, as_json: bool) -> None:
    """Print each answer as soon as it is there: as an object, or as the ``line`` made of it.

    Raises:
        DataError: there is nothing but errors; each is printed.
    """
    right = wrong = 0
    for answer in answers:
        failed = "error" in answer
        right, wrong = right + (not failed), wrong + failed
        print(as_object(answer) if as_json else _problem(answer) if failed else line(answer))
    if wrong and not right:
        sys.stdout.flush()  # what is said next is about these lines
        raise DataError("Nothing could be answered; the output says why.")


def as_object(answer: Answer) -> str:
    """Return an answer as JSON: in plain letters where what is printed is not UTF-8."""
    return json.dumps(answer, ensure_ascii="utf" not in (sys.stdout.encoding or "").lower())


def _problem(answer: Answer) -> str:
    place = [str(answer[name]) for name in ("file", "line") if name in answer]
    return row(", ".join(place), " ".join(answer["error"].split()))
