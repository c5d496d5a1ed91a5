"""Image files named on the command line, as a model takes them."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from glob import glob
from itertools import chain, islice
from pathlib import Path
from threading import Thread

from dpn.errors import ImageError, RunError
from dpn.files.folders import PICTURES, files_below
from dpn.names import shown
from dpn.pictures.decode import MAX_SIDE_PX, decode_to
from dpn.pictures.folders import sort_out
from dpn.pictures.ink import Pixels
from dpn.pictures.preparations import InputSpec
from dpn.pictures.prepare import Prepared, prepare
from dpn.pictures.size_limits import check_bytes
from dpn.runs.config import RunConfig

#: Files prepared, and then classified, together, and how often so many are begun ahead: while torch
#: is imported.
CHUNK, AHEAD = 128, 8
#: Threads, or of more files than one chunk processes, that prepare them.
HANDS = min(4, os.cpu_count() or 1)

Item = tuple[Path, Prepared | ImageError]


def read_images(
    names: list[str], config: RunConfig, kind: str, say: Callable[[str], None] | None = None
) -> Iterator[list[Item]]:
    """Yield each file prepared for a model, or with what is wrong, ``CHUNK`` at a time.

    The first ones are begun at once, and the next ones while these are asked about.

    Args:
        names: files; a folder stands for the images in it, by name, without what systems hide.
        config: of the run whose input it is to be.
        kind: one of ``dpn.pictures.prepare.KINDS``, told of in ``prepare`` there.
        say: called with sentences that count what in a folder was left out.
    """
    paths = find_files(names, say or (lambda _: None))
    first = list(islice(paths, CHUNK + 1))
    hands, paths = _hands(len(first)), chain(first, paths)
    work = partial(_prepare, config=config, kind=kind)

    def begin() -> tuple[list[Path], Iterator[Prepared | ImageError]]:
        chunk = list(islice(paths, CHUNK))
        return chunk, hands.map(work, chunk, chunksize=8)

    def chunks() -> Iterator[list[Item]]:
        try:
            while (now := begun.popleft())[0]:
                begun.append(begin())
                yield list(zip(*now, strict=True))
        except BrokenExecutor as error:
            raise ImageError(
                "A process that reads the pictures was ended, by the system or by somebody: there "
                "may be too little memory. Name fewer files at a time."
            ) from error
        finally:
            hands.shutdown(cancel_futures=True)

    begun = deque(begin() for _ in range(AHEAD))
    return chunks()


def _hands(files: int) -> Executor:
    """Return what prepares so many files; processes take 0.3 s to begin, and then share no lock."""
    if files <= CHUNK or HANDS == 1:
        return ThreadPoolExecutor(HANDS)
    from concurrent.futures import ProcessPoolExecutor  # 30 ms, which a few files do not wait for
    from multiprocessing import get_context

    return ProcessPoolExecutor(HANDS, get_context("spawn"), initializer=_leave_keys)


def _leave_keys() -> None:
    """Leave Ctrl-C to the process that asked, and end when it is gone, however it ended."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    Thread(target=follow, daemon=True).start()


def pictures_in(folder: Path) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the pictures below a folder, relative to it and in order, and what was left out."""
    return sort_out(sorted(path.relative_to(folder).parts for path in files_below(folder)))


def find_files(names: list[str], say: Callable[[str], None]) -> Iterator[Path]:
    """Yield files; a folder stands for the pictures in it, or for itself if it holds none.

    A pattern that no shell has replaced (Windows' does not) stands for what it matches, in order.
    What in a folder is left out is counted in sentences given to ``say``.
    """
    if "" in names:
        raise ImageError("FILE must be a name, got ''; name pictures, or a folder of them")
    for name in chain.from_iterable(map(_matched, names)):
        path = Path(name)
        if path.is_dir():
            found, notes = pictures_in(path)
            for note in notes:
                say(f"{name}: {note}")
            yield from (path.joinpath(*parts) for parts in found) if found else [path]
        else:
            yield path


def _matched(name: str) -> list[str]:
    """Return what a pattern matches; a name that is one of a file, or matches none, as it is."""
    is_pattern = any(sign in name for sign in "*?[") and not os.path.lexists(name)
    return (sorted(glob(name, recursive=True)) if is_pattern else []) or [name]


def input_spec(config: RunConfig) -> InputSpec:
    """Return what images the model of a run takes.

    Raises:
        RunError: it takes none.
    """
    if config.model.world != "picture":
        raise RunError(
            f"This run reads no pictures: it was trained on {config.training.dataset!r}, of the "
            f"world {config.model.world!r}. Name a run of pictures."
        )
    return InputSpec(*config.model.image_shape, config.preparation, config.look)


def _prepare(path: Path, config: RunConfig, kind: str) -> Prepared | ImageError:
    try:
        # Nobody looks at the stages, and they are large to hand over.
        return replace(prepare(open_picture(path), input_spec(config), kind), stages=())
    except ImageError as error:
        return error


def open_picture(path: Path) -> Pixels:
    """Return the pixels (H, W, 4) uint8 of a file that ``find_files`` found.

    Raises:
        ImageError: it is no picture, or cannot be read.
    """
    return open_measured(path)[0]


def open_measured(path: Path) -> tuple[Pixels, tuple[int, int]]:
    """Return what ``open_picture`` does, and how high and wide the picture is in the file, upright.

    Raises:
        ImageError: as ``open_picture``.
    """
    if path.is_dir():
        raise ImageError(f"{path} holds no images; accepted are {', '.join(PICTURES)}")
    try:
        check_bytes(shown(path.name), path.stat().st_size)
        return decode_to(path.read_bytes(), path.name, MAX_SIDE_PX)
    except OSError as error:
        raise ImageError(f"{path.name}: cannot be read ({error.strerror}).") from error
