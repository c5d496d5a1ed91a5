"""Zip archives that strangers made: opened only if their directory is of a sensible size, and their
members unpacked only as far as was allowed.
"""  # noqa: D205

from __future__ import annotations

import contextlib
import os
import re
import stat
import zipfile
from pathlib import Path
from typing import IO

from dpn.errors import DataError
from dpn.files.folders import is_about
from dpn.names import shown

#: Bytes of the directory at the end of an archive: it is read whole, at some 600 bytes of memory
#: and 7 microseconds for each 46 bytes of it.
MAX_DIRECTORY = 2 * 2**20
#: The end of an archive is a record of 22 bytes and a comment. Source: APPNOTE.TXT, section 4.3.16.
_END, _COMMENT = 22, 65_535
#: Bytes that an archive of texts, series or lists may unpack to.
MAX_UNPACKED = 2**29
#: Folders around a file that is unpacked.
DEEPEST = 50
#: How names begin that systems hide; "..", which would lead out of the folder, is one.
_HIDDEN = (".", "__MACOSX")


def open_zip(file: Path | IO[bytes]) -> zipfile.ZipFile:
    """Return the archive, to be closed by the caller; nothing of its members is read.

    Raises:
        DataError: it is a pipe, or holds too many members.
        OSError, zipfile.BadZipFile, ValueError: it cannot be read, or is damaged.
    """
    if isinstance(file, Path):
        if stat.S_ISFIFO(os.stat(file).st_mode):  # opening it would wait for ever
            raise DataError("it is a pipe; put the archive itself there")
        with open(file, "rb") as opened:
            _check_directory(opened)
    else:
        _check_directory(file)
    return zipfile.ZipFile(file)


def name_of(info: zipfile.ZipInfo) -> str:
    """Return a member's path as text; a Mac writes UTF-8 and does not say so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name


def check_member(info: zipfile.ZipInfo, most: int) -> None:
    """Refuse a member by what the directory says of it; ``most`` is how many bytes it may take.

    Raises:
        DataError: it is too large, locked, or packed in an unusual way.
    """
    if info.file_size > most:
        raise DataError(
            f"it takes {info.file_size / 2**20:.0f} MB, at most {most / 2**20:.0f} MB are accepted."
        )
    if info.flag_bits & 1:
        raise DataError("it is locked with a password.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError("it is packed in an unusual way. Use plain zip.")


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Return a member's bytes, at most ``most``.

    Raises:
        DataError: as ``check_member``, or it is damaged.
    """
    check_member(info, most)
    try:
        with archive.open(info) as member:
            return member.read(most)
    except Exception as error:  # on damaged input zipfile and zlib raise a dozen types
        raise DataError(f"it is damaged ({shown(str(error), 'unreadable')}).") from error


def _check_directory(file: IO[bytes]) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(-min(size, 20 + _END + _COMMENT), os.SEEK_END)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END:
        raise zipfile.BadZipFile("File is not a zip file")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    # A locator of the 64-bit record would put another size in place of this one.
    if directory > MAX_DIRECTORY or tail[:at][-20:].startswith(b"PK\x06\x07"):
        raise DataError("it holds too many members; pack fewer files")


def unpack(path: Path, folder: Path, most: int = MAX_UNPACKED) -> Path:
    """Unpack an archive into a folder; return that, or the one file or folder in it.

    What systems hide is passed over, and so is what only tells of the rest, such as a README.

    Raises:
        DataError: it is damaged, locked, empty, or unpacks to too much.
    """
    name = shown(path.name)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with open_zip(path) as archive:
            if (total := sum(info.file_size for info in archive.infolist())) > most:
                raise DataError(
                    f"all in it takes {total / 2**20:,.0f} MB, at most {most / 2**20:,.0f} MB are "
                    "accepted."
                )
            for info in archive.infolist():
                parts = [one for one in re.split(r"[/\\]", name_of(info)) if one not in ("", ".")]
                if info.is_dir() or not parts or any(one.startswith(_HIDDEN) for one in parts):
                    continue
                if is_about(parts[-1]):
                    continue
                if len(parts) > DEEPEST:
                    raise DataError(f"a file lies more than {DEEPEST} folders deep in it.")
                target = folder.joinpath(*(re.sub(r"[\0:]", "-", one)[-100:] for one in parts))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(unpacked(archive, info, most))
    except DataError as error:
        raise DataError(f"{name}: {error}") from error
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        why = shown(str(error), "unreadable")
        raise DataError(f"{name} is damaged ({why}); pack it again.") from error
    while len(inside := [*folder.iterdir()]) == 1 and inside[0].is_dir():
        folder = inside[0]
    if not inside:
        raise DataError(f"{name} is empty; pack the files into it and bring it again.")
    return inside[0] if len(inside) == 1 else folder
