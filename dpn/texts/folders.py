"""Folders of texts: a folder for each class, intents by line, or intents by file.

train/good/1.txt  train/good/2.txt  train/bad/1.txt  …  test/good/1.txt    as IMDB's
train/seq.in  train/label  …  test/seq.in  test/label                     as ATIS's, and SNIPS's
PlayMusic/train_PlayMusic_full.json  PlayMusic/validate_PlayMusic.json    as SNIPS's own
data/nlu.yml  data/stories.yml  domain.yml                                as Rasa's
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from dpn.errors import DataError
from dpn.files.decoding import decoded, lines_of
from dpn.files.folders import PARTS, class_folders, folders_in, is_about
from dpn.names import composed, listed, shown, tally
from dpn.texts.columns import ACCEPTED
from dpn.texts.json_rows import rows_of_json
from dpn.texts.rasa import rows_of_rasa
from dpn.texts.reading import Texts

#: Files that may be there at most.
MOST = 500_000
#: Endings of a text of its own, which often has none, and of Rasa's files.
_OF_TEXT, _OF_RASA = (".txt", ".md", ".text", ""), (".yml", ".yaml", ".md")
#: Where Rasa's projects have their examples.
_RASA = ("", "data", "nlu", "data/nlu")
#: Folders beside those of the classes that hold texts of none.
_OF_NO_CLASS = ("unsup", "unlabeled", "unlabelled")
#: What files of intents are called that have a text a line, and a class a line beside.
_LINES, _LABELS = ("seq.in", "text", "sentences"), ("label", "labels", "intent", "intents")

#: Texts, each with its class, its part, and the file that it is from.
Rows = list[tuple[str, str, str, Path]]


@dataclass
class _Said:
    """What is said of files: which are no UTF-8, and of each that is left out of so many, why."""

    odd: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    of: int = 0


def read_folders(folder: Path) -> Texts | None:
    """Return the texts of a folder of one of these layouts; None of another folder.

    Raises:
        DataError: a file cannot be read or is no text, or there are too many.
    """
    if (found := rows_in(folder)) is None:
        return None
    rows, notes = found
    return Texts(
        [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], notes
    )


def rows_in(folder: Path) -> tuple[Rows, tuple[str, ...]] | None:
    """Return the texts of a folder with the files that they are from, and notes; None likewise."""
    for read in (_of_lines, _of_intents, _of_rasa, _of_classes):
        said = _Said()
        if rows := read(folder, said):
            notes = []
            if said.odd:
                notes = [f"Not UTF-8, so read as ISO-8859-1 or UTF-16: {listed(said.odd)}."]
            if lost := len(said.lost):
                notes.append(f"Left out {tally(lost, 'file')} of {said.of:,}: {said.lost[0]}")
            kept = [row for row in rows if row[0] and row[1]]
            if left := len(rows) - len(kept):
                notes.append(f"Left out {left:,} of {len(rows):,}, without text or class.")
            if len({row[1] for row in kept}) > 1 or read is not _of_classes:
                return kept, tuple(notes)
    return None


def read_document(path: Path) -> str:
    """Return a file that is one text, as one of a class folder is, with single spaces."""
    return " ".join(decoded(path, ACCEPTED)[0].split())


def is_document(path: Path, classes: Collection[str]) -> bool:
    """Return whether a file is one text: it lies in a folder that is called as one of classes."""
    of_class = composed(path.absolute().parent.name) in classes
    return of_class and path.suffix.lower() in _OF_TEXT


def _of_lines(folder: Path, told: _Said) -> Rows:
    """Return the rows of folders with a file of texts and one of classes, line by line."""
    inner = [(one, PARTS[one.name.lower()]) for one in folders_in(folder) if _is_part(one)]
    rows: Rows = []
    for part, said in inner or [(folder, "train")]:
        files = {path.stem.lower(): path for path in _files(part) if path.suffix != ".json"}
        files |= {path.name.lower(): path for path in _files(part)}
        found = [next((files[n] for n in of if n in files), None) for of in (_LINES, _LABELS)]
        if found[0] is None or found[1] is None:
            continue
        texts, labels = (_lines(path, told) for path in found if path is not None)
        if len(texts) != len(labels):
            raise DataError(
                f"{part.name}: {found[0].name} has {tally(len(texts), 'line')} and "
                f"{found[1].name} {len(labels):,}; each text must have its class in the same line."
            )
        rows += [(t, composed(of), said, found[0]) for t, of in zip(texts, labels, strict=True)]
    return rows


def _of_intents(folder: Path, told: _Said) -> Rows:
    """Return the rows of files with one intent each, called train_…, train_…_full, validate_…."""
    files = [path for one in (folder, *folders_in(folder)) for path in _files(one)]
    files = [path for path in files if path.suffix.lower() == ".json"]
    full = {path.stem.removesuffix("_full") for path in files if path.stem.endswith("_full")}
    rows: Rows = []
    for path in files:
        part = PARTS.get(path.stem.lower().partition("_")[0])
        if part is None or path.stem in full:
            continue  # a part of what the full one holds
        words = _read(path, told)
        read = rows_of_json(words, shown(path.name), sure=True)
        if read is None or read[1] != ["text", "label"]:
            return []
        rows += [(text.strip(), label, part, path) for text, label in read[0]]
    return rows


def _of_rasa(folder: Path, told: _Said) -> Rows:
    """Return the rows of a project of Rasa's: its stories and rules are no examples."""
    inside = [folder / name for name in _RASA if (folder / name).is_dir()]
    files = [path for one in inside for path in _files(one) if not is_about(path.name)]
    files = [path for path in files if path.suffix.lower() in _OF_RASA]
    read = [(path, row) for path in files for row in rows_of_rasa(_read(path, told)) or ()]
    return [(text, composed(intent), "train", path) for path, (text, intent) in read]


def _of_classes(folder: Path, told: _Said) -> Rows:
    """Return the rows of a folder for each class, a text in each of the files there."""
    found: list[tuple[Path, str, str]] = []
    for of_class, label, part in class_folders(folder):
        if label.lower() not in _OF_NO_CLASS:
            files = [path for path in _files(of_class) if not is_about(path.name)]
            files = [path for path in files if path.suffix.lower() in _OF_TEXT]
            found += [(path, label, part) for path in files]
        if len(found) > MOST:
            raise DataError(f"{shown(folder.name)} holds more than {MOST:,} files of texts.")
    rows: Rows = []
    for path, of, part in found:
        try:
            rows.append((" ".join(_read(path, told).split()), of, part, path))
        except DataError as error:
            told.lost.append(str(error))
    told.of = len(found)
    if 2 * len(told.lost) > len(found):
        raise DataError(told.lost[0])
    return rows


def _files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.name[0] != "." and one.is_file())


def _is_part(folder: Path) -> bool:
    return folder.name.lower() in PARTS


def _lines(path: Path, told: _Said) -> list[str]:
    return [line.strip() for line in lines_of(_read(path, told).rstrip("\r\n"))]


def _read(path: Path, told: _Said) -> str:
    """Return what a file says; ``told.odd`` gets its name if it is no UTF-8."""
    words, notes = decoded(path, ACCEPTED)
    told.odd += [path.name] if notes else []
    return words
