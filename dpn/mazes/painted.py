"""Maps as pictures: black walls on white, a green start, a red goal."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from dpn.errors import ImageError
from dpn.mazes.grid import Maze

#: Pixels a side of a picture that are looked at.
MOST_PIXELS = 4_096
#: Channels differ by at least this much, of 255, where a pixel has a colour.
COLOURFUL = 64


def from_picture(data: bytes) -> Maze:
    """Return a map painted as PNG: black walls on white, a green start, a red goal.

    A cell may be one pixel or a square of them. With one blue spot and one of another colour, the
    blue one is the start.

    Raises:
        ImageError: it is no such picture.
    """
    from PIL import Image, UnidentifiedImageError

    # Of its first chunk, before Pillow has a word or an error of its own for what is large.
    width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
    if max(width, height) > MOST_PIXELS:
        raise ImageError(
            f"the picture is {width}×{height}; a map may have at most {MOST_PIXELS} pixels a side: "
            "save it smaller"
        )
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            paper = Image.new("RGBA", image.size, "white")
            paper.alpha_composite(image.convert("RGBA"))
            pixels = np.asarray(paper.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ImageError("the picture is damaged; save it as PNG again") from error
    return from_pixels(pixels)


def from_pixels(pixels: NDArray[np.uint8]) -> Maze:
    """Return the map that pixels (H, W, 3), 0 to 255, show, as ``from_picture`` does."""
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
            f"{blue} blue; paint each once"
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
