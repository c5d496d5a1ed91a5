"""What a table holds that has no texts: measurements, dates, features of a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dpn.files.prose import is_prose
from dpn.names import listed
from dpn.texts.columns import (
    MOST_NUMBERS,
    TEXT_NAMES,
    are_numbers,
    are_times,
    is_of_classes,
    text_column,
)

#: 1:0.5 3:1, the features that are not 0, by their index, as LIBSVM and svmlight write them.
_FEATURES = re.compile(r"\s*(?:\d+:[-+.\de]+(?:\s+|$))+", re.IGNORECASE)
#: What stands between numbers.
_BETWEEN = re.compile(r"[\s,;]+")


def told(
    rows: Sequence[Sequence[str]], names: Sequence[str], name: str, label: str | None = None
) -> str:
    """Return what is said of a table without texts; "" of any that may hold some.

    Args:
        rows: some of it, all of one width.
        names: of its columns.
        name: of the file.
        label: the name of the column of classes, where it was said; else that may be asked.
    """
    if not names:
        return ""
    at = text_column(rows, names)
    columns = [[cell for row in rows if (cell := row[i].strip())] for i in range(len(names))]
    texts = columns[at]
    if texts and all(map(_FEATURES.fullmatch, texts)):
        return (
            f"{name} holds features by their number, as LIBSVM's files do, and no texts "
            f"({texts[0][:20].strip()} …). Of pixels make an npz: x, y = sklearn.datasets."
            "load_svmlight_file(FILE); numpy.savez('pixels.npz', x=x.toarray(), y=y)"
        )
    is_called = names[at].strip().lower() in TEXT_NAMES
    what, some = "numbers", _numbers(texts) or ([] if is_called else _measured(columns, at))
    if not (some or is_called) and texts and are_times(texts):
        what, some = "dates", texts
    if not (some or is_called) and label in names and _are_kinds(columns, at, names.index(label)):
        what, some = "kinds", list(dict.fromkeys(texts))
    if not some:
        return ""
    return (
        f"{name} holds {what} and no texts ({listed(some, 3)}). As series it is read if each "
        "row is one, and its columns are called t0, t1, t2 …, or if a column called series "
        "numbers the recordings. If there are texts, say so with --text-column NAME."
    )


def _numbers(cells: list[str]) -> list[str]:
    """Return cells that hold a number each, or several; else none."""
    if are_numbers(cells):
        return cells
    several = (list(filter(None, _BETWEEN.split(cell))) for cell in cells)
    return cells if all(map(are_numbers, several)) else []


def _measured(columns: Sequence[list[str]], at: int) -> list[str]:
    """Return cells of a table that holds numbers and classes, but no texts; else none.

    Its likeliest texts are columns[at].
    """
    texts = columns[at]
    numbers = [one for i, one in enumerate(columns) if i != at and are_numbers(one)]
    measured = [one for one in numbers if 2 * sum("." in c or "," in c for c in one) > len(one)]
    if len(measured) > max(2, len(columns) / 2) and not is_prose(texts, 0):  # beside names
        return measured[0]
    if not is_of_classes(texts):
        return []
    if len(measured) > 1:
        return measured[0]
    if is_prose(texts, 0):  # sentences that come again
        return []
    counted = [one for one in numbers if len({*one}) > MOST_NUMBERS and not _count_on(one)]
    return counted[0] if counted else []


def _are_kinds(columns: Sequence[list[str]], at: int, label: int) -> bool:
    """Return whether columns[at] and two others beside the classes say of which kind a row is."""
    others = [one for i, one in enumerate(columns) if i not in (at, label)]
    is_kind = is_of_classes(columns[at]) and not is_prose(columns[at], 0)
    return is_kind and sum(map(is_of_classes, others)) > 1


def _count_on(numbers: Sequence[str]) -> bool:
    """Return whether numbers are those of the rows: each differs, and they grow."""
    values = [float(number.replace(",", ".")) for number in numbers]
    return all(one < other for one, other in pairwise(values))
