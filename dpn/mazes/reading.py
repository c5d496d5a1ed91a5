"""Maps that people bring: text, pictures, and the arrays of published sets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError, ImageError, said
from dpn.mazes.grid import MAX_SIDE, Cell, Maze
from dpn.mazes.truth import NO_WAY, distances

WALL_SIGNS, FREE_SIGNS, START_SIGNS, GOAL_SIGNS = "#", ". ", "Ss", "Gg"
#: Bytes of a file, and pixels a side of a picture, that are looked at.
MOST_BYTES, MOST_PIXELS = 64_000_000, 4_096
#: Of a file of many maps so many are read.
MOST_MAPS = 1_000
SUFFIXES = (".txt", ".map", ".png", ".npy", ".npz")
#: Channels differ by at least this much, of 255, where a pixel has a colour.
COLOURFUL = 64


def maps_in(path: Path) -> Iterator[Maze]:
    """Yield the maps of a file, in its order; text and pictures hold one.

    Raises:
        ImageError: it cannot be read as one; the sentence says what to do.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ImageError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB; split it")
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path} cannot be read ({error.strerror}); look at its name") from error
    yield from maps_of(data, path.name)


def maps_of(data: bytes, name: str) -> Iterator[Maze]:
    """Yield the maps in the bytes of a file called ``name``, as ``maps_in`` does."""
    if data.startswith(b"\x89PNG"):
        yield from_picture(data)
    elif data.startswith(b"\x93NUMPY"):
        yield from _from_images(_array(data, name))
    elif data.startswith(b"PK"):
        yield from _from_npz(data, name)
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
            f"a map must be at most {MAX_SIDE} cells a side, got {len(lines)} rows of up to "
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
                f"line {number} has {len(line)} cells and others have {width}; make all lines "
                "equally long"
            )
    signs = np.array([list(line) for line in lines])
    start = _only(np.isin(signs, list(START_SIGNS)), "S", "start")
    goal = _only(np.isin(signs, list(GOAL_SIGNS)), "G", "goal")
    return Maze(np.isin(signs, list(WALL_SIGNS)), start, goal)


def to_text(maze: Maze) -> str:
    """Return a map as ``from_text`` takes it."""
    signs = np.where(maze.walls, "#", ".")
    signs[maze.start], signs[maze.goal] = "S", "G"
    return "\n".join("".join(row) for row in signs) + "\n"


def _only(where: NDArray[np.bool_], sign: str, name: str) -> Cell:
    places = np.argwhere(where)
    if len(places) != 1:
        raise ImageError(
            f"a map has one {name} ({sign}), got {len(places)}; draw it with # wall, . free, "
            "S start and G goal"
        )
    row, column = places[0].tolist()
    return row, column


