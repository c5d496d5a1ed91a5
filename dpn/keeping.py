"""Sets of texts and of series as files: found beside each other, named, kept in the data folder."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from dpn.errors import DataError
from dpn.names import MAX_NAME_LENGTH, is_class_name, listed, shown

#: Endings of sets that are kept in the data folder, of all worlds: two of one name would hide each
#: other.
ENDINGS = (".npz", ".texts.jsonl", ".lists.jsonl", ".series")
#: The sets of all worlds that are built in, made or fetched by their name: no other is called so.
KNOWN = (
    *("digits", "mnist", "fashion_mnist", "kmnist", "cifar10"),
    *("questions", "banking77", "clinc150", "trec", "sst2"),
    *("movements", "strokes", "clicks", "maze"),
)
MAX_CLASSES = 10_000
#: What is said where a disk has no links, as those of cameras and some shared folders.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
#: "train" at the end of a name, a word of its own: "strain" and "constrain" are none.
_TRAIN = re.compile(r"(?i:(?:^|[\W_]+)train(?:ing)?)$|(?<=[a-z0-9])(?:TRAIN|Train(?:ing)?)$")
#: How the files of other parts are called, and what they are used for.
_BESIDE = (
    (("validation", "valid", "val", "dev"), "train", "joins the training part"),
    (("test",), "test", "is the test part"),
)


class UnclearColumns(DataError):
    """It must be said which column holds the classes, and of texts which holds those.

    Attributes:
        names: of all columns that could.
        text: which of them seems to hold the texts.
        of_texts: whether it is a file of texts.
    """

    def __init__(
        self, message: str, names: Sequence[str], text: int | None = None, *, of_texts: bool = True
    ) -> None:
        super().__init__(message)
        self.names, self.text, self.of_texts = list(names), text, of_texts


def keep(content: bytes, stem: str, data_dir: Path, ending: str, *, is_known: bool = False) -> str:
    """Keep a set in the data folder, whole or not at all; return the name it has there.

    A set of that name that holds something else is not touched, also one that another process
    keeps at this moment: the new one gets a number, as does one called as a known set.

    Args:
        content: of the file.
        stem: the name that is wanted.
        data_dir: the data folder; made where it is not there.
        ending: one of ``ENDINGS``.
        is_known: whether it is the set of ``KNOWN`` that is called so.

    Raises:
        DataError: the data folder cannot be written.
    """
    for name in _numbered(stem):
        target = data_dir / f"{name}{ending}"
        others = (data_dir / f"{name}{other}" for other in ENDINGS if other != ending)
        try:
            if (name in KNOWN and not is_known) or any(other.exists() for other in others):
                continue
            if not target.exists() and put_new(content, target):
                return name
            if target.is_file() and target.read_bytes() == content:
                return name
        except OSError as error:
            raise DataError(
                f"The data folder {str(data_dir)!r} cannot be written ({error.strerror}). "
                "Set DPN_DATA_DIR or --data-dir to a folder that can."
            ) from error
    raise AssertionError  # there is always another number


def put_new(content: bytes, target: Path) -> bool:
    """Write a file that is not there, whole or not at all; return whether it was not there.

    Raises:
        OSError: its folder cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        partial.write_bytes(content)
        try:
            os.link(partial, target)  # never over a file that came meanwhile
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            partial.rename(target)
    except FileExistsError:
        return False
    finally:
        partial.unlink(missing_ok=True)
    return True


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem} {number}"
        number += 1


def name_for(path: Path, otherwise: str) -> str:
    """Return the name of the set in a file: its stem without "train", as a set may be called."""
    stem = _TRAIN.sub("", path.stem) or otherwise
    return re.sub(r"[^\w .+-]+", "-", stem).strip(" .-+")[:60] or otherwise


def training_file(folder: Path, files: Sequence[Path], told: str) -> Path:
    """Return the one of a folder's files that holds the training part.

    Args:
        folder: theirs.
        files: those of the right kind, in order.
        told: what the folder must hold, for the error.

    Raises:
        DataError: there is none, or more than one.
    """
    trained = [path for path in files if "train" in path.stem.lower()]
    if len(found := trained or files) != 1:
        seen = listed([path.name for path in files]) or "none"
        raise DataError(
            f"{shown(folder.name)} must hold {told}; it holds {seen}. Name the file itself."
        )
    return found[0]


def parts_beside(path: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield the files of other parts beside "…train…", what each is used for, and that in words."""
    for words, part, use in _BESIDE:
        beside = next(filter(None, (part_beside(path, word) for word in words)), None)
        if beside is not None:
            yield beside, part, use


def test_part_beside(path: Path) -> Path | None:
    """Return the file that is called as "…train…" but for "test"; None if none is."""
    return part_beside(path, "test")


def part_beside(path: Path, part: str) -> Path | None:
    """Return the file that is called as "…train…" but for ``part``; None if none is.

    It lies beside it, or if its folder is called train in the one that is called so.
    """
    for word, other in (("train", part), ("Train", part.capitalize()), ("TRAIN", part.upper())):
        head, found, tail = path.stem.rpartition(word)
        name = f"{head}{other}{tail}{path.suffix}" if found else path.name
        folder = path.parent.parent / path.parent.name.replace(word, other)
        for beside in (path.with_name(name), folder / name, folder / path.name):
            if beside != path and beside.is_file():
                return beside
    return None


def classes_of(labels: Sequence[str], name: str, hint: str = "") -> tuple[str, ...]:
    """Return the classes of a set, numbers in their order before words.

    Args:
        labels: one each.
        name: of the set, for the error.
        hint: what is said on top of a class whose name is none.

    Raises:
        DataError: there are fewer than 2 or more than 10,000, or one has no proper name.
    """
    names = tuple(sorted(set(labels), key=_in_order))
    if not 2 <= len(names) <= MAX_CLASSES:
        raise DataError(
            f"{shown(name)} must hold 2 to {MAX_CLASSES:,} classes, got {len(names)}: "
            f"{listed(names)}." + (" Bring some of another class, too." if len(names) == 1 else "")
        )
    if bad := [one for one in names if not is_class_name(one)]:
        raise DataError(
            f"A class of {shown(name)} is called {bad[0][:80]!r}; names are 1 to {MAX_NAME_LENGTH} "
            f"visible characters.{hint}"
        )
    return names


def _in_order(name: str) -> tuple[int, float, str]:
    """Return what numbers are ordered by, before words."""
    try:
        return 0, float(name), name
    except ValueError:
        return 1, 0.0, name
