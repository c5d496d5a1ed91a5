"""Maps that people bring: which reader a file needs, and maps as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import ImageError, said
from dpn.language import t
from dpn.mazes.arrays import from_npy, from_npz
from dpn.mazes.grid import MAX_SIDE, Cell, Maze
from dpn.mazes.painted import from_picture
from dpn.names import shown, tally

WALL_SIGNS, FREE_SIGNS, START_SIGNS, GOAL_SIGNS = "#", ". ", "Ss", "Gg"
#: Bytes of a file that are looked at.
MOST_BYTES = 64_000_000
SUFFIXES = (".txt", ".map", ".png", ".npy", ".npz")


def _nothing(_: str) -> None:
    """Say nothing."""


def maps_in(path: Path, say: Callable[[str], None] = _nothing) -> Iterator[Maze]:
    """Yield the maps of a file, in its order, at least one; text and pictures hold one.

    Args:
        path: the file.
        say: called with sentences about what is left out of it.

    Raises:
        ImageError: it cannot be read as one; the sentence says what to do.
    """
    if path.is_dir():
        raise ImageError(f"{path} holds no maps; accepted are {', '.join(SUFFIXES)}")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ImageError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB; split it")
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path} cannot be read ({error.strerror}); look at its name") from error
    yield from maps_of(data, path.name, say)


def maps_of(data: bytes, name: str, say: Callable[[str], None] = _nothing) -> Iterator[Maze]:
    """Yield the maps in the bytes of a file called ``name``, as ``maps_in`` does."""
    maps = _maps_of(data, name, say)
    if (first := next(maps, None)) is None:
        raise ImageError(
            t("{name} holds no map. Bring a file with at least one.", name=shown(name))
        )
    yield first
    yield from maps


def _maps_of(data: bytes, name: str, say: Callable[[str], None]) -> Iterator[Maze]:
    if data.startswith(b"\x89PNG"):
        yield from_picture(data)
    elif data.startswith(b"\x93NUMPY"):
        yield from from_npy(data, name, say)
    elif data.startswith(b"PK"):
        yield from from_npz(data, name, say)
    else:
        yield from_text(data)


def from_text(data: bytes | str) -> Maze:
    """Return a map drawn with signs, a line a row: # wall, . or space free, S start, G goal.

    Raises:
        ImageError: it is no such map.
    """
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ImageError(
                "this is no map: neither text in UTF-8 nor PNG, npy or npz; draw it with #.SG"
            ) from error
    lines = [line.rstrip("\t") for line in data.splitlines()]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        raise ImageError("the map is empty; draw it with # wall, . free, S start and G goal")
    if len(lines) > MAX_SIDE or max(map(len, lines)) > 4 * MAX_SIDE:
        raise ImageError(
            f"a map must be at most {MAX_SIDE} cells a side, got {tally(len(lines), 'row')} of "
            "up to "
            f"{max(map(len, lines))}; bring a smaller part of it"
        )
    width = len(lines[0].rstrip())
    lines = [line.rstrip() if len(line) > width else line for line in lines]
    width = max(map(len, lines))
    if any("#" in line for line in lines):
        lines = [line.ljust(width) if " " in "".join(lines) else line for line in lines]
    for number, line in enumerate(lines, start=1):
        for place, sign in enumerate(line, start=1):
            if sign not in WALL_SIGNS + FREE_SIGNS + START_SIGNS + GOAL_SIGNS:
                raise ImageError(
                    f"line {number}, column {place} is {said(sign)}; a map has # wall, . free, "
                    "S start and G goal"
                )
        if len(line) != width:
            raise ImageError(
                f"line {number} has {tally(len(line), 'cell')} and others have {width}; make "
                "all lines "
                "equally long"
            )
    signs = np.array([list(line) for line in lines])
    start = _only(np.isin(signs, list(START_SIGNS)), "S", "start")
    goal = _only(np.isin(signs, list(GOAL_SIGNS)), "G", "goal")
    return Maze(np.isin(signs, list(WALL_SIGNS)), start, goal)


def _only(where: NDArray[np.bool_], sign: str, name: str) -> Cell:
    places = np.argwhere(where)
    if len(places) != 1:
        raise ImageError(
            f"a map has one {name} ({sign}), got {len(places)}; draw it with # wall, . free, "
            "S start and G goal"
        )
    row, column = places[0].tolist()
    return row, column


def find_maps(paths: list[str]) -> Iterator[Path]:
    """Yield the files that paths name; a folder stands for those in it, or for itself without any.

    Those in a folder come in the order of their names.
    """
    for name in paths:
        path = Path(name)
        inside: list[Path] = []
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if _is_shown(p.relative_to(path)))
        yield from inside or [path]


def _is_shown(path: Path) -> bool:
    """Return whether a file in a folder may be of maps, and is none that systems hide."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden
