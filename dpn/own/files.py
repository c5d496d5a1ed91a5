"""Files that somebody brings: uploads, a file or folder on disk, and what is in archives."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dpn.errors import DataError
from dpn.files.archives import check_member, name_of, open_zip
from dpn.files.folders import files_below
from dpn.keeping import test_part_beside
from dpn.names import listed, shown
from dpn.pictures.folders import parts_of

#: Files in a folder on disk that are looked at.
MOST_FILES = 200_000
_NPZ = ".npz"
#: Endings of tables.
TABLES = (".csv", ".csv.gz", ".tsv")


@dataclass(frozen=True)
class Bounds:
    """How much of it is read: files, and bytes of all of them unpacked; and whether Parquet is.

    What Parquet unpacks to is known only when it is unpacked.
    """

    pictures: int
    bytes: int
    parquet: bool = True


#: Of what is sent over the page, by oneself and by others, and of what lies on one's own disk.
PAGE, VISITORS = Bounds(10_000, 2**29), Bounds(10_000, 2**29, parquet=False)
DISK = Bounds(MOST_FILES, 2**32)


@dataclass(frozen=True)
class File:
    """One file: its path below what was brought, its bytes, and how to open it.

    ``size`` is what the archive or the disk says; for a ``.gz`` it is the packed size.
    """

    path: tuple[str, ...]
    size: int
    opened: Callable[[], IO[bytes]]

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path[-1] if self.path else ""

    @property
    def called(self) -> str:
        """Its path for a sentence."""
        return shown("/".join(self.path))

    def read(self, most: int | None = None) -> bytes:
        """Return its bytes, or the first ``most``.

        Raises:
            DataError: it is damaged, or cannot be read.
        """
        with self.open() as file:
            return file.read() if most is None else file.read(most)

    @contextlib.contextmanager
    def open(self, *, unzip: bool = False) -> Iterator[IO[bytes]]:
        """Open it; with ``unzip`` what a ``.gz`` holds.

        Raises:
            DataError: it is damaged, or cannot be read.
        """
        try:
            with self.opened() as file:
                if unzip and self.name.lower().endswith(".gz"):
                    with gzip.open(file) as inside:
                        yield inside  # type: ignore[misc]
                else:
                    yield file
        except DataError as error:
            said = str(error)
            raise DataError(said if self.called in said else f"{self.called}: {said}") from error
        except UnicodeDecodeError as error:
            raise DataError(f"{self.called} is no text in UTF-8; save it as such.") from error
        except MemoryError:
            raise DataError(f"{self.called} needs more memory than is free.") from None
        except Exception as error:  # zipfile, zlib, gzip and readers of headers raise a dozen types
            why = shown(str(error) or type(error).__name__)
            raise DataError(f"{self.called} is damaged or cut short ({why}).") from error


def upload(name: str, data: bytes) -> File:
    """Return an uploaded file, under the name that the browser gave it."""
    path = parts_of(name) or ("the file",)
    return File(path[-1:], len(data), lambda: io.BytesIO(data))


def on_disk(path: Path) -> list[File]:
    """Return a file, or all files below a folder, in order.

    With a table "…train…" comes the table that is called the same but for "test".

    Raises:
        DataError: there is nothing there, or far too much.
    """
    if not path.exists():
        raise DataError(f"{path} is not there; check the path")
    if path.is_file():
        beside = test_part_beside(path) if path.name.lower().endswith(TABLES) else None
        return [_disk_file(one, (one.name,)) for one in (path, beside) if one is not None]
    if not path.is_dir():
        raise DataError(f"{path} is neither a file nor a folder")
    found = []
    for file in files_below(path):
        found.append(_disk_file(file, file.relative_to(path).parts))
        if len(found) > MOST_FILES:
            raise DataError(f"{path} holds more than {MOST_FILES:,} files; bring fewer")
    return sorted(found, key=lambda file: file.path)


def _disk_file(path: Path, parts: tuple[str, ...]) -> File:
    size = path.stat().st_size if path.exists() else 0  # a link that leads nowhere
    return File(parts, size, lambda: open(path, "rb"))


@contextlib.contextmanager
def unpacked(files: Sequence[File], bounds: Bounds) -> Iterator[list[File]]:
    """Yield the files, each zip replaced by what is in it; an npz, which is one, stays as it is.

    An archive in an archive is not opened. Nothing is unpacked to disk.

    Raises:
        DataError: an archive is damaged, or unpacks to too much.
    """
    with contextlib.ExitStack() as stack:
        found: list[File] = []
        for file in files:
            found += stack.enter_context(members(file)) if _is_zip(file) else [file]
        total = sum(file.size for file in found)
        if total > bounds.bytes:
            raise DataError(
                f"It unpacks to {total / 2**20:,.0f} MB; at most {bounds.bytes / 2**20:,.0f} MB "
                "are accepted here. Bring fewer or smaller files."
            )
        yield found


def _is_zip(file: File) -> bool:
    ending = file.name.lower()
    if len(file.path) > 1 or ending.endswith(_NPZ):
        return False
    return ending.endswith(".zip") or (file.size > 4 and file.read(4) == b"PK\x03\x04")


@contextlib.contextmanager
def members(file: File) -> Iterator[list[File]]:
    """Yield what is in a zip or npz, which can be read until the context ends.

    Raises:
        DataError: it is damaged, locked or empty, or holds too many members.
    """
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(file.opened())
            if isinstance(opened, zipfile.ZipExtFile):  # each step back would unpack it once more
                opened = io.BytesIO(opened.read())
            archive = stack.enter_context(open_zip(opened))
            infos = [info for info in archive.infolist() if not info.is_dir()]
        except DataError as error:
            raise DataError(f"{file.called}: {error}") from error
        except Exception as error:  # on damaged input zipfile raises a dozen types
            why = shown(str(error), "unreadable")
            raise DataError(f"{file.called} is damaged ({why}); pack it again.") from error
        if not infos:
            raise DataError(f"{file.called} is empty; pack the files into it and bring it again.")
        yield [
            File(parts_of(name_of(info)) or ("?",), info.file_size, _opener(archive, info))
            for info in infos
        ]


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        check_member(info, DISK.bytes)
        return archive.open(info)

    return opened


def names_of(files: Sequence[File]) -> str:
    """Return the names of files for a sentence."""
    return listed(["/".join(file.path) for file in files], 5)
