"""Image files named on the command line, as a model takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from dpn.errors import ImageError
from dpn.pictures.decode import SUFFIXES, decode
from dpn.pictures.folders import sort_out
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
    paths = _find(names, say or (lambda _: None))
    while chunk := list(islice(paths, CHUNK)):
        yield [(path, _prepare(path, config, kind)) for path in chunk]


def pictures_in(folder: Path) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the pictures below a folder, relative to it and in order, and what was left out."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sort_out(sorted(path.relative_to(folder).parts for path in files))


def _find(names: list[str], say: Callable[[str], None]) -> Iterator[Path]:
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
    """Return what images the model of a run takes."""
    return InputSpec(*config.model.image_shape, config.preparation, config.look)


def _prepare(path: Path, config: RunConfig, kind: str) -> Prepared | ImageError:
    if path.is_dir():
        return ImageError(f"{path} holds no images; accepted are {', '.join(SUFFIXES)}")
    try:
        rgba = decode(path.read_bytes(), path.name)
        return prepare(rgba, input_spec(config), kind)
    except ImageError as error:
        return error
    except OSError as error:
        return ImageError(f"{path.name}: cannot be read ({error.strerror}).")
