"""Download torchvision's data sets: fetched aside, checked, then moved into place in one step.

    <data_dir>/.mnist-x7k2.partial/   fetch each archive, compare its MD5, let torchvision unpack it
    <data_dir>/MNIST/                 one rename, so other readers see a whole data set or none

torchvision fetches with no time limit and a progress bar of its own. Here its classes say what to
fetch (mirrors, file names, checksums), this module fetches, and the classes then find the archives
in place and only verify and unpack them. So no global (socket timeout, stderr) is touched, and any
number of threads and processes may download at once; the first to finish wins.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from dpn.data.torchvision_sets import TORCHVISION_SETS, is_on_disk, torchvision_class
from dpn.errors import DataError
from dpn.names import tally

#: Called with (bytes done, bytes in all). What it raises ends the download and is passed on.
Progress = Callable[[int, int], None]

#: Seconds a server may stay silent: to connect, and between two pieces of a file.
TIMEOUT_SECONDS = 30.0

#: A live download writes at least every TIMEOUT_SECONDS; a folder silent this long is a dead one's.
STALE_SECONDS = 3600.0

_CHUNK_BYTES = 2**16


_LOCKS = {name: threading.Lock() for name in TORCHVISION_SETS}


class _MirrorError(Exception):
    """One address did not deliver; there may be another."""


def download(name: str, data_dir: Path, progress: Progress | None = None) -> None:
    """Put a data set into ``data_dir``, which is created if missing; at once if it is there.

    On any failure, Ctrl-C included, ``data_dir`` is left as it was. Of several threads that ask for
    the same set, one downloads and the others wait for it.

    Args:
        name: a name in ``TORCHVISION_SETS``.
        data_dir: the data folder.
        progress: called after every piece; starts again from less where a second mirror is tried.

    Raises:
        DataError: no server delivered the files, or ``data_dir`` cannot be written or holds an
            incomplete copy.
    """
    total = TORCHVISION_SETS[name].total_bytes

    def report(done: int) -> None:
        if progress is not None:
            progress(min(done, total), total)

    while not _LOCKS[name].acquire(timeout=0.2):
        report(0)  # lets a caller that waits cancel
    try:
        if not is_on_disk(name, data_dir):
            with _staging(name, data_dir) as staging:
                _fetch_all(name, data_dir, staging, report)
                _move(name, data_dir, staging)
    finally:
        _LOCKS[name].release()
    report(total)


@contextmanager
def _staging(name: str, data_dir: Path) -> Iterator[Path]:
    # Inside the data folder, so that the move is a rename on one disk.
    try:
        created = [folder for folder in (data_dir, *data_dir.parents) if not folder.exists()]
        data_dir.mkdir(parents=True, exist_ok=True)
        _remove_stale(data_dir)
        staging = Path(tempfile.mkdtemp(prefix=f".{name}-", suffix=".partial", dir=data_dir))
    except OSError as error:
        raise DataError(
            f"{data_dir} cannot be written ({error.strerror}); "
            "set DPN_DATA_DIR to a folder that can"
        ) from error
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        for folder in created:
            with suppress(OSError):  # not empty: the download succeeded
                folder.rmdir()


def _remove_stale(data_dir: Path) -> None:
    # By silence and not by process id: the folder may be shared with another machine.
    for name in TORCHVISION_SETS:
        for folder in data_dir.glob(f".{name}-*.partial"):
            with suppress(OSError):  # another process removes it at this moment
                latest = max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
                if time.time() - latest > STALE_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)


def _fetch_all(name: str, data_dir: Path, staging: Path, report: Callable[[int], None]) -> None:
    dataset_class = torchvision_class(name)
    if name == "cifar10":
        archives = [([dataset_class.url], dataset_class.filename, dataset_class.tgz_md5)]
    else:
        raw = f"{dataset_class.__name__}/raw"
        archives = [
            ([f"{mirror}{file}" for mirror in dataset_class.mirrors], f"{raw}/{file}", md5)
            for file, md5 in dataset_class.resources
        ]
    before = 0
    for urls, file, md5 in archives:
        path = staging / file
        problems = []
        for url in urls:
            try:
                with closing(_fetch(url, path, md5)) as pieces:
                    for done in pieces:
                        report(before + done)
                break
            except _MirrorError as error:
                problems.append(f"{urlsplit(url).netloc}: {error}")
        else:
            raise DataError(
                f"{name} could not be downloaded ({'; '.join(problems)}). Check the network and "
                f"try again, or put the data into {data_dir} as {name}.npz."
            )
        before += path.stat().st_size
    try:
        dataset_class(staging, download=True)
    except Exception as error:  # bad archives and full disks raise many types
        raise DataError(
            f"{name} was downloaded but could not be unpacked ({error}); try again"
        ) from error


def _fetch(url: str, path: Path, md5: str) -> Generator[int, None, None]:
    """Yield the bytes done after each piece; a generator, so a caller's errors stay its own."""
    request = urllib.request.Request(url, headers={"User-Agent": "dpn-lab"})
    digest = hashlib.md5(usedforsecurity=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response,
            path.open("wb") as file,
        ):
            while chunk := response.read(_CHUNK_BYTES):
                file.write(chunk)
                digest.update(chunk)
                yield file.tell()
            if response.length:  # what is left of the announced length
                raise _MirrorError(f"connection lost, {tally(response.length, 'byte')} missing")
    except HTTPError as error:
        error.close()
        raise _MirrorError(f"{error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        raise _MirrorError(str(getattr(error, "reason", error))) from error
    if digest.hexdigest() != md5:
        raise _MirrorError(f"{path.name} has a wrong checksum")


def _move(name: str, data_dir: Path, staging: Path) -> None:
    folder = TORCHVISION_SETS[name].folder
    try:
        os.replace(staging / folder, data_dir / folder)
    except OSError as error:
        if not is_on_disk(name, data_dir):  # else another process was first, with the same files
            raise DataError(f"{data_dir / folder} cannot be written ({error.strerror})") from error
