"""The sets of texts: embedded, kept in the data folder, or a file that somebody names."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.keeping import classes_of, keep, name_for
from dpn.names import listed, shown
from dpn.texts.fetching import SOURCES, Progress, fetch
from dpn.texts.finding import read_all, with_known_classes
from dpn.texts.folders import read_folders
from dpn.texts.reading import Texts, read_texts

#: The embedded set, and its file.
EMBEDDED, QUESTIONS = "questions", Path(__file__).with_name("questions.tsv")
#: A set that was read is kept under this ending: an object a line, with text, label and part.
SUFFIX = ".texts.jsonl"


#: Endings of files that may hold texts.
ACCEPTED = (
    *(".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".data", ".label"),
    *(".yml", ".yaml", ".md"),
)

#: What is said of a folder or zip that is none of it.
FOLDERS = (
    "Accepted of a folder or zip: a folder for each class, with texts (.txt) or series (.csv) in "
    "it; seq.in and label; a file called …train… and one called …test…; or one file. Pictures are "
    "dropped under Files."
)


@dataclass(frozen=True)
class TextSet:
    """Texts in parts, with their classes as numbers.

    Attributes:
        train, test: texts; those of ``test`` may be none.
        y_train, y_test: int64, 0..K-1.
        class_names: K names, in order.
        notes: what was assumed.
    """

    train: list[str]
    y_train: NDArray[np.int64]
    test: list[str]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def path_of(name: str, data_dir: Path) -> Path:
    """Return the file of a set, which need not be there."""
    return QUESTIONS if name == EMBEDDED else data_dir / f"{name}{SUFFIX}"


def is_set(name: str, data_dir: Path) -> bool:
    """Return whether there is a set of texts of this name."""
    return os.path.isfile(path_of(name, data_dir))


def names_of_sets(data_dir: Path) -> list[str]:
    """Return the names of all sets: the embedded one, what can be fetched, one's own."""
    own = sorted(path.name.removesuffix(SUFFIX) for path in data_dir.glob(f"*{SUFFIX}"))
    known = [EMBEDDED, *SOURCES]
    return [*known, *(name for name in own if name not in known)]


def keep_fetched(
    name: str, data_dir: Path, progress: Progress | None = None, *, is_allowed: bool = True
) -> None:
    """Fetch a set of ``SOURCES`` and keep it in the data folder.

    Raises:
        DataError: it may not or could not be fetched, or the data folder cannot be written.
    """
    if not is_allowed:
        raise DataError(f"{name} is not on this machine yet. It is fetched when you train on it.")
    keep(_content(fetch(name, progress)), name, data_dir, SUFFIX, is_known=True)


def read_set(name: str, data_dir: Path) -> TextSet:
    """Return a set of texts.

    Raises:
        DataError: its file cannot be read, or holds fewer than two classes.
    """
    return _in_parts(read_texts(path_of(name, data_dir)), name)


def bring(
    path: Path, data_dir: Path, text: str | None = None, label: str | None = None
) -> tuple[str, tuple[str, ...]]:
    """Read a file of texts and keep it in the data folder; return the set's name, and notes.

    It is read with what lies beside it, as ``read_all`` does. A set of the same name that holds
    something else is not touched: the new one gets a number.

    Raises:
        DataError: it cannot be read, or the data folder cannot be written.
    """
    return _kept(read_all(path, text, label), path, data_dir)


def bring_folders(
    folder: Path, data_dir: Path, text: str | None = None, label: str | None = None
) -> tuple[str, tuple[str, ...]] | None:
    """Likewise what ``read_folders`` finds in a folder; None where it finds nothing.

    Raises:
        DataError: as ``bring``, or a column is named, and it has none.
    """
    read = read_folders(folder)
    if read is not None and (text is not None or label is not None):
        raise DataError(
            f"--text-column and --label-column are of tables; {shown(folder.name)} has a folder "
            "for each class: leave them out."
        )
    return None if read is None else _kept(with_known_classes(read), folder, data_dir)


def _kept(read: Texts, path: Path, data_dir: Path) -> tuple[str, tuple[str, ...]]:
    stem = name_for(path, "texts")
    _in_parts(read, stem)  # says what is wrong before anything is kept
    return keep(_content(read), stem, data_dir, SUFFIX), read.notes


def _content(read: Texts) -> bytes:
    lines = (
        json.dumps({"text": text, "label": label, "part": part}, ensure_ascii=False) + "\n"
        for text, label, part in zip(read.texts, read.labels, read.parts, strict=True)
    )
    return "".join(lines).encode()


def _in_parts(read: Texts, name: str) -> TextSet:
    """Return the texts by their parts, with classes as numbers.

    Raises:
        DataError: there are too few or too many classes, or one has no proper name.
    """
    hint = " If that is a text, say the columns with --text-column and --label-column."
    names = classes_of(read.labels, name, hint)
    trained = Counter(
        label for label, part in zip(read.labels, read.parts, strict=True) if part == "train"
    )
    if max(trained.values(), default=0) < 2:
        raise DataError(f"{shown(name)} has no class with two texts to train on; bring more.")
    number = {one: i for i, one in enumerate(names)}
    texts = {part: [i for i, of in enumerate(read.parts) if of == part] for part in _PARTS}
    labels = np.array([number[label] for label in read.labels], np.int64)
    unseen = [one for one in names if one not in trained]
    notes = read.notes
    if unseen:
        notes = (*notes, f"No text to train on has the class {listed(unseen)}.")
    train, test = (texts[part] for part in _PARTS)
    return TextSet(
        [read.texts[i] for i in train],
        labels[train],
        [read.texts[i] for i in test],
        labels[test],
        names,
        notes,
    )


_PARTS = ("train", "test")
