"""Files of a run: written so that nobody ever reads half of one, and read with a sentence for
whatever is wrong with them.
"""  # noqa: D205

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from dpn.errors import RunError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

T = TypeVar("T")

#: Bytes of a JSON file: room for the table of 2,000 classes, which was kept whole before. As
#: Python's own objects it can take twenty times as much.
MAX_JSON = 48 * 2**20
#: Files that are kept as they were read, how large each may be, and seconds it must be old.
MAX_KEPT, MAX_KEPT_BYTES, MOMENT = 512, 2**18, 1.0

_kept: dict[tuple[Callable[[Path], Any], str], tuple[tuple[int, int, int], Any]] = {}


def write_bytes(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Replace ``path`` by ``data`` in one step: a reader sees the old bytes or the new ones.

    With ``sync`` this holds even when the machine loses power.

    Raises:
        OSError: the disk is full or the folder cannot be written; ``path`` is as it was.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with open(partial, "wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def remove_partials(folder: Path) -> None:
    """Remove what ``write_bytes`` left in a folder when its process was killed in the middle."""
    for partial in folder.glob(".*.partial"):
        with contextlib.suppress(OSError):  # it only takes room
            partial.unlink()


def write_json(path: Path, value: Any) -> None:
    """Replace ``path`` by ``value`` as JSON, in one step."""
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def append_json(path: Path, value: Any) -> None:
    """Add ``value`` as one line to ``path``; it is on its way to disk when this returns."""
    with open(path, "a+b") as file:
        # A crash can have left half a line, which must not swallow this one.
        if file.seek(0, os.SEEK_END) and (file.seek(-1, os.SEEK_END), file.read())[1] != b"\n":
            file.write(b"\n")
        file.write(json.dumps(value).encode() + b"\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of the run whose folder ``path`` is in.

    Raises:
        RunError: it is missing, or no JSON object.
    """
    run = path.parent.name
    try:
        if path.stat().st_size > MAX_JSON or not path.is_file():
            raise ValueError("too large, or no file")
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"Run {run!r} has no {path.name}, so it is not whole.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path.name} of run {run!r} cannot be read. Train again.") from error
    if not isinstance(value, dict):
        raise RunError(f"{path.name} of run {run!r} is damaged. Train again.")
    return value


def unchanged(path: Path, read: Callable[[Path], T]) -> T:
    """Return ``read(path)``, or what it returned before if the file has not changed since.

    A page asks each run a dozen times for the same few files. Nobody may change what is returned.
    Kept are small files that are older than a moment: a younger one may change once more without
    that its time, size or place tells.

    What ``read`` raises is not kept.
    """
    try:
        found = path.stat()
    except OSError:
        return read(path)
    key, now = (read, str(path)), (found.st_mtime_ns, found.st_size, found.st_ino)
    kept = _kept.get(key)
    if kept is not None and kept[0] == now:
        return cast("T", kept[1])
    value = read(path)
    if found.st_size <= MAX_KEPT_BYTES and abs(time.time() - found.st_mtime) > MOMENT:
        if len(_kept) >= MAX_KEPT:
            _kept.clear()
        _kept[key] = now, value
    return value


def write_tensors(path: Path, tensors: Mapping[str, Tensor], *, sync: bool = True) -> None:
    """Write tensors by name as safetensors, which keeps them row by row, whole or not at all.

    Raises:
        OSError: it cannot be written; what was there is unharmed.
    """
    from safetensors.torch import save

    plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_bytes(path, save(plain), sync=sync)


def read_tensors(path: Path, run: str) -> dict[str, Tensor]:
    """Read the tensors in a file of the run with this id.

    Raises:
        RunError: the file is missing or damaged.
    """
    from safetensors.torch import load

    try:
        return load(path.read_bytes())
    except FileNotFoundError as error:
        raise RunError(_missing(path, run)) from error
    except Exception as error:  # on damaged input safetensors and torch raise several types
        raise RunError(f"{path.name} of run {run!r} is damaged. Train again.") from error


def _missing(path: Path, run: str) -> str:
    """Say why a run has no such file of tensors."""
    with contextlib.suppress(RunError):
        if read_json(path.with_name("status.json")).get("state") == "finished":
            return (
                f"{path.name} of run {run!r} is gone: it was deleted, or not copied along. Put it "
                "back, or train again."
            )
    return (
        f"Run {run!r} has no {path.name} yet: it is still before its first checkpoint. Let it "
        "train on, or resume it."
    )


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Replace a file of arrays, in one step.

    Raises:
        OSError: it cannot be written.
    """
    from safetensors.numpy import save

    # safetensors 0.8.0 writes an array's memory as it lies, whatever its order (its issue 825).
    write_bytes(path, save({name: array.copy(order="C") for name, array in arrays.items()}))


def read_arrays(
    path: Path, most: int, make: Callable[[dict[str, NDArray[Any]]], T], lost: str
) -> T | None:
    """Return what is made of a file of arrays in a run's folder; None if there is none.

    Args:
        path: of the file.
        most: bytes that it may have.
        make: checks the arrays; a RunError of it says what is wrong with them.
        lost: what the run cannot do without it, and what to do: "it cannot … Delete the file.".

    Raises:
        RunError: it is damaged.
    """
    from safetensors.numpy import load

    try:
        if not path.exists():
            return None
        if path.stat().st_size > most:
            raise RunError("it is too large")
        return make(load(path.read_bytes()))
    except Exception as error:  # on damaged input safetensors raises several types
        why = str(error) if isinstance(error, RunError) else "it cannot be read"
        raise RunError(
            f"{path.name} of run {path.parent.name!r} is damaged ({why}), so {lost}"
        ) from error
