"""Data sets that are there for a visit only: files of a visitor, removed when the visit is over.

A training has a process of its own, which reads its data from a file. So each visitor has a private
folder, which no other visitor is ever shown anything of. All of a server's lie in one temporary
folder, which says whose it is: the server removes it at its end, or the next one if it was killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import tempfile
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from dpn.data.known import check_name, visit_name
from dpn.errors import DataError
from dpn.names import tally
from dpn.own.making import OwnSet
from dpn.runs.processes import is_alive, is_elsewhere, this_process

#: Seconds after the last sign of a visitor, whose windows are closed, until the sets are removed.
SECONDS = 3600.0
#: Sets of a visitor, and bytes of one visitor and of all.
MOST_SETS, MOST_BYTES, MOST_IN_ALL = 12, 2**29, 2**32
#: How a server's folder is called, and the file in it that says which process it belongs to.
PREFIX, OWNER = "dpn-own-", "server.json"


class _Visit:
    """One visitor's folder, which is removed with this object."""

    def __init__(self, parent: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=parent))
        self.seen = time.monotonic()
        self.sessions: set[str] = set()
        self.balanced: set[str] = set()
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def sizes(self) -> list[int]:
        sizes = []
        for file in self.folder.glob("*.npz"):
            with contextlib.suppress(OSError):
                sizes.append(file.stat().st_size)
        return sizes


def _server_folder() -> Path:
    """Return a new folder that is marked as this process's."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / OWNER).write_text(json.dumps(this_process()))
    return folder


def remove_left_behind() -> None:
    """Remove the folders of servers of this user, on this machine, that were killed.

    What is not marked as a server's is left alone, and so is what cannot be removed.
    """
    user = getattr(os, "getuid", int)()  # where users have no numbers, all files are user 0's
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError, TypeError):
            if folder.lstat().st_uid != user:
                continue
            process = dict(json.loads((folder / OWNER).read_text()))
            if not is_elsewhere(process) and not is_alive(process):
                shutil.rmtree(folder, ignore_errors=True)


class Visits:
    """The sets of all visitors; every method may be called from any thread.

    Args:
        is_open: whether a session still has a window.
    """

    def __init__(self, is_open: Callable[[str], bool]) -> None:
        self._is_open = is_open
        self._lock = threading.Lock()
        self._visits: OrderedDict[str, _Visit] = OrderedDict()
        self._parent: Path | None = None
        self._is_over = False

    def folder(self, visitor: str, session: str) -> Path | None:
        """Return a visitor's folder, None where there is none; the visitor is here now."""
        with self._lock:
            self._forget()
            visit = self._visits.get(visitor)
            if visit is None:
                return None
            self._touch(visitor, visit, session)
            return visit.folder

    def add(
        self, visitor: str, session: str, own: OwnSet, name: str, *, balanced: bool = False
    ) -> str:
        """Hold a set for a visitor, and return its name, which no other set has.

        Raises:
            DataError: the name is none, or there are too many, or too large ones.
        """
        check_name(name)
        content = own.to_npz(compress=False)
        with self._lock:
            self._forget()
            visit = self._visits.get(visitor)
            mine = visit.sizes() if visit else []
            everyone = sum(sum(other.sizes()) for other in self._visits.values())
            if len(mine) >= MOST_SETS or sum(mine) + len(content) > MOST_BYTES:
                raise DataError(
                    f"You have brought {tally(len(mine), 'data set')} of "
                    f"{sum(mine) / 1e6:.0f} MB; at most {MOST_SETS} of {MOST_BYTES / 1e6:.0f} "
                    "MB are held. Remove one first."
                )
            if everyone + len(content) > MOST_IN_ALL:
                raise DataError("This server holds too many data sets now. Try again in an hour.")
            if self._is_over:
                raise DataError("It cannot be held: the server is about to end.")
            full = visit_name(name[:60].strip(), secrets.token_hex(3))
            try:
                visit = self._visit_of(visitor, session)
                try:
                    (visit.folder / f"{full}.npz").write_bytes(content)
                except OSError:
                    (visit.folder / f"{full}.npz").unlink(missing_ok=True)
                    raise
            except OSError as error:
                raise DataError(f"It cannot be held ({error.strerror}).") from error
            if balanced:
                visit.balanced.add(full)
            return full

    def balance(self, visitor: str, session: str, name: str) -> None:
        """Note that a visitor wants each class of a set, held or kept, equally often."""
        with self._lock, contextlib.suppress(OSError):  # it only says how a switch stands at first
            if not self._is_over:
                self._visit_of(visitor, session).balanced.add(name)

    def is_balanced(self, visitor: str, name: str) -> bool:
        """Return whether the visitor wants each class of a set to be shown equally often."""
        visit = self._visits.get(visitor)
        return visit is not None and name in visit.balanced

    def remove(self, visitor: str, name: str) -> None:
        """Remove a set of a visitor, if it is there."""
        check_name(name)
        visit = self._visits.get(visitor)
        if visit is not None:
            (visit.folder / f"{name}.npz").unlink(missing_ok=True)

    def close(self) -> None:
        """Remove all sets of all visitors; from now on none are held."""
        with self._lock:
            self._is_over = True
            self._visits.clear()
            if self._parent is not None:
                shutil.rmtree(self._parent, ignore_errors=True)

    def _visit_of(self, visitor: str, session: str) -> _Visit:
        """Return the visit of who is here now; a new one where there is none.

        Raises:
            OSError: it cannot have a folder.
        """
        visit = self._visits.get(visitor)
        if visit is None or not visit.folder.is_dir():
            self._visits[visitor] = visit = _Visit(self._home())
        self._touch(visitor, visit, session)
        return visit

    def _home(self) -> Path:
        # Systems tidy their temporary folders up: what nobody touched for days is gone.
        if self._parent is None or not self._parent.is_dir():
            self._parent = _server_folder()
            weakref.finalize(self, shutil.rmtree, self._parent, ignore_errors=True)
        return self._parent

    def _touch(self, visitor: str, visit: _Visit, session: str) -> None:
        visit.seen = time.monotonic()
        visit.sessions.add(session)
        self._visits.move_to_end(visitor)

    def _forget(self) -> None:
        """Drop those who are gone: their folders go with them."""
        for visitor, visit in list(self._visits.items()):
            if time.monotonic() - visit.seen < SECONDS:
                return  # those after it were seen later
            visit.sessions = {session for session in visit.sessions if self._is_open(session)}
            if not visit.sessions:
                del self._visits[visitor]
