"""A data set of one's own as a file in the data folder: whose it is, and how much that may be.

NAME.npz     the set, as ``dpn.data.npz`` reads it
NAME.owner   a hash of who brought it, or HERE, and the ending of the file that is theirs; only its
             owner may remove it, and nothing else of that name
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from dpn.data.known import check_name
from dpn.errors import DataError
from dpn.keeping import ENDINGS, KNOWN, put_new
from dpn.own.making import OwnSet

_OWNER = ".owner"
#: The owner of what was kept on one's own machine.
HERE = "here"
_TAKEN = "there is a data set {name!r} already; choose another name"


def check_free(name: str, data_dir: Path) -> None:
    """Refuse a name that cannot be given to a new set.

    Raises:
        DataError: it is no name, one of the known sets', or taken.
    """
    check_name(name)
    if len(name) > 100:
        raise DataError(f"a name has at most 100 characters, got {len(name)}; choose a shorter one")
    if name in KNOWN or any(os.path.lexists(data_dir / f"{name}{one}") for one in ENDINGS):
        raise DataError(_TAKEN.format(name=name))


def keep(
    data: OwnSet | Path, name: str, data_dir: Path, owner: str | None = None, quota: float = 0
) -> Path:
    """Write a set into the data folder under a new name, and return its path.

    Args:
        data: the set, or the file of one.
        name: its name there.
        data_dir: the folder, made where it is missing.
        owner: a hash of who brings it, or HERE; None for the server's own.
        quota: bytes that an owner may keep in all; 0 for no limit.

    Raises:
        DataError: the name is taken, the quota is spent, or the folder cannot be written; nothing
            is left behind.
    """
    check_free(name, data_dir)
    content = data.read_bytes() if isinstance(data, Path) else data.to_npz(compress=True)
    before = kept_bytes(data_dir, owner)
    if owner and quota and before + len(content) > quota:
        raise DataError(
            f"{name} takes {len(content) / 1e6:.1f} MB, and of the {quota / 1e6:,.0f} MB that you "
            f"may keep on this server {before / 1e6:.1f} MB are used. Remove a set first."
        )
    path = data_dir / f"{name}.npz"
    try:
        if not put_new(content, path):  # it came meanwhile
            raise DataError(_TAKEN.format(name=name))
        if owner:
            try:
                _mark(name, data_dir, owner, ".npz")
            except OSError:
                path.unlink()
                raise
    except OSError as error:
        raise DataError(
            f"{data_dir} cannot be written ({error.strerror}); set DPN_DATA_DIR to another folder"
        ) from error
    return path


def mark_as_mine(name: str, data_dir: Path, ending: str) -> None:
    """Note that a set of any world was kept on one's own machine: it can be removed there."""
    with contextlib.suppress(OSError):
        _mark(name, data_dir, HERE, ending)


def _mark(name: str, data_dir: Path, owner: str, ending: str) -> None:
    (data_dir / f"{name}{_OWNER}").write_text(f"{owner}\n{ending}", encoding="ascii")


def owner_of(name: str, data_dir: Path) -> str | None:
    """Return who keeps a set; None for the server's own."""
    with contextlib.suppress(OSError, UnicodeError):
        return (data_dir / f"{name}{_OWNER}").read_text(encoding="ascii").partition("\n")[0][:64]
    return None


def kept_bytes(data_dir: Path, owner: str | None) -> int:
    """Return how many bytes an owner keeps."""
    total = 0
    for file in data_dir.glob(f"*{_OWNER}") if owner else ():
        if owner_of(file.stem, data_dir) == owner:
            with contextlib.suppress(OSError):
                total += file.with_suffix(".npz").stat().st_size
    return total


def remove(name: str, data_dir: Path) -> None:
    """Delete a kept set, of whatever world: the file that its owner's mark belongs to.

    Raises:
        DataError: it cannot be deleted.
    """
    check_name(name)
    try:
        mark = data_dir / f"{name}{_OWNER}"
        owner, _, said = mark.read_text(encoding="ascii").partition("\n")
        # Marks of before have no ending: visitors kept pictures, and HERE the first that is there.
        endings = (said,) if said in ENDINGS else ENDINGS if owner == HERE else (".npz",)
        for file in (data_dir / f"{name}{ending}" for ending in endings):
            if os.path.lexists(file):
                file.unlink()
                break
        mark.unlink()
    except OSError as error:
        raise DataError(f"{name} cannot be removed ({error.strerror})") from error
