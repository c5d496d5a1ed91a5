"""A folder with a folder for each class, in parts or not.

train/walk/…  train/run/…  test/walk/…  test/run/…

A folder is a part by the words in its name (seg_train, test_set, TRAIN). Some folders are the parts
of a set if all are called so and nothing else, if they are called alike but for that word, or if
one is to train and one to test and what is to test has no class of its own; what lies beside them
is none of their classes.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from dpn.names import composed

_WORDS = {
    "train": ("train", "training", "trainset", "trainval", "训练", "训练集"),
    "val": ("val", "valid", "validate", "validation", "dev", "development", "cv", "验证", "验证集"),
    "test": ("test", "testing", "testset", "eval", "evaluation", "测试", "测试集"),
}
_PART_OF = {word: part for part, words in _WORDS.items() for word in words}
#: What people call the parts of a set; what validates is held out anew.
PARTS = {word: "train" if part == "val" else part for word, part in _PART_OF.items()}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")
#: What the one folder of a part or a class may be called that holds its files.
_OF_FILES = ("images", "image", "imgs", "img", "pictures", "photos", "data")

#: Endings of pictures.
PICTURES = (".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".webp", ".bmp", ".gif", ".tif", ".tiff")
#: Endings of pictures that are not read: of each it is said what to do.
UNREAD = (".heic", ".heif")

#: How files are called that say something of those beside them.
_ABOUT = ("readme", "license", "licence", "copying", "citation", "changelog")


def is_about(name: str) -> bool:
    """Return whether a file of this name only says something of the others."""
    return name.lower().split(".")[0] in _ABOUT


def files_below(folder: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Yield all files below a folder, in order, also through links to folders.

    A link that leads nowhere is a file; one back to a folder that it lies in is not followed, and a
    folder that may not be read is passed over.
    """
    here = folder.resolve()
    inner: list[Path] = []
    if here not in above:
        with contextlib.suppress(OSError):
            inner = sorted(folder.iterdir())
    for one in inner:
        if one.is_dir():
            yield from files_below(one, (*above, here))
        elif one.is_file() or one.is_symlink():
            yield one


def is_of_pictures(folder: Path) -> bool:
    """Return whether half or more of the files below a folder are pictures."""
    files = [path for path in files_below(folder) if path.name[0] != "."]
    return 0 < len(files) <= 2 * sum(path.suffix.lower() in PICTURES for path in files)


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder that no system hides, in order."""
    return sorted(
        one for one in folder.iterdir() if one.is_dir() and not one.name.startswith((".", "_"))
    )


def parts_among(siblings: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return which of some folders are parts: name -> "train", "val" or "test"; none of classes.

    Args:
        siblings: of each of the folders that lie side by side the names of those in it.
    """
    words = {name: _words_of(name) for name in siblings}
    found = {name: part for name in siblings if (part := part_of(name))}
    plain = {part for name, part in found.items() if len(words[name]) == 1}
    if len(found) == len(siblings) and all(len(words[name]) == 1 for name in siblings):
        return found
    if alike := _alike(found, words):  # train_images, test_images
        return alike
    tested = [name for name, part in found.items() if part != "train"]
    if tested and "train" not in found.values():  # rps, rps-test-set: what it is the test set of
        others = [name for name in siblings if name not in found]
        found |= {name: "train" for name in others if any(t.startswith(name) for t in tested)}
    # TEST and TEST_SIMPLE, both to test: the plainest name is the part, the other lies beside it.
    least = {
        part: min(len(words[name]) for name in found if found[name] == part)
        for part in {*found.values()}
    }
    found = {name: part for name, part in found.items() if len(words[name]) == least[part]}
    trained = {one for name, part in found.items() if part == "train" for one in siblings[name]}
    tested = [name for name, part in found.items() if part != "train"]
    agree = all(not siblings[name] or trained & {*siblings[name]} for name in tested)
    both = {"train", "test"} <= plain
    return found if tested and (both or (len(trained) > 1 and agree)) else {}


def _alike(found: Mapping[str, str], words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return folders whose names are the same but for the part, which is not the same of all."""
    rest: dict[tuple[str, ...], dict[str, str]] = {}
    for name, part in found.items():
        others = tuple(word for word in words[name] if word not in _PART_OF)
        rest.setdefault(others, {})[name] = part
    sets = [one for others, one in rest.items() if others and {"train"} < {*one.values()}]
    return sets[0] if len(sets) == 1 else {}


def part_of(name: str) -> str:
    """Return "train", "val" or "test" by the words in a name; "" if they say nothing, or two."""
    said = {_PART_OF[word] for word in _words_of(name) if word in _PART_OF}
    if said == {"train", "val"}:  # train_val
        return "train"
    return said.pop() if len(said) == 1 else ""


def _words_of(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def is_doubled(name: str, inner: Collection[str]) -> bool:
    """Return whether all in a part lies in one folder: seg_train/seg_train, val/images."""
    one = next(iter(inner), "").lower()
    return len(inner) == 1 and (one == name.lower() or one in _OF_FILES)


def class_folders(folder: Path) -> list[tuple[Path, str, str]]:
    """Return (folder, class, part) of a folder of class folders, or of one of parts with those."""
    inner = {one.name: _through(one) for one in folders_in(folder)}
    parts = parts_among({name: [one.name for one in below] for name, below in inner.items()})
    classes = {name: inner[name] for name in parts} if parts else {"train": folders_in(folder)}
    return [
        (one, composed(one.name), PARTS[parts.get(name, "train")])
        for name, ones in classes.items()
        for one in ones
    ]


def _through(folder: Path) -> list[Path]:
    """Return the folders in a folder that may be a part, or in the one that it holds again."""
    inner = folders_in(folder)
    while is_doubled(folder.name, [one.name for one in inner]):
        folder, inner = inner[0], folders_in(inner[0])
    return inner
