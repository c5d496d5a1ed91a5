"""A file of texts with what lies beside it: its other parts, and the names of its classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dpn.errors import DataError
from dpn.files.decoding import decoded, lines_of
from dpn.keeping import parts_beside
from dpn.names import composed, listed, shown
from dpn.texts.reading import Texts, read_columns, read_texts

#: Files beside texts whose classes are numbers: a name a line.
_NAMES = ("classes.txt", "labels.txt", "label_names.txt")


def read_all(path: Path, text: str | None = None, label: str | None = None) -> Texts:
    """Return the texts of a file and of those beside it.

    A file called "…train…" is read together with its neighbours "…test…" and "…val…" or "…dev…".
    What has no classes of those is left out, and said.

    Raises:
        DataError: it cannot be read.
    """
    found = read_texts(path, text, label)
    if "test" not in found.parts:
        for beside, part, use in parts_beside(path):
            found = _joined(found, beside, part, use, (text, label))
    return _in_words(with_known_classes(found), path.parent)


def _joined(
    found: Texts, beside: Path, part: str, use: str, said: tuple[str | None, str | None]
) -> Texts:
    """Return texts with those of a file beside theirs, if it has classes."""
    name = shown(beside.name)
    try:
        other = _read_likewise(found, beside, said)
    except DataError as error:
        return replace(found, notes=(*found.notes, f"{name} is left out: {error}"))
    return replace(
        found,
        texts=[*found.texts, *other.texts],
        labels=[*found.labels, *other.labels],
        parts=[*found.parts, *[part] * len(other.texts)],
        notes=(*found.notes, *other.notes, f"{name} {use}."),
    )


def _read_likewise(found: Texts, file: Path, said: tuple[str | None, str | None]) -> Texts:
    """Return the texts of a file by the columns of another one, or else by its own."""
    try:
        return read_texts(file, *found.columns)
    except DataError:
        text, label = found.columns
        names = read_columns(file).names
        if text in names and label not in names:
            raise DataError(f"it has no classes ({label}).") from None
        return read_texts(file, *said)


def with_known_classes(found: Texts) -> Texts:
    """Return texts without a test part that has other classes: -1 where there are none."""
    classes = {
        part: {of for of, where in zip(found.labels, found.parts, strict=True) if where == part}
        for part in ("train", "test")
    }
    if not classes["test"] or classes["test"] & classes["train"]:
        return found
    of = [i for i, part in enumerate(found.parts) if part == "train"]
    note = (
        f"The test part is left out: its classes ({listed(sorted(classes['test']), 3)}) are none "
        "of those to train on."
    )
    texts, labels = ([column[i] for i in of] for column in (found.texts, found.labels))
    return replace(
        found, texts=texts, labels=labels, parts=["train"] * len(of), notes=(*found.notes, note)
    )


def _in_words(found: Texts, folder: Path) -> Texts:
    """Return texts with the classes that a file beside them names, a line for each number."""
    numbers = {*found.labels}
    for file in (folder / name for name in _NAMES):
        if not file.is_file():
            continue
        try:
            lines = lines_of(decoded(file, "")[0])
        except DataError:
            continue
        names = [composed(line.strip()) for line in lines if line.strip()]
        for first in (0, 1):
            name_of = {str(first + i): name for i, name in enumerate(names)}
            if numbers == name_of.keys() and len({*names}) == len(names):
                note = f"The classes are called as in {file.name}."
                labels = [name_of[label] for label in found.labels]
                return replace(found, labels=labels, notes=(*found.notes, note))
    return found
