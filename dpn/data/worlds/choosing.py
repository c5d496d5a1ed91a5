"""Which world a file is of, and which file of a folder is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from dpn.errors import DataError
from dpn.files.decoding import opened
from dpn.files.folders import folders_in, is_about, parts_among
from dpn.files.prose import is_prose
from dpn.items.reading import SUFFIXES, is_of_lists
from dpn.keeping import training_file
from dpn.names import listed, shown
from dpn.series import sets as series
from dpn.series.reading import is_of_series, is_table_of_pixels
from dpn.texts import sets as texts
from dpn.texts.layout import marks_of
from dpn.texts.reading import read_texts
from dpn.texts.tables import table_of

#: Endings of files that may hold texts, series or lists.
ACCEPTED = tuple(dict.fromkeys((*texts.ACCEPTED, *series.ACCEPTED, *SUFFIXES)))
#: Lines looked at.
_LOOKED_AT = 500
#: Pixels of the smallest image.
_PIXELS = 64
#: Of files that hold the same series the first of these endings is read.
_ENDINGS = (".ts", ".arff", ".npz", ".tsv", ".csv", ".txt", "")
#: What aeon's archive calls series that were made equally long, or whose gaps were filled.
_MADE_OF = re.compile(r"_(eq|nmv)(?=_)")
#: Worlds that a file is of for sure, before that of texts, which any file might hold.
_SURE = ("list", "series", "picture")
_TOLD = {
    "series": "one file of series, or one called …_TRAIN and one called …_TEST",
    "picture": "one file of pixels",
    "text": "one file of texts, or one called train and one called test, or a folder for each "
    "class",
}


def world_of(path: Path, text: str | None = None, label: str | None = None) -> str:
    """Return "list", "series", "picture" (for pixels), or "text" of all others.

    Whose column of texts was said holds texts, and so does a table with a column of many words that
    hardly ever come again. A list has no classes: whose column of these was said is none.
    """
    if text is not None:
        return "text"
    columns = _columns(path)
    if any(map(_are_pixels, columns)):
        return "picture"
    if any(map(is_prose, columns)):
        return "text"
    if label is None and is_of_lists(path):
        return "list"
    if is_of_series(path):
        return "series"
    is_pixels = path.suffix.lower() == ".npz" or is_table_of_pixels(path)
    return "picture" if is_pixels else "text"


def _columns(path: Path) -> list[list[str]]:
    """Return the columns of a table as far as one looks, without their names."""
    suffix = path.suffix.lower()
    if not path.is_file() or suffix not in SUFFIXES:
        return []
    try:
        with opened(path) as file:
            words = "".join(islice(file, _LOOKED_AT))
    except (OSError, UnicodeError):
        return []
    tables = (table_of(words, mark) for mark in marks_of(words, suffix))
    table = next((one for one in tables if one is not None), [])
    return [
        [cell for one in column if (cell := one.strip())] for column in zip(*table[1:], strict=True)
    ]


def _are_pixels(cells: list[str]) -> bool:
    """Return whether each cell holds all pixels of an image, as FER-2013's."""
    counts = {len(cell.split()) if cell.replace(" ", "").isdigit() else 0 for cell in cells}
    return len(counts) == 1 and min(counts) >= _PIXELS


def candidates(
    folder: Path, text: str | None = None, label: str | None = None
) -> tuple[str, list[Path]]:
    """Return which files in a folder could be read, and of which world they all are.

    If some are called "…train…" it is one of these. Where no file is there, but folders that are
    parts, those of the training part.
    """
    files = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix.lower() in ACCEPTED and not is_about(path.name)
    ]
    if not files:
        inner = folders_in(folder)
        parts = parts_among({one.name: () for one in inner})
        trained = [one for one in inner if parts.get(one.name) == "train"]
        return candidates(trained[0], text, label) if len(trained) == 1 else ("text", [])
    files = [path for path in files if "train" in path.stem.lower()] or files
    of: dict[str, list[Path]] = {}
    for path in files:
        of.setdefault(world_of(path, text, label), []).append(path)
    world = next((one for one in _SURE if one in of), "text")
    return world, of[world]


def one_of(
    folder: Path,
    world: str,
    files: Sequence[Path],
    text: str | None = None,
    label: str | None = None,
) -> Path:
    """Return the one of the candidates in a folder that is read.

    Of tables of lists it is the largest, of series the format that says most, of texts the one that
    has classes.

    Raises:
        DataError: there is none, or it is not clear.
    """
    if not files:
        inside = listed(sorted(one.name for one in folder.iterdir()), 5)
        if not inside:
            raise DataError(f"{shown(folder.name)} is an empty folder. {texts.FOLDERS}")
        raise DataError(
            f"{shown(folder.name)} holds no texts and no series that can be told, but "
            f"{inside}. {texts.FOLDERS}"
        )
    if world == "list":
        return max(files, key=lambda path: path.stat().st_size)
    if world == "series":
        rank = {path: _ENDINGS.index(path.suffix.lower()) for path in files}
        files = [path for path in files if rank[path] == min(rank.values())]
        # Beside the whole the archive has a file for each of its dimensions.
        files = [path for path in files if "Dimension" not in path.stem] or files
        stems = {path.stem for path in files}
        files = [
            path
            for path in files
            if (own := _MADE_OF.sub("", path.stem)) == path.stem or own not in stems
        ]
    if world == "text" and len(files) > 1:
        files = [path for path in files if _is_read(path, text, label)] or files
    return training_file(folder, files, _TOLD[world])


def _is_read(path: Path, text: str | None, label: str | None) -> bool:
    try:
        read_texts(path, text, label)
    except DataError:
        return False
    return True
