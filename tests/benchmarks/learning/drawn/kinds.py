"""Drawings that are no digit, kind by kind.

Each is drawn as on the canvas of the pages, dark ink on white, and prepared as there. What could be
taken for a digit is left out: of the letters O, I, l, S, Z, b, q and the like, of mirrored digits 2
and 5, of shapes the circle.
"""

import importlib.util
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dpn.errors import ImageError
from dpn.pictures.prepare import InputSpec, Prepared, prepare
from tests.benchmarks.learning.drawn.strokes import (
    INK,
    PEN,
    SHAPES,
    SIDE,
    Line,
    grey_to_canvas,
    large,
    on_canvas,
    strokes,
)

#: Letters that nobody takes for a digit, in print and by a pen.
CAPITALS, SMALL = "AEFHKMNPRTUWXY", "aefhkmnrtuwx"


def _printed(font: Callable[[int], ImageFont.FreeTypeFont | ImageFont.ImageFont]):
    def draw(rng: np.random.Generator) -> np.ndarray:
        letter = str(rng.choice(list(CAPITALS + SMALL)))
        image = Image.new("L", (SIDE, SIDE), 255)
        where = (SIDE / 2 + float(rng.normal(0, 8)), SIDE / 2)
        size = int(rng.integers(140, 230))
        ImageDraw.Draw(image).text(where, letter, fill=INK, font=font(size), anchor="mm")
        turned = image.rotate(
            float(rng.normal(0, 4)), fillcolor=255, resample=Image.Resampling.BICUBIC
        )
        return grey_to_canvas(np.asarray(turned))

    return draw


def _scribble(rng: np.random.Generator) -> np.ndarray:
    points = rng.uniform(0, 1, (int(rng.integers(6, 14)), 2))
    t = np.linspace(0, len(points) - 1, 12 * len(points))
    smooth = np.stack([np.interp(t, np.arange(len(points)), points[:, i]) for i in (0, 1)], 1)
    kernel = np.ones(9) / 9
    line = np.stack([np.convolve(smooth[:, i], kernel, "valid") for i in (0, 1)], 1)
    return on_canvas([[tuple(p) for p in line.tolist()]], rng, wobble=0.003)


def _spiral(rng: np.random.Generator) -> np.ndarray:
    turns, way = rng.uniform(2, 4), rng.choice([-1, 1])
    t = np.linspace(0.05, 1, 120)
    angle = way * 2 * math.pi * turns * t + rng.uniform(0, 6.3)
    line = [
        (0.5 + 0.5 * r * math.cos(a), 0.5 + 0.5 * r * math.sin(a))
        for r, a in zip(t, angle, strict=True)
    ]
    return on_canvas([line], rng, wobble=0.003)


def _wave(rng: np.random.Generator) -> np.ndarray:
    count, sharp = int(rng.integers(3, 6)), rng.uniform() < 0.5
    x = np.linspace(0, 1, 2 * count + 1 if sharp else 100)
    y = np.arange(len(x)) % 2 if sharp else 0.5 + 0.5 * np.sin(2 * math.pi * count * x)
    tall = rng.uniform(0.3, 0.9)
    line = list(zip(x.tolist(), (0.5 + tall * (y - 0.5)).tolist(), strict=True))
    return on_canvas([line], rng, wobble=0.01)


def _dirt(rng: np.random.Generator) -> np.ndarray:
    strokes: list[Line] = []
    for _ in range(int(rng.integers(2, 9))):
        x, y = rng.uniform(0, 1, 2)
        dx, dy = rng.normal(0, 0.05, 2)
        strokes.append([(x, y), (x + dx, y + dy)])
    return on_canvas(strokes, rng)


def fonts() -> dict[str, Callable[[int], ImageFont.FreeTypeFont | ImageFont.ImageFont]]:
    """Return fonts by kind: Pillow's own, and where matplotlib is there some that it carries."""
    found = {"sans": ImageFont.load_default}
    spec = importlib.util.find_spec("matplotlib")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
        for name, file in (
            ("serif", "STIXGeneralBol"),
            ("typewriter", "DejaVuSansMono-Bold"),
            ("slanted", "DejaVuSerif-BoldItalic"),
            ("bold sans", "DejaVuSans-Bold"),
        ):
            path = folder / f"{file}.ttf"
            if path.exists():
                found[name] = lambda size, path=path: ImageFont.truetype(path, size)
    return found


def kinds(mnist: tuple[np.ndarray, np.ndarray] | None, photos: np.ndarray | None):
    """Return by name what draws one canvas (SIDE, SIDE, 4) of a kind that is no digit.

    Args:
        mnist: images (N, 28, 28) and labels (N,) for kinds made of digits, or None.
        photos: (N, 32, 32, 3), or None.
    """
    found: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
        f"letters, {name}": _printed(font) for name, font in fonts().items()
    }
    found |= {
        "letters, a pen": strokes(PEN),
        "shapes": strokes(SHAPES),
        "scribbles": _scribble,
        "spirals": _spiral,
        "waves": _wave,
        "dirt": _dirt,
    }
    if mnist is not None:
        images, labels = mnist

        def one_of(classes, rng):
            return images[rng.choice(np.flatnonzero(np.isin(labels, classes)))]

        def row_of(count, rng, gap):
            side = 150 if count == 2 else 110
            page = np.full((SIDE, 2 * SIDE), 255, np.uint8)
            left = 20
            for _ in range(count):
                digit = large(one_of(range(10), rng)[None], side)[0]
                across = np.flatnonzero((digit < 128).any(axis=0))
                digit = digit[:, across[0] : across[-1] + 1]
                area = page[60 : 60 + side, left : left + digit.shape[1]]
                np.minimum(area, digit, out=area)
                left += digit.shape[1] + int(rng.integers(*gap))
            return grey_to_canvas(page)

        def mirrored(rng):
            return grey_to_canvas(large(one_of((3, 4, 6, 7, 9), rng)[None], SIDE)[0][:, ::-1])

        def upside_down(rng):
            return grey_to_canvas(large(one_of((3, 4, 7), rng)[None], SIDE)[0][::-1, ::-1])

        found |= {
            "two digits": lambda rng: row_of(2, rng, (4, 30)),
            "two digits that touch": lambda rng: row_of(2, rng, (-8, 1)),
            "three digits": lambda rng: row_of(3, rng, (-4, 20)),
            "mirrored 3 4 6 7 9": mirrored,
            "upside down 3 4 7": upside_down,
        }
    if photos is not None:

        def photo(rng):
            image = Image.fromarray(photos[rng.integers(len(photos))])
            big = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
            return np.dstack([big, np.full((SIDE, SIDE), 255, np.uint8)])

        found["photos"] = photo
    return found


def prepared(
    draw: Callable[[np.random.Generator], np.ndarray], count: int, spec: InputSpec, seed: int
) -> Iterator[Prepared]:
    """Yield ``count`` drawings of a kind as a model takes them; blank ones are drawn again."""
    rng = np.random.default_rng(seed)
    while count:
        try:
            yield prepare(draw(rng), spec, "drawing")
        except ImageError:
            continue
        count -= 1
