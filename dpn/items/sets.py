"""The sets of lists: the embedded one, kept in the data folder, or a file that somebody names."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.items.examples import WHOLE
from dpn.items.making import visits
from dpn.items.reading import check, read_lists
from dpn.keeping import keep, name_for
from dpn.language import msg
from dpn.names import shown

#: The embedded set.
EMBEDDED = "clicks"
ABOUT = msg("3,000 visits to a shop of 120 things, made by rule: what is clicked next?")
#: A set that was read is kept under this ending: a list of items a line, as JSON.
SUFFIX = ".lists.jsonl"
#: The file in a run's folder that holds how many lists it was made from.
FILE = "lists.json"


@dataclass(frozen=True)
class ListSet:
    """Lists of items, each in the order of time.

    Attributes:
        lists: numbers of items, int64, 0..K-1, of each user or visit.
        items: K names, the most frequent first.
        repeats: whether an item comes more than once in a list.
        notes: what was assumed.
    """

    lists: list[NDArray[np.int64]]
    items: tuple[str, ...]
    repeats: bool
    notes: tuple[str, ...] = ()


def path_of(name: str, data_dir: Path) -> Path:
    """Return the file of a set, which need not be there."""
    return data_dir / f"{name}{SUFFIX}"


def is_set(name: str, data_dir: Path) -> bool:
    """Return whether there is a set of lists of this name."""
    return name == EMBEDDED or os.path.isfile(path_of(name, data_dir))


def names_of_sets(data_dir: Path) -> list[str]:
    """Return the names of all sets, the embedded one first."""
    own = sorted(path.name.removesuffix(SUFFIX) for path in data_dir.glob(f"*{SUFFIX}"))
    return [EMBEDDED, *(name for name in own if name != EMBEDDED)]


def read_set(name: str, data_dir: Path) -> ListSet:
    """Return a set of lists.

    Raises:
        DataError: its file cannot be read, or nothing can be learned from it.
    """
    if name == EMBEDDED:
        return _numbered(visits(), name)
    path = path_of(name, data_dir)
    try:
        lists = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if not all(isinstance(i, str) for one in lists for i in one):
            raise ValueError("an item is no text")
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise DataError(f"{path} is damaged ({error}); bring the set again.") from error
    return _numbered(lists, name)


def bring(path: Path, data_dir: Path) -> tuple[str, tuple[str, ...]]:
    """Read a file of users, items and times and keep it; return the set's name, and notes.

    A set of the same name that holds something else is not touched: the new one gets a number.

    Raises:
        DataError: it cannot be read, or the data folder cannot be written.
    """
    read = read_lists(path)
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in read.lists)
    name = keep("".join(lines).encode(), name_for(path, "lists"), data_dir, SUFFIX)
    return name, read.notes


def _numbered(lists: list[list[str]], name: str) -> ListSet:
    items = check(lists, shown(name))
    number = {item: i for i, item in enumerate(items)}
    found = [np.array([number[item] for item in one], np.int64) for one in lists]
    repeats = any(len(np.unique(one)) < len(one) for one in found)
    notes = []
    if short := sum(len(one) < WHOLE for one in found):
        notes.append(f"With fewer than {WHOLE} items, so not tested: {short:,} of {len(found):,}.")
    if not repeats:
        notes.append("Nobody has an item twice, so none that is in a list is suggested for it.")
    return ListSet(found, items, repeats, tuple(notes))
