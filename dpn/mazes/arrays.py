"""Maps as arrays, as published sets have them; of numbers only, never of objects."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import ImageError
from dpn.language import t
from dpn.mazes.grid import Cell, Maze
from dpn.mazes.painted import from_pixels
from dpn.mazes.truth import NO_WAY, distances
from dpn.names import shown

#: Of a file of many maps so many are read; bytes of an array, unpacked.
MOST_MAPS, MOST_UNPACKED = 1_000, 64_000_000


def from_npy(data: bytes, name: str, say: Callable[[str], None]) -> Iterator[Maze]:
    """Yield maps of easy-to-hard-data's layout: (N, 3, H, W), 0 wall, 1 free, coloured ends.

    ``say`` is called with a sentence where there are more than ``MOST_MAPS``.

    Raises:
        ImageError: the bytes of a file called ``name`` are no such array.
    """
    try:
        array = np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
    except Exception as error:  # on damaged input numpy raises half a dozen types
        raise ImageError(
            f"{name} holds no plain numbers, and objects are not opened; save it with "
            "np.save(file, array.astype(np.uint8))"
        ) from error
    if array.ndim != 4 or array.shape[1] != 3 or array.dtype.kind not in "biuf":
        raise ImageError(
            f"maps in an npy file must be numbers (N, 3, H, W), got {array.dtype} {array.shape}; "
            "save inputs.npy as easy-to-hard-data has it"
        )
    for one in _first(array, name, say):
        if not one.size or not np.isfinite(one).all():
            raise ImageError(f"a map of {name} has no cells, or cells that are no number")
        top = 255 if float(one.max()) <= 1 else 1
        pixels = np.moveaxis(one, 0, 2).astype(np.float64) * top
        yield from_pixels(pixels.clip(0, 255).astype(np.uint8))


def from_npz(data: bytes, name: str, say: Callable[[str], None]) -> Iterator[Maze]:
    """Yield maps of planning-datasets' layout: 1 is free, and each has a goal.

    arr_0, arr_4 and arr_8 hold the maps (N, H, W), and the array after each the goals; the test
    part is taken, or the only one. The start is as far from the goal as can be. ``say`` is called
    with a sentence where there are more than ``MOST_MAPS``.

    Raises:
        ImageError: the bytes of a file called ``name`` are no such arrays.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            sizes = {member.filename: member.file_size for member in packed.infolist()}
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            first = "arr_8" if "arr_8" in file.files else "arr_0"
            after = f"arr_{int(first[4:]) + 1}"
            size = max(sizes.get(f"{member}.npy", 0) for member in (first, after))
            if size > MOST_UNPACKED:
                raise ImageError(
                    f"{name} holds an array of {size / 1e6:,.0f} MB, and at most "
                    f"{MOST_UNPACKED / 1e6:,.0f} are read; save fewer maps"
                )
            free, goals = file[first], file[after]
    except KeyError as error:
        raise ImageError(
            f"{name} has no arr_0 and arr_1, maps and goals; save it as planning-datasets does"
        ) from error
    except ImageError:
        raise
    except Exception as error:  # on damaged input zipfile and numpy raise a dozen types
        raise ImageError(
            f"{name} holds no plain numbers, and objects are not opened; save it with np.savez"
        ) from error
    if free.ndim == 3 and goals.size == free.size and goals.shape[:1] == free.shape[:1]:
        goals = goals.reshape(free.shape)  # planning-datasets keeps an axis of one
    are_numbers = free.dtype.kind in "biuf" and goals.dtype.kind in "biuf"
    if free.ndim != 3 or goals.shape != free.shape or not are_numbers:
        raise ImageError(
            f"{name} must hold maps (N, H, W) and as many goals, got {free.shape} and {goals.shape}"
        )
    for is_free, goal in zip(_first(free, name, say), goals, strict=False):
        yield with_farthest_start(is_free < 0.5, _goal(goal > 0))


def _first(maps: NDArray[Any], name: str, say: Callable[[str], None]) -> NDArray[Any]:
    """Return the maps that are read; say so where others are left out."""
    if len(maps) > MOST_MAPS:
        say(
            t(
                "Of the {count:,} maps of {name} the first {most:,} are read.",
                count=len(maps),
                name=shown(name),
                most=MOST_MAPS,
            )
        )
    return maps[:MOST_MAPS]


def _goal(where: NDArray[np.bool_]) -> Cell:
    places = np.argwhere(where)
    if len(places) != 1:
        raise ImageError(f"a map has one goal, got {len(places)}; save 1 there and 0 elsewhere")
    row, column = places[0].tolist()
    return row, column


def with_farthest_start(walls: NDArray[np.bool_], goal: Cell, moves: int = 8) -> Maze:
    """Return a map whose start is as far from its goal as a way leads."""
    if walls[goal]:
        raise ImageError(f"the goal {goal} is in a wall; move it to a free cell")
    steps = distances(walls[None], [goal], moves)[0]
    row, column = np.unravel_index(int(steps.argmax()), steps.shape)
    assert steps[row, column] != NO_WAY
    return Maze(walls, (int(row), int(column)), goal)
