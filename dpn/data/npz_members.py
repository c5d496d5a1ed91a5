"""The arrays in an npz, read without trusting the file: no pickle, no more than is declared."""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.files.archives import open_zip

_CHUNK_BYTES = 2**20


@dataclass(frozen=True)
class Header:
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


@contextmanager
def open_archive(path: Path | IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        with open_zip(path) as archive:
            yield archive
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); check its name") from None
    except MemoryError:
        raise DataError(f"{path} needs more memory than is free; use fewer images") from None
    except Exception as error:  # on damaged input zip, zlib and npy raise a dozen types
        hint = "write it again with numpy.savez_compressed"
        raise DataError(f"{path} is damaged or not an .npz file ({error}); {hint}") from error


def peek(archive: zipfile.ZipFile, name: str) -> Header:
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{name} is not stored as numpy does; use numpy.savez_compressed")
    with archive.open(info) as member:
        return read_header(member, info.file_size, name)


def read_header(member: IO[bytes], size: int, name: str) -> Header:
    """Read what an npy of ``size`` bytes says of itself, and leave the file where its data begin.

    Raises:
        DataError: it holds Python objects, or not as many bytes as it says.
    """
    header = _header(member)
    if header.dtype.hasobject:
        kind = "strings" if name == "class_names" else "numbers"
        if re.match(r"y\b|y_|.*(label|target)", name, re.IGNORECASE):
            kind = f"numbers, or words as {name} = {name}.astype(str)"
        raise DataError(f"{name} holds Python objects, which are never loaded; save {kind}")
    if (data_bytes := size - member.tell()) != header.bytes:
        wanted = f"{header.dtype} of shape {header.shape} ({header.bytes} bytes)"
        raise DataError(f"{name} should be {wanted}, but {data_bytes} bytes are stored; save again")
    return header


def _header(member: IO[bytes]) -> Header:
    # Version 3 is for arrays with named columns, which no field may have.
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    return Header(*readers[npy.read_magic(member)](member))


def read_rows(archive: zipfile.ZipFile, name: str, rows: NDArray[np.int64]) -> NDArray[Any]:
    """Return a few rows of an array, in the order of ``rows``; what follows them is not unpacked.

    The checksum, which is that of the whole, is not compared.
    """
    with archive.open(f"{name}.npy") as member:
        header = _header(member)
        if header.fortran:  # its rows lie scattered
            return read_member(archive, name)[rows]
        start, shape = member.tell(), header.shape[1:]
        size = math.prod(shape) * header.dtype.itemsize
        found = np.empty((len(rows), *shape), header.dtype)
        for place in np.argsort(rows):  # forwards: backwards it would unpack from the start again
            member.seek(start + int(rows[place]) * size)
            if len(data := member.read(size)) != size:
                raise EOFError(f"{name} is cut short")
            found[place] = np.frombuffer(data, header.dtype).reshape(shape)
    return found


def read_member(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as member:
        return read_values(member, _header(member), name)


def read_values(member: IO[bytes], header: Header, name: str) -> NDArray[Any]:
    """Read the array that follows its header.

    Raises:
        EOFError: it is cut short.
    """
    array = np.empty(header.shape, header.dtype, order="F" if header.fortran else "C")
    flat = array.reshape(-1, order="A").view(np.uint8)
    for start in range(0, len(flat), _CHUNK_BYTES):  # quicker than npy.read_array
        chunk = flat[start : start + _CHUNK_BYTES]
        if len(data := member.read(len(chunk))) != len(chunk):
            raise EOFError(f"{name} is cut short")
        chunk[:] = np.frombuffer(data, np.uint8)  # with the last, zipfile compares the checksum
    return array
