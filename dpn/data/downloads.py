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
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from dpn.data.npz import Arrays
from dpn.errors import DataError

#: Called with (bytes done, bytes in all). What it raises ends the download and is passed on.
Progress = Callable[[int, int], None]

#: Seconds a server may stay silent: to connect, and between two pieces of a file.
TIMEOUT_SECONDS = 30.0

#: A live download writes at least every TIMEOUT_SECONDS; a folder silent this long is a dead one's.
STALE_SECONDS = 3600.0

_CHUNK_BYTES = 2**16
_IDX = tuple(
    f"raw/{s}-{k}-ubyte" for s in ("train", "t10k") for k in ("images-idx3", "labels-idx1")
)
_CIFAR = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta")


@dataclass(frozen=True)
class TorchvisionSet:
    """A data set as torchvision lays it out on disk."""

    class_name: str  #: its class in ``torchvision.datasets``
    folder: str  #: what it puts into the data folder
    files: tuple[str, ...]  #: the files inside ``folder`` that it needs
    total_bytes: int  #: of all archives to fetch; exact, since checksums pin their content


TORCHVISION_SETS = {
    "mnist": TorchvisionSet("MNIST", "MNIST", _IDX, 11_594_722),
    "fashion_mnist": TorchvisionSet("FashionMNIST", "FashionMNIST", _IDX, 30_878_645),
    "kmnist": TorchvisionSet("KMNIST", "KMNIST", _IDX, 21_240_888),
    "cifar10": TorchvisionSet("CIFAR10", "cifar-10-batches-py", _CIFAR, 170_498_071),
}


_LOCKS = {name: threading.Lock() for name in TORCHVISION_SETS}


class _MirrorError(Exception):
    """One address did not deliver; there may be another."""


def torchvision_class(name: str) -> Any:
    """Return the class for a name in ``TORCHVISION_SETS``; the import takes a second or two."""
    import torchvision.datasets

    return getattr(torchvision.datasets, TORCHVISION_SETS[name].class_name)


def is_on_disk(name: str, data_dir: Path) -> bool:
    """Whether all files of a name in ``TORCHVISION_SETS`` are there. Their content is not read.

    Raises:
        DataError: the folder is there but a file in it is missing.
    """
    folder = data_dir / TORCHVISION_SETS[name].folder
    if not os.path.lexists(folder):
        return False
    for file in TORCHVISION_SETS[name].files:
        if not os.path.isfile(folder / file):
            raise DataError(f"{folder} is incomplete ({file} is missing); delete it and try again")
    return True


def read_torchvision(name: str, data_dir: Path, class_names: tuple[str, ...]) -> Arrays:
    """Read a set that is on disk, as uint8 (N, C, H, W) and int64 (N,).

    Raises:
        DataError: a file is cut short, has a wrong checksum (CIFAR-10), or does not fit the others.
    """
    folder = data_dir / TORCHVISION_SETS[name].folder
    try:
        if name == "cifar10":  # pickles: only torchvision's class, which compares checksums first
            parts = [torchvision_class(name)(data_dir, train=train) for train in (True, False)]
            pixels = [part.data.transpose(0, 3, 1, 2) for part in parts]
            labels = [np.array(part.targets) for part in parts]
        else:  # read here, since importing torchvision takes ten times as long as reading
            files = [_read_idx(folder / file) for file in _IDX]
            pixels, labels = [x[:, None] for x in files[::2]], files[1::2]
        for x, y in zip(pixels, labels, strict=True):
            fits = x.shape == (*y.shape, *pixels[0].shape[1:])
            if not (fits and 0 <= y.min() <= y.max() < len(class_names)):
                raise ValueError("images and labels do not fit together")
    except Exception as error:  # truncated pickles and headers raise many types
        raise DataError(f"{folder} is damaged; delete it to download {name} again") from error
    y_train, y_test = (y.astype(np.int64) for y in labels)
    return Arrays(pixels[0], y_train, pixels[1], y_test, class_names)


def _read_idx(path: Path) -> NDArray[Any]:
    with path.open("rb") as file:
        axes = {0x801: 1, 0x803: 3}[int.from_bytes(file.read(4))]  # 8 is bytes; 1 or 3 axes
        shape = np.fromfile(file, ">u4", axes)
        return np.fromfile(file, np.uint8).reshape(shape)


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
                raise _MirrorError(f"connection lost, {response.length} bytes are missing")
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
