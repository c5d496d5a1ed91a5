"""Parquet files of pictures and their classes, as Hugging Face's data sets are published.

A column holds the picture files themselves, alone or as {bytes, path}; another one the class, whose
names stand beside the schema ("huggingface": ClassLabel).
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dpn.errors import DataError, ImageError
from dpn.files.folders import part_of
from dpn.language import Later, msg, t
from dpn.names import composed, is_class_name, listed, shown
from dpn.own.files import Bounds, File
from dpn.own.layouts.pictures import Progress, by_part
from dpn.own.layouts.rows import LABELS
from dpn.own.parts import Raw, Refused
from dpn.own.thumbs import Thumb, thumb_of

if TYPE_CHECKING:
    from pyarrow import DataType, Schema

#: Rows that are in memory at a time.
_ROWS = 200
#: Where several columns might be the class, in this order.
_LABELS = ("label", "labels", "fine_label", *sorted(LABELS - {"label", "labels"}))


def is_parquet(file: File) -> bool:
    """Return whether a file's name says that it is one."""
    return file.name.lower().endswith(".parquet")


def read_parquet(files: Sequence[File], bounds: Bounds, progress: Progress | None = None) -> Raw:
    """Read Parquet files: each is of the part that its name says (train-00000-of-00001).

    Raises:
        Refused: one is damaged or too large, or has no pictures and classes.
    """
    raw = Raw("pictures and classes in Parquet files", {})
    files = sorted(files, key=lambda file: file.path)
    tables = [_Table(file) for file in files]
    rows = sum(table.rows for table in tables)
    size = sum(table.bytes for table in tables)
    if rows > bounds.pictures or size > bounds.bytes:
        raise Refused(
            [
                t(
                    "{count:,} pictures of {size:,.0f} MB are more than the {most:,} of "
                    "{bytes:,.0f} MB that are accepted here. Bring fewer.",
                    count=rows,
                    size=size / 2**20,
                    most=bounds.pictures,
                    bytes=bounds.bytes / 2**20,
                )
            ]
        )
    thumbs: list[tuple[str, str, Thumb]] = []
    done = 0
    for table in tables:
        unnamed = 0
        for called, data, name in table.pictures():
            done += 1
            if progress and done % 100 == 0:
                progress(done, rows)
            if name is None:
                unnamed += 1
                continue
            try:
                thumbs.append((table.part, name, thumb_of(data, called)))
            except ImageError as error:
                said = str(error)
                raw.left_out.append(said if said.startswith(called) else f"{called}: {said}")
        if unnamed:
            words = msg("{name}: left out, without a class: {count:,} of its rows.")
            raw.left_out.append(Later(words, name=table.called, count=unnamed))
    names = [table.names for table in tables]
    if names[0] and names.count(names[0]) == len(names):
        raw.class_names = names[0]
    return by_part(thumbs, raw)


class _Table:
    """One file: which of its columns is what."""

    def __init__(self, file: File) -> None:
        from pyarrow import parquet  # 0.1 s, which pictures in folders do not wait for

        self.called = file.called
        words = file.name.split("-")[0], *file.path[-2::-1]
        self.part = next(filter(None, map(part_of, words)), "")
        with self._told():
            opened = file.opened()
            if isinstance(opened, zipfile.ZipExtFile):  # each step back would unpack it once more
                opened = io.BytesIO(opened.read())
            self._file = parquet.ParquetFile(opened)
            about = self._file.metadata
            self.rows = about.num_rows
            groups = range(about.num_row_groups)
            self.bytes = sum(about.row_group(group).total_byte_size for group in groups)
            schema = self._file.schema_arrow
        self._picture, self._label = self._columns(schema)
        self.names = _names_in(schema.metadata, self._label)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except MemoryError:
            raise DataError(f"{self.called} needs more memory than is free.") from None
        except Exception as error:  # on damaged input the reader raises a dozen types
            why = shown(str(error) or type(error).__name__)
            raise DataError(f"{self.called} is damaged or cut short ({why}).") from error

    def _columns(self, schema: Schema) -> tuple[str, str]:
        """Return the columns of the pictures and of the classes.

        Raises:
            DataError: they are not there.
        """
        pictures = [field.name for field in schema if _is_of_files(field.type)]
        lower = {field.name.lower(): field.name for field in schema}
        label = next((lower[name] for name in _LABELS if name in lower), None)
        if not pictures or label is None:
            raise DataError(
                t(
                    "{name} has the columns {columns}. Accepted is a Parquet file with a column of "
                    "picture files (bytes) and one called label; save a table of texts or numbers "
                    "as CSV (UTF-8).",
                    name=self.called,
                    columns=listed(schema.names),
                )
            )
        return pictures[0], label

    def pictures(self) -> Iterator[tuple[str, bytes, str | None]]:
        """Yield what a picture is called, its file, and its class, None where there is none."""
        row = 0
        with self._told():
            for batch in self._file.iter_batches(_ROWS, columns=[self._picture, self._label]):
                files = batch.column(batch.schema.get_field_index(self._picture)).to_pylist()
                labels = batch.column(batch.schema.get_field_index(self._label)).to_pylist()
                for file, label in zip(files, labels, strict=True):
                    row += 1
                    data = file.get("bytes") if isinstance(file, dict) else file
                    yield f"{self.called}:{row}", data or b"", self._named(label)

    def _named(self, label: object) -> str | None:
        if isinstance(label, int) and self.names:
            return self.names[label] if 0 <= label < len(self.names) else None
        name = "" if label is None else composed(str(label)).strip()
        return name if is_class_name(name) and name != "-1" else None


def _is_of_files(kind: DataType) -> bool:
    """Return whether a column holds bytes: alone, or as a field that is called so."""
    from pyarrow import types

    if types.is_struct(kind):
        at = kind.get_field_index("bytes")
        return at >= 0 and _is_of_files(kind.field(at).type)
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _names_in(about: dict[bytes, bytes] | None, label: str) -> tuple[str, ...] | None:
    """Return the names of the classes that stand beside a schema; None where there are none."""
    try:
        names = json.loads((about or {})[b"huggingface"])["info"]["features"][label]["names"]
        names = tuple(map(composed, names))
    except (KeyError, ValueError, TypeError, RecursionError):
        return None
    is_fit = 1 < len(names) == len({*names}) and all(map(is_class_name, names))
    return names if is_fit else None
