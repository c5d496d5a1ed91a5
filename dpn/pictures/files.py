"""Image files named on the command line, as a model takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from dpn.errors import ImageError, RunError
from dpn.pictures.decode import SUFFIXES, decode
from dpn.pictures.folders import sort_out
from dpn.pictures.ink import Pixels
from dpn.pictures.preparations import InputSpec
from dpn.pictures.prepare import Prepared, prepare
from dpn.runs.config import RunConfig

#: Files prepared, and then classified, together.
CHUNK = 256

Item = tuple[Path, Prepared | ImageError]


def read_images(
    names: list[str], config: RunConfig, kind: str, say: Callable[[str], None] | None = None
) -> Iterator[list[Item]]:
    """Yield each file prepared for a model, or with what is wrong, ``CHUNK`` at a time.

    Args:
        names: files; a folder stands for the images in it, by name, without what systems hide.
        config: of the run whose input it is to be.
        kind: one of ``dpn.pictures.prepare.KINDS``, told of in ``prepare`` there.
        say: called with sentences that count what in a folder was left out.
    """
    paths = find_files(names, say or (lambda _: None))
    while chunk := list(islice(paths, CHUNK)):
        yield [(path, _prepare(path, config, kind)) for path in chunk]


def pictures_in(folder: Path) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the pictures below a folder, relative to it and in order, and what was left out."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sort_out(sorted(path.relative_to(folder).parts for path in files))


def find_files(names: list[str], say: Callable[[str], None]) -> Iterator[Path]:
    """Yield files; a folder stands for the pictures in it, or for itself if it holds none.

    What in a folder is left out is counted in sentences given to ``say``.
    """
    for name in names:
        path = Path(name)
        if path.is_dir():
            found, notes = pictures_in(path)
            for note in notes:
                say(f"{name}: {note}")
            yield from (path.joinpath(*parts) for parts in found) if found else [path]
        else:
            yield path


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
        return prepare(open_picture(path), input_spec(config), kind)
    except ImageError as error:
        return error


def open_picture(path: Path) -> Pixels:
    """Return the pixels (H, W, 4) uint8 of a file that ``find_files`` found.

    Raises:
        ImageError: it is no picture, or cannot be read.
    """
    if path.is_dir():
        raise ImageError(f"{path} holds no images; accepted are {', '.join(SUFFIXES)}")
    try:
        return decode(path.read_bytes(), path.name)
    except OSError as error:
        raise ImageError(f"{path.name}: cannot be read ({error.strerror}).") from error