def from_picture(data: bytes) -> Maze:
    """Return a map painted as PNG: black walls on white, a green start, a red goal.

    A cell may be one pixel or a square of them. With one blue spot and one of another colour, the
    blue one is the start.

    Raises:
        ImageError: it is no such picture.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            if max(image.size) > MOST_PIXELS:
                raise ImageError(
                    f"the picture is {image.width}×{image.height}; a map may have at most "
                    f"{MOST_PIXELS} pixels a side: save it smaller"
                )
            paper = Image.new("RGBA", image.size, "white")
            paper.alpha_composite(image.convert("RGBA"))
            pixels = np.asarray(paper.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ImageError("the picture is damaged; save it as PNG again") from error
    return _from_pixels(pixels)


def _from_pixels(pixels: NDArray[np.uint8]) -> Maze:
    """Return the map that pixels (H, W, 3) show."""
    colours = pixels.astype(np.int16)
    spread = colours.max(2) - colours.min(2)
    strongest = colours.argmax(2)
    is_spot = spread >= COLOURFUL
    kind = np.where(is_spot, 2 + strongest, (colours.mean(2) < 128).astype(np.int64))
    size = _cell_size(kind)
    cells = kind[size // 2 :: size, size // 2 :: size]
    found = {hue: np.argwhere(cells == 2 + hue) for hue in (0, 1, 2)}
    red, green, blue = (len(found[hue]) for hue in (0, 1, 2))
    hues = [hue for hue in (0, 1, 2) if len(found[hue])]
    if len(hues) != 2:
        raise ImageError(
            f"the picture must show a green start and a red goal, got {green} green, {red} red and "
            f"{blue} blue cells; paint each once"
        )
    start_hue = 1 if 1 in hues and 2 not in hues else 2
    goal_hue = next(hue for hue in hues if hue != start_hue)
    ends = []
    for hue in (start_hue, goal_hue):
        row, column = found[hue][0].tolist()
        if len(found[hue]) > 16 or np.ptp(found[hue], axis=0).max() > 3:
            raise ImageError("the start and the goal must be one cell each; paint each once")
        ends.append((row, column))
    return Maze(cells == 1, ends[0], ends[1])


def _cell_size(kind: NDArray[np.int64]) -> int:
    """Return how many pixels a cell is wide: what all stretches of one colour have in common."""
    height, width = kind.shape
    down = 1 + np.flatnonzero((kind[1:] != kind[:-1]).any(1))
    across = 1 + np.flatnonzero((kind[:, 1:] != kind[:, :-1]).any(0))
    return int(np.gcd.reduce([height, width, *down.tolist(), *across.tolist()]))


def _array(data: bytes, name: str) -> NDArray[np.generic]:
    try:
        return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
    except (ValueError, OSError, EOFError, MemoryError) as error:
        raise ImageError(
            f"{name} holds no plain numbers, and objects are not opened; save it with "
            "np.save(file, array.astype(np.uint8))"
        ) from error


def _from_images(array: NDArray[np.generic]) -> Iterator[Maze]:
    """Yield maps of easy-to-hard-data's layout: (N, 3, H, W), 0 wall, 1 free, coloured ends."""
    if array.ndim != 4 or array.shape[1] != 3 or array.dtype.kind not in "biuf":
        raise ImageError(
            f"maps in an npy file must be numbers (N, 3, H, W), got {array.dtype} {array.shape}; "
            "save inputs.npy as easy-to-hard-data has it"
        )
    for one in array[:MOST_MAPS]:
        top = 255 if float(one.max()) <= 1 else 1
        yield _from_pixels((np.moveaxis(one, 0, 2).astype(np.float64) * top).astype(np.uint8))


def _from_npz(data: bytes, name: str) -> Iterator[Maze]:
    """Yield maps of planning-datasets' layout: 1 is free, and each has a goal.

    arr_0, arr_4 and arr_8 hold the maps (N, H, W), and the array after each the goals; the test
    part is taken, or the only one. The start is as far from the goal as can be.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            first = "arr_8" if "arr_8" in file.files else "arr_0"
            after = f"arr_{int(first[4:]) + 1}"
            free, goals = file[first], file[after]
    except KeyError as error:
        raise ImageError(
            f"{name} has no arr_0 and arr_1, maps and goals; save it as planning-datasets does"
        ) from error
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, MemoryError) as error:
        raise ImageError(
            f"{name} holds no plain numbers, and objects are not opened; save it with np.savez"
        ) from error
    goals = goals.reshape(len(goals), *goals.shape[-2:]) if goals.ndim >= 3 else goals
    if free.ndim != 3 or goals.shape != free.shape or free.dtype.kind not in "biuf":
        raise ImageError(
            f"{name} must hold maps (N, H, W) and as many goals, got {free.shape} and {goals.shape}"
        )
    for is_free, goal in zip(free[:MOST_MAPS], goals, strict=False):
        yield with_farthest_start(is_free < 0.5, _only(goal > 0, "1 in the goals", "goal"))


def with_farthest_start(walls: NDArray[np.bool_], goal: Cell, moves: int = 8) -> Maze:
    """Return a map whose start is as far from its goal as a way leads."""
    if walls[goal]:
        raise ImageError(f"the goal {goal} is in a wall; move it to a free cell")
    steps = distances(walls[None], [goal], moves)[0]
    row, column = np.unravel_index(int(steps.argmax()), steps.shape)
    assert steps[row, column] != NO_WAY
    return Maze(walls, (int(row), int(column)), goal)


def find_maps(paths: list[str], remark: Callable[[str], None]) -> list[Path]:
    """Return the files that paths name, those of a folder in order of their names.

    Raises:
        DataError: there is none.
    """
    found: list[Path] = []
    for name in paths:
        path = Path(name)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
            if not inside:
                remark(f"{path} has no maps: files of {', '.join(SUFFIXES)}")
            found += inside
        else:
            found.append(path)
    if not found:
        raise DataError(f"there are no maps in {', '.join(paths)}; name a file or another folder")
    return found
