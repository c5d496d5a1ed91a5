"""result.json of a run, read with suspicion: the pages draw what is in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn.errors import RunError
from dpn.keeping import MAX_CLASSES
from dpn.runs.files import read_json

#: Numbers that every result has, of a training and of a lesson.
NUMBERS = ("test_accuracy", "test_loss", "train_seconds", "parameters")
MISTAKE = ("index", "label", "answer", "probability")
#: Classes of the largest table that is kept whole. Of more its cells are, those that are not empty:
#: of thousands of classes the table has millions of cells, and each page reads it.
WHOLE = 100

Counts = npt.NDArray[np.int64]


def kept_confusion(confusion: Counts) -> list[list[int]] | dict[str, Any]:
    """Return a confusion matrix (K, K) as result.json has it."""
    if len(confusion) <= WHOLE:
        rows: list[list[int]] = confusion.tolist()
        return rows
    places = np.nonzero(confusion)
    cells = np.stack([*places, confusion[places]], axis=1)
    return {"classes": len(confusion), "cells": cells.tolist()}


def confusion_of(result: Mapping[str, Any]) -> Counts:
    """Return the confusion matrix (K, K) of a result; row: the true class, column: the answer."""
    kept = result["confusion"]
    if isinstance(kept, list):
        return np.asarray(kept, dtype=np.int64)
    confusion = np.zeros((kept["classes"], kept["classes"]), np.int64)
    truth, answer, count = np.asarray(kept["cells"], np.int64).reshape(-1, 3).T
    np.add.at(confusion, (truth, answer), count)
    return confusion


def classes_of(result: Mapping[str, Any]) -> int:
    """Return K, of how many classes the confusion matrix of a result is."""
    kept = result["confusion"]
    return len(kept) if isinstance(kept, list) else int(kept["classes"])


def answered(result: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many test images a result is of, and how many of them were answered right."""
    kept = result["confusion"]
    if isinstance(kept, list):
        return sum(map(sum, kept)), sum(row[i] for i, row in enumerate(kept))
    cells = kept["cells"]
    return sum(n for _, _, n in cells), sum(n for truth, answer, n in cells if truth == answer)


def _is_result(raw: Mapping[str, Any]) -> bool:
    """Return whether all that is shown of a result is there and of its kind."""
    return (
        all(_is_number(raw.get(name)) for name in NUMBERS)
        and all(raw[name] < 2**53 for name in NUMBERS if name != "test_loss")  # it may be huge
        and raw["test_accuracy"] <= 1
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
    """Whether it is (K, K) counts, whole or by its cells."""
    if isinstance(value, dict):
        classes, cells = value.get("classes"), value.get("cells")
        if not (isinstance(classes, int) and isinstance(cells, list)):
            return False
        if not (_is_count(classes) and classes <= MAX_CLASSES):
            return False
        return all(
            isinstance(cell, list)
            and len(cell) == 3
            and all(map(_is_count, cell))
            and max(cell[:2]) < classes
            for cell in cells
        )
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
