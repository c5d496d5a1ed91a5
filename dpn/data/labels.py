"""Labels of any clear kind -> 0..K-1 and K names: numbers from anywhere, words, or one-hot rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.language import Later, msg
from dpn.names import MAX_NAME_LENGTH, composed, is_class_name, listed

MAX_CLASSES = 10_000
NAMES_WANTED = f"1 to {MAX_NAME_LENGTH} printable characters each"

Labels = NDArray[np.int64]


def to_labels(
    columns: Mapping[str, NDArray[Any]],
    trained: Sequence[str],
    given: tuple[str, ...] | None,
    usual: Sequence[str] = (),
    fewest: int = 2,
) -> tuple[list[Labels], tuple[str, ...], tuple[str, ...]]:
    """Return labels (N,) in 0..K-1 of each part, the K class names, and what was assumed.

    Args:
        columns: the name of each array -> numbers or strings (N,) or (N, 1), or one-hot (N, K).
        trained: which of them belong to training images; none where all are taught, as in a lesson.
        given: the class names in the file, None where it has none.
        usual: names that stand in for them.
        fewest: classes that there must be.

    Raises:
        DataError: a label is no whole number, marks several classes, or has no name; or there are
            not ``fewest`` to MAX_CLASSES classes.
    """
    read = {name: _column(name, column) for name, column in columns.items()}
    kinds = {name: values.dtype.kind for name, values in read.items()}
    if len(set(kinds.values())) > 1:
        words = [name for name, kind in kinds.items() if kind == "U"]
        raise DataError(f"only {listed(words)} holds words; save numbers or words in all of them")
    if "U" in kinds.values():
        labels, names, notes = _named(read, given, usual)
    elif names := given or tuple(usual):
        labels, notes = _numbered(read, names)
    else:
        labels, names, notes = _occurring(read)
    if not fewest <= len(names) <= MAX_CLASSES:
        raise DataError(f"there must be {fewest} to {MAX_CLASSES} classes, got {len(names)}")
    if trained:
        notes += _unseen(dict(zip(read, labels, strict=True)), trained, names)
    return labels, names, tuple(notes)


def read_class_names(array: NDArray[Any]) -> tuple[str, ...]:
    """Return strings (K,) as class names.

    Raises:
        DataError: one is empty, too long or not printable, or two are equal.
    """
    names = tuple(_strings(array).tolist())
    _check_names("class_names", names)
    if len(set(names)) != len(names):
        raise DataError("class_names must differ from each other")
    return names


def _check_names(what: str, names: Sequence[str]) -> None:
    for name in names:
        if not is_class_name(name):
            raise DataError(f"{what} must be {NAMES_WANTED}, got {name[:80]!r}")


def _strings(array: NDArray[Any]) -> NDArray[np.str_]:
    strings = np.strings.decode(array) if array.dtype.kind == "S" else array
    return np.array([composed(str(name)) for name in strings.ravel()], np.str_)


def _column(name: str, y: NDArray[Any]) -> NDArray[Any]:
    """Return one label an image: int64 or strings (N,)."""
    if y.dtype.kind in "US":
        return _strings(y)
    if y.dtype.kind == "f":
        if not (np.isfinite(y).all() and (np.abs(y) < 2**53).all()):
            raise DataError(
                f"{name} must be finite, but holds NaN, infinity or huge numbers. If those images "
                f"have no label, {_without(name, f'numpy.isfinite({name.split()[-1]}).ravel()')}"
            )
        if y.ndim == 2 and y.shape[1] > 1 and not np.isin(y, (0, 1)).all():
            line = f"{name} = {name}.argmax(axis=1)"
            raise DataError(f"{name} holds shares of {y.shape[1]} classes. Mend it with: {line}")
        if not (y == np.rint(y)).all():
            odd = y[y != np.rint(y)][0]
            raise DataError(f"{name} must be whole numbers, one for each class, got {odd:g}")
    if y.ndim == 2 and y.shape[1] > 1:
        if not (np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()):
            raise DataError(
                f"{name} has {y.shape[1]} columns and rows that mark no class, or several; one "
                f"class an image is accepted. Choose one column, such as {name} = {name}[:, 0]"
            )
        return np.asarray(y.argmax(axis=1), np.int64)
    if y.dtype.kind == "u" and y.max() > 2**62:
        raise DataError(f"{name} holds {y.max()}, which is no class")
    return np.asarray(y, np.int64).reshape(-1)


def _without(name: str, kept: str) -> str:
    """Return the line that leaves out the images and labels of which ``kept`` is not so."""
    labels = name.split()[-1]  # of a table they are called "a.csv's labels"
    images = labels.replace("labels", "images").replace("y_", "x_").replace("Y_", "X_")
    if images == labels:
        images = {"y": "x", "Y": "X", "target": "data"}.get(labels, "")
    if not images or not labels.isidentifier():
        return "leave them out, with their labels."
    return f"leave them out: kept = {kept}; {images}, {labels} = {images}[kept], {labels}[kept]"


def _named(
    read: Mapping[str, NDArray[Any]], given: tuple[str, ...] | None, usual: Sequence[str]
) -> tuple[list[Labels], tuple[str, ...], list[str]]:
    """Labels that are words: their order is that of class_names, or of the alphabet."""
    found = sorted(set().union(*(np.unique(words).tolist() for words in read.values())))
    if all(word.isdecimal() and word.isascii() and len(word) < 19 for word in found):
        found.sort(key=int)
    names = given or (tuple(usual) if set(found) <= set(usual) else tuple(found))
    _check_names("labels that are words", found)
    index = {name: label for label, name in enumerate(names)}
    for name, words in read.items():
        if lost := [word for word in np.unique(words).tolist() if word not in index]:
            raise DataError(f"{name} holds {listed(lost, 3)!r}, which class_names does not name")
    labels = [np.array([index[word] for word in words], np.int64) for words in read.values()]
    return labels, names, []


def _numbered(
    read: Mapping[str, NDArray[Any]], names: tuple[str, ...]
) -> tuple[list[Labels], list[str]]:
    """Labels that count the names: from 0, or from 1 where no image has label 0."""
    classes = len(names)
    notes: list[str] = []
    low = min(int(y.min()) for y in read.values())
    high = max(int(y.max()) for y in read.values())
    own = tuple(str(label) for label in range(1, classes + 1))
    if (low, high) == (1, classes) and (names == own or not any(n.isdecimal() for n in names)):
        words = msg("Labels are 1 to {last}: taken for the class names in their order.")
        notes.append(Later(words, last=classes))
        return [y - 1 for y in read.values()], notes
    for name, y in read.items():
        for label in (int(y.min()), int(y.max())):
            if not 0 <= label < classes:
                hint = ""
                if (low, high) == (1, classes):  # as in SVHN, where 10 is the digit 0
                    hint = f"; if {classes} stands for 0, take {name} % {classes}"
                raise DataError(f"{name} must hold labels in 0..{classes - 1}, got {label}{hint}")
    return list(read.values()), notes


def _occurring(
    read: Mapping[str, NDArray[Any]],
) -> tuple[list[Labels], tuple[str, ...], list[str]]:
    """Labels without names: each that occurs is a class, and no other is."""
    occurring = np.unique(np.concatenate([np.unique(y) for y in read.values()]))
    names = tuple(str(label) for label in occurring[: MAX_CLASSES + 1].tolist())
    for name, y in read.items():
        if y.min() < 0 and names != ("-1", "1"):
            raise DataError(
                f"{name} holds {y.min()}, which is no class. If those images have no label, "
                f"{_without(name, f'{name.split()[-1]}.ravel() >= 0')}"
            )
    notes: list[str] = []
    if names != tuple(str(label) for label in range(len(names))):
        first, last = occurring[0], occurring[-1]
        words = msg("Labels are {names}: each is a class of that name, and there is no other.")
        said = Later(words, names=listed(names, 10))
        if len(names) > 2 and last - first == len(names) - 1:
            words = msg(
                "Labels are {first} to {last}: each is a class of that name, and there is no other."
            )
            said = Later(words, first=int(first), last=int(last))
        notes.append(said)
    return [np.searchsorted(occurring, y).astype(np.int64) for y in read.values()], names, notes


def _unseen(
    labels: Mapping[str, Labels], trained: Sequence[str], names: Sequence[str]
) -> list[str]:
    """Name the classes that no training image shows."""
    counts = {name: np.bincount(y, minlength=len(names)) for name, y in labels.items()}
    shown = np.sum([counts[name] for name in trained], axis=0)
    missing = np.flatnonzero(shown == 0).tolist()
    if not missing:
        return []
    tested = sum(int(counts[name][missing].sum()) for name in labels if name not in trained)
    which = listed([names[label] for label in missing])
    is_one = len(missing) == 1
    if tested:
        one = msg(
            "No training image shows the class {names}: its test images ({count:,}) cannot be "
            "answered right."
        )
        many = msg(
            "No training image shows the classes {names}: their test images ({count:,}) cannot be "
            "answered right."
        )
        return [Later(one if is_one else many, names=which, count=tested)]
    one = msg("No training image shows the class {names}.")
    many = msg("No training image shows the classes {names}.")
    return [Later(one if is_one else many, names=which)]
