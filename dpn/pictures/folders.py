"""Which files of a folder or an archive are pictures, and of which class, as systems make them.

Paths are tuples of names, relative to the folder or archive that a person named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from dpn.names import MAX_NAME_LENGTH, composed, listed
from dpn.pictures.decode import SUFFIXES

Path = tuple[str, ...]

#: What macOS, Windows, Linux and a NAS leave in folders, in lower case. What begins with a dot is
#: hidden, and theirs too: ._1.png, .DS_Store, .ipynb_checkpoints.
_SYSTEM = {
    *("__macosx", "icon\r", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin"),
    *("system volume information", "lost+found", "@eadir"),
}
#: Names of folders for the parts of a set.
_PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("test", "testing"), "test"),
    **dict.fromkeys(("val", "valid", "validation"), "val"),
}
_ARCHIVES = (".zip", ".npz", ".rar", ".7z", ".tar", ".gz", ".tgz")
#: What is said of a picture whose class is nowhere.
NO_CLASS = (
    "it lies in no folder of a class. Put each picture in a folder named as its class, with 1 to "
    f"{MAX_NAME_LENGTH} printable characters."
)
#: Folders that are looked at above a picture.
_DEPTH = 16
#: Sentences about single pictures, before they are only counted.
_MOST_SENTENCES = 5


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
        elif ending in SUFFIXES:
            pictures.append(path)
        else:
            (archives if ending in _ARCHIVES else others).append("/".join(path))
    notes = []
    if system:
        notes.append(f"{_count(system, 'hidden or system file')} passed over.")
    if archives:
        what = _count(len(archives), "archive")
        notes.append(f"{what} inside left out: {listed(archives, 3)}. Unpack them first.")
    if others:
        what = _count(len(others), "other file")
        notes.append(
            f"{what} left out: {listed(others, 3)}. Pictures end in {', '.join(SUFFIXES)}."
        )
    return pictures, notes


def classes_of(paths: Sequence[Path]) -> tuple[list[str | None], list[str]]:
    """Return the class of each picture, None for one in no folder of a class, and what was assumed.

    The class is the first folder, once a folder around all others and levels of parts are gone. A
    level is one if all folders in it are called train, test or the like.
    """
    classes, parts, _ = classes_and_parts(paths)
    notes = []
    if found := sorted(set().union(*parts)):
        notes.append(f"Folders taken for parts of the set and not for classes: {listed(found)}.")
    return classes, notes


def classes_and_parts(
    paths: Sequence[Path],
) -> tuple[list[str | None], list[set[str]], list[str]]:
    """Return the class of each picture, the folders above it that are parts, and which part it is.

    The class is as in ``classes_of``; the part is "train", "val", "test", or "" where no folder
    tells.
    """
    folders = [tuple(map(composed, path[-1 - _DEPTH : -1])) for path in paths]
    kept: list[Path] = [()] * len(folders)
    parts: list[set[str]] = [set() for _ in folders]
    for depth in range(_DEPTH):
        siblings: dict[Path, set[str]] = {}
        for folder, above in zip(folders, kept, strict=True):
            siblings.setdefault(above, set()).update(folder[depth : depth + 1])
        levels = {
            at for at, names in siblings.items() if {n.lower() for n in names} <= _PARTS.keys()
        }
        for found, folder, above in zip(parts, folders, kept, strict=True):
            if above in levels:
                found.update(folder[depth : depth + 1])
        kept = [
            above if above in levels else above + folder[depth : depth + 1]
            for folder, above in zip(folders, kept, strict=True)
        ]
    # A few pictures may lie beside the folders of the classes.
    while len({folder[:1] for folder in kept}) == 1:
        deeper = sum(len(folder) > 1 for folder in kept)
        if deeper == 0 or 2 * deeper < len(kept):
            break
        kept = [folder[1:] for folder in kept]
    classes = [folder[0] if folder else None for folder in kept]
    which = [_PARTS[min(found).lower()] if found else "" for found in parts]
    return classes, parts, which


def left_out(sentences: Sequence[str], of: int) -> list[str]:
    """Return what is said of pictures that were left out: why, of the first, and how many."""
    if not sentences:
        return []
    return [*sentences[:_MOST_SENTENCES], f"{len(sentences):,} of {of:,} pictures left out."]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
