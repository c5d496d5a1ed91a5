"""A folder with a folder for each class, and a text in each of the files there.

train/good/1.txt  train/good/2.txt  train/bad/1.txt  …  test/good/1.txt  …
"""

from __future__ import annotations

from pathlib import Path

from dpn.errors import DataError
from dpn.names import composed, listed, shown
from dpn.texts.columns import PARTS
from dpn.texts.decoding import decoded
from dpn.texts.reading import Texts

#: Files that may be there at most.
MOST = 500_000
#: Folders beside those of the classes that hold texts of none.
_OF_NO_CLASS = ("unsup", "unlabeled", "unlabelled")


def read_folders(folder: Path) -> Texts | None:
    """Return the texts of a folder of class folders, or of one of parts; None of another folder.

    Raises:
        DataError: a file cannot be read or is no text, or there are too many.
    """
    found: list[tuple[Path, str, str]] = []
    inner = _folders_in(folder)
    parts = [one for one in inner if one.name.lower() in PARTS]
    for part in parts or [folder]:
        for of_class in _folders_in(part):
            if of_class.name.lower() in _OF_NO_CLASS:
                continue
            said = PARTS[part.name.lower()] if parts else "train"
            files = (path for path in sorted(of_class.iterdir()) if _is_text(path))
            found += [(path, composed(of_class.name), said) for path in files]
            if len(found) > MOST:
                raise DataError(f"{shown(folder.name)} holds more than {MOST:,} files of texts.")
    if len({label for _, label, _ in found}) < 2:
        return None
    texts, odd = [], []
    for path, _, _ in found:
        words, notes = decoded(path)
        texts.append(" ".join(words.split()))
        odd += [path.name] if notes else []
    notes = [f"Not UTF-8, so read as ISO-8859-1 or UTF-16: {listed(odd)}."] if odd else []
    kept = [i for i, text in enumerate(texts) if text]
    return Texts(
        [texts[i] for i in kept],
        [found[i][1] for i in kept],
        [found[i][2] for i in kept],
        tuple(notes),
    )


def _folders_in(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_dir() and one.name[0] not in "._")


def _is_text(path: Path) -> bool:
    return path.suffix.lower() == ".txt" and path.name[0] != "." and path.is_file()
