"""Idx files, as MNIST and its relatives have them, packed with gzip or not.

Source of the layout: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits",
"File formats": two zeros, a type, the number of axes, their lengths and the values, all big-endian.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.language import Later, msg
from dpn.own.files import Bounds, File, names_of
from dpn.own.parts import Part, Raw, Refused

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_NAME = re.compile(r"(ubyte|idx\d-\w+)(\.gz)?$", re.I)
#: Words in the names of files -> part.
_WORDS = {"train": "train", "t10k": "test", "test": "test", "valid": "val", "val": "val"}
#: EMNIST's mapping has a line for each label: it, and the code of a letter or two.
_MAPPING = re.compile(r"mapping\.txt$", re.I)
_CHUNK = 2**22


def is_idx(file: File) -> bool:
    """Return whether a file's name says that it is one."""
    return bool(_NAME.search(file.name))


def is_mapping(file: File) -> bool:
    """Return whether a file says what EMNIST's labels stand for."""
    return bool(_MAPPING.search(file.name)) and file.size < 10_000


def read_idx(files: Sequence[File], mappings: Sequence[File], bounds: Bounds) -> Raw:
    """Read images and labels that belong together by their names.

    Raises:
        Refused: a file is damaged, alone, or of another set than the others.
    """
    problems: list[str] = []
    pairs: dict[tuple[str, str], dict[str, File]] = {}
    for file in files:
        lower = file.name.lower()
        kind = "labels" if "label" in lower else "images" if "image" in lower else ""
        part = next((part for word, part in _WORDS.items() if word in lower), "")
        if not kind:
            problems.append(f"{file.called}: its name says neither images nor labels; rename it.")
            continue
        beginning = re.split("|".join(_WORDS), lower)[0].strip("-_. ")
        pair = pairs.setdefault((beginning if part else "", part), {})
        if kind in pair and pair[kind].size == file.size and pair[kind].read() == file.read():
            continue  # the same file once more, under the other name that it has
        if kind in pair:
            problems.append(f"{file.called} and {pair[kind].called} are both the {part} {kind}.")
        pair[kind] = file
    sets = sorted({beginning for beginning, _ in pairs})
    if len(sets) > 1:
        which = ", ".join(name or "without a name" for name in sets[:8])
        problems.append(f"Several sets lie here ({which}). Bring the files of one at a time.")
        raise Refused(problems)
    raw = Raw("idx files, as MNIST has them", {})
    left = bounds.bytes
    for (_, part), pair in pairs.items():
        if len(pair) < 2:
            (kind, there), *_ = pair.items()
            other = "labels" if kind == "images" else "images"
            problems.append(f"{there.called} has no {other} beside it; bring both files.")
            continue
        try:
            arrays = {kind: _read(pair[kind], left) for kind in ("images", "labels")}
        except DataError as error:
            problems.append(str(error))
            continue
        left -= sum(array.nbytes for array in arrays.values())
        labels = arrays["labels"]
        if labels.ndim == 2 and labels.shape[1] == 8 and "qmnist" in pair["labels"].name.lower():
            labels = labels[:, 0]
            raw.notes.append(Later(msg("Of QMNIST's eight columns the first is the class.")))
        called = pair["images"].called, pair["labels"].called
        raw.parts[part] = Part(arrays["images"], labels, called)
    if any("emnist" in file.name.lower() for file in files):
        raw.transposed = True
        if not mappings:
            raw.notes.append(
                Later(
                    msg(
                        "For letters in place of numbers bring EMNIST's mapping, too "
                        "(…-mapping.txt)."
                    )
                )
            )
    for mapping in mappings[:1]:
        name_classes(raw, mapping, problems)
    if problems:
        raise Refused(problems)
    return raw


def _read(file: File, most: int) -> NDArray[Any]:
    """Return the array in an idx file of at most ``most`` bytes.

    Raises:
        DataError: it is none, damaged, cut short, or too large.
    """
    with file.open(unzip=True) as inside:
        head = inside.read(4)
        kind = _TYPES.get(head[2]) if len(head) == 4 and head[:2] == b"\0\0" else None
        if kind is None or not 1 <= head[3] <= 4:
            raise DataError("it is no idx file; take the file as it was published.")
        shape = tuple(np.frombuffer(inside.read(4 * head[3]), ">u4").tolist())
        if len(shape) != head[3]:
            raise EOFError("its header ends early")
        dtype = np.dtype(kind)
        size = math.prod(shape) * dtype.itemsize
        if size > most:
            raise DataError(
                f"it says it holds {size / 2**20:,.0f} MB; at most {most / 2**20:,.0f} MB are "
                "accepted here."
            )
        data = bytearray()
        while len(data) < size and (chunk := inside.read(min(_CHUNK, size - len(data)))):
            data += chunk  # no more memory is taken than the file has bytes
        if len(data) < size or inside.read(1):
            raise DataError(
                f"it says it holds {size:,} bytes, and there are "
                f"{'fewer' if len(data) < size else 'more'}. Take it once more from its source."
            )
    array = np.frombuffer(data, dtype).reshape(shape)
    return array.astype(dtype.newbyteorder("="), copy=False)


def name_classes(raw: Raw, file: File, problems: list[str]) -> None:
    """Replace labels by the letters that EMNIST's mapping gives them."""
    try:
        rows = [[int(word) for word in line.split()] for line in file.read().split(b"\n") if line]
        names = {row[0]: "".join(map(chr, row[1:])) for row in rows}
    except (ValueError, OverflowError, IndexError, DataError):
        problems.append(f"{file.called} is not a list of labels and letters; leave it out.")
        return
    for part, found in raw.parts.items():
        labels = found.labels.ravel()
        if found.labels.size != len(labels) or not set(np.unique(labels).tolist()) <= set(names):
            return
        words = np.array([names[int(label)] for label in labels.tolist()])
        raw.parts[part] = Part(found.images, words, found.called)
    raw.notes.append(Later(msg("The classes are named as {file} says."), file=names_of([file])))
