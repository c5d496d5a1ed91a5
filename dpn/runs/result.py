"""result.json of a run, read with suspicion: the pages draw what is in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dpn.errors import RunError
from dpn.runs.files import read_json

#: Numbers that every result has, of a training and of a lesson.
NUMBERS = ("test_accuracy", "test_loss", "train_seconds", "parameters")
MISTAKE = ("index", "label", "answer", "probability")


def _is_result(raw: Mapping[str, Any]) -> bool:
    """Return whether all that is shown of a result is there and of its kind."""
    return (
        all(_is_number(raw.get(name)) for name in NUMBERS)
        and all(raw[name] < 2**53 for name in NUMBERS if name != "test_loss")  # it may be huge
        and _is_matrix(raw.get("confusion"))
        and isinstance(raw.get("mistakes"), list)
        and all(_is_mistake(mistake) for mistake in raw["mistakes"])
    )


def read_result(path: Path) -> dict[str, Any]:
    """Read the result.json of the run whose folder ``path`` is in.

    Raises:
        RunError: it is missing or damaged.
    """
    result = read_json(path)
    if not _is_result(result):
        raise RunError(f"result.json of run {path.parent.name!r} is damaged. Train again.")
    return result


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return value >= 0 and math.isfinite(value)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _is_matrix(value: Any) -> bool:
    """Whether it is (K, K) counts."""
    return isinstance(value, list) and all(
        isinstance(row, list) and len(row) == len(value) and all(map(_is_count, row))
        for row in value
    )


def _is_mistake(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return all(map(_is_count, (value.get(name) for name in MISTAKE[:-1]))) and _is_number(
        value.get(MISTAKE[-1])
    )
