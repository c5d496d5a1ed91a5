"""Which files of a folder or an archive are pictures, and of which class, as systems make them.

Paths are tuples of names, relative to the folder or archive that a person named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dpn.files.folders import PICTURES, UNREAD, is_doubled, parts_among
from dpn.language import Later, msg, t
from dpn.names import MAX_NAME_LENGTH, composed, listed, of_folder

Path = tuple[str, ...]

#: What macOS, Windows, Linux and a NAS leave in folders, in lower case. What begins with a dot is
#: hidden, and theirs too: ._1.png, .DS_Store, .ipynb_checkpoints.
_SYSTEM = {
    *("__macosx", "icon\r", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin"),
    *("system volume information", "lost+found", "@eadir"),
}
_ARCHIVES = (".zip", ".npz", ".rar", ".7z", ".tar", ".gz", ".tgz")
_NO_CLASS = msg(
    "it lies in no folder of a class. Put each picture in a folder named as its class, with 1 to "
    "{most} printable characters."
)
#: Folders that are looked at above a picture.
_DEPTH = 16
#: Sentences about single pictures, before they are only counted.
_MOST_SENTENCES = 5


def no_class() -> str:
    """Return what is said of a picture whose class is nowhere."""
    return t(_NO_CLASS, most=MAX_NAME_LENGTH)


def parts_of(path: str) -> Path:
    """Return the names of a path in an archive, whichever stroke parts them, without dots."""
    names = path.replace("\\", "/").split("/")
    return tuple(name for name in names if name not in ("", ".", ".."))


def sort_out(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Return the paths of pictures, by their ending, and sentences that count all others."""
    pictures: list[Path] = []
    archives: list[str] = []
    others: list[str] = []
    system = 0
    for path in paths:
        ending = PurePosixPath(path[-1]).suffix.lower() if path else ""
        if any(name.startswith(".") or name.lower() in _SYSTEM for name in path):
            system += 1
        elif ending in (*PICTURES, *UNREAD):
            pictures.append(path)
        else:
            (archives if ending in _ARCHIVES else others).append("/".join(path))
    notes: list[str] = []
    if system:
        one = msg("1 hidden or system file passed over.")
        many = msg("{count:,} hidden or system files passed over.")
        notes.append(_counted(one, many, system))
    if archives:
        one = msg("1 archive inside left out: {names}. Unpack it first.")
        many = msg("{count:,} archives inside left out: {names}. Unpack them first.")
        notes.append(_counted(one, many, len(archives), names=listed(archives, 3)))
    if others:
        one = msg("1 other file left out: {names}. Pictures end in {endings}.")
        many = msg("{count:,} other files left out: {names}. Pictures end in {endings}.")
        some, endings = listed(others, 3), ", ".join(PICTURES)
        notes.append(_counted(one, many, len(others), names=some, endings=endings))
    return pictures, notes


def classes_of(paths: Sequence[Path]) -> tuple[list[str | None], list[str]]:
    """Return the class of each picture, None for one in no folder of a class, and what was assumed.

    The class is the first folder, once a folder around all others and levels of parts are gone.
    """
    places = places_of(paths)
    return [place.label for place in places], said_of(places)


@dataclass(frozen=True)
class Place:
    """Where a picture lies.

    Attributes:
        label: its class; None in no folder of one.
        parts: the folders above it that are parts of the set.
        part: "train", "val" or "test", or "" where no folder tells.
        beside: the folder beside those of the parts that it lies in, if it does.
    """

    label: str | None
    parts: tuple[str, ...] = ()
    part: str = ""
    beside: str = ""


def places_of(paths: Sequence[Path]) -> list[Place]:
    """Return where each picture lies."""
    folders = [tuple(map(composed, path[-1 - _DEPTH : -1])) for path in paths]
    inner: dict[Path, set[str]] = {}
    for folder in {*folders}:
        for depth, name in enumerate(folder):
            inner.setdefault(folder[:depth], set()).add(name)
    at = [_At(folder) for folder in folders]
    for _ in range(_DEPTH):
        going = [one for one in at if one.depth < len(one.folder) and not one.beside]
        siblings: dict[Path, dict[str, set[str]]] = {}
        for one in going:
            below = inner.get(one.folder[: one.through(inner)], set())
            siblings.setdefault(one.kept, {}).setdefault(one.name, set()).update(below)
        levels = {kept: parts_among(names) for kept, names in siblings.items()}
        for one in going:
            one.step(levels[one.kept], inner)
    kept = [one.kept for one in at if not one.beside]
    around = 0
    # A few pictures may lie beside the folders of the classes.
    while len({folder[:1] for folder in kept}) == 1:
        deeper = sum(len(folder) > 1 for folder in kept)
        if deeper == 0 or 2 * deeper < len(kept):
            break
        kept, around = [folder[1:] for folder in kept], around + 1
    return [
        Place(
            of_folder(one.kept[around]) if len(one.kept) > around and not one.beside else None,
            tuple(one.parts),
            min(one.parts.values(), default=""),
            one.beside,
        )
        for one in at
    ]


@dataclass
class _At:
    """How far down the folders of a picture one has come, which of them are left, which parts."""

    folder: Path
    depth: int = 0
    kept: Path = ()
    parts: dict[str, str] = field(default_factory=dict)
    beside: str = ""

    @property
    def name(self) -> str:
        return self.folder[self.depth]

    def through(self, inner: Mapping[Path, set[str]]) -> int:
        """Return how deep what is in the next folder lies, if that is a part."""
        depth, folder = self.depth + 1, self.folder
        while depth < len(folder) and is_doubled(folder[depth - 1], inner[folder[:depth]]):
            depth += 1
        return depth

    def step(self, parts: Mapping[str, str], inner: Mapping[Path, set[str]]) -> None:
        if not parts:
            self.kept, self.depth = (*self.kept, self.name), self.depth + 1
        elif self.name in parts:
            self.parts[self.name], self.depth = parts[self.name], self.through(inner)
        else:
            self.beside = self.name


def said_of(places: Sequence[Place]) -> list[str]:
    """Return what is said of the places of pictures: which folders are parts, what lies beside."""
    notes: list[str] = []
    if found := sorted({name for place in places for name in place.parts}):
        words = msg("Folders taken for parts of the set and not for classes: {names}.")
        notes.append(Later(words, names=listed(found)))
    if beside := sorted({place.beside for place in places} - {""}):
        count = sum(bool(place.beside) for place in places)
        one = msg("1 picture beside these left out: {names}.")
        many = msg("{count:,} pictures beside these left out: {names}.")
        notes.append(_counted(one, many, count, names=listed(beside)))
    return notes


def left_out(sentences: Sequence[str], of: int) -> list[str]:
    """Return what is said of pictures that were left out: why, of the first, and how many."""
    if not sentences:
        return []
    words = msg("{count:,} of {of:,} pictures left out.")
    return [*sentences[:_MOST_SENTENCES], Later(words, count=len(sentences), of=of)]


def _counted(one: str, many: str, count: int, **values: object) -> Later:
    return Later(one if count == 1 else many, count=count, **values)
