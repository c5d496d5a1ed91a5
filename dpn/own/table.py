"""A CSV of pixels with a column of labels, such as Kaggle's "Digit Recognizer"."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from dpn.errors import DataError
from dpn.own.files import Bounds, File
from dpn.own.parts import Raw, Refused
from dpn.own.rows import Table

_PARTS = {"test": "test", "valid": "val", "val": "val", "train": "train"}


def read_tables(files: Sequence[File], bounds: Bounds) -> Raw:
    """Read CSV files: each is a part by its name, and those without labels are left out.

    Raises:
        Refused: no file has pixels and labels, or rows are not numbers; with the lines.
    """
    raw, problems = Raw("a table of pixels (CSV)", {}), list[str]()
    left = bounds.bytes
    for file in files:
        part = next((p for word, p in _PARTS.items() if word in file.name.lower()), "")
        try:
            with file.open(unzip=True) as binary:
                text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
                table = Table(text, file, raw)
                found = table.read(left)
        except DataError as error:
            problems.append(str(error))
            continue
        if found is None:
            continue
        if part in raw.parts:
            problems.append(f"{file.called}: another file is the same part; bring one of them.")
            continue
        left -= found.images.nbytes if isinstance(found.images, np.ndarray) else 0
        raw.parts[part] = found
    if problems or not raw.parts:
        raise Refused([*problems, *raw.left_out])
    if len(raw.parts) == 1:
        raw.parts = {"": next(iter(raw.parts.values()))}  # a file called train.csv is all there is
    raw.transposed = any("emnist" in file.name.lower() for file in files)
    return raw
