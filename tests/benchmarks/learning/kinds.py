"""Drawings that are no digit, kind by kind, and drawings of digits by other hands: by rule.

Each is drawn as on the canvas of the pages, dark ink on white, and prepared as there. What could be
taken for a digit is left out: of the letters O, I, l, S, Z, b, q and the like, of mirrored digits 2
and 5, of shapes the circle.
"""

import gzip
import importlib.util
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dpn.errors import ImageError
from dpn.pictures.prepare import InputSpec, Prepared, prepare

SIDE, BRUSH, INK = 280, 18, 17
#: Letters that nobody takes for a digit, in print and by a pen.
CAPITALS, SMALL = "AEFHKMNPRTUWXY", "aefhkmnrtuwx"

Line = list[tuple[float, float]]
#: Strokes in a square of 1, y downwards.
PEN: dict[str, list[Line]] = {
    "A": [[(0.1, 1), (0.5, 0), (0.9, 1)], [(0.27, 0.6), (0.73, 0.6)]],
    "E": [[(0.85, 0), (0.15, 0), (0.15, 1), (0.85, 1)], [(0.15, 0.5), (0.7, 0.5)]],
    "F": [[(0.85, 0), (0.15, 0), (0.15, 1)], [(0.15, 0.5), (0.7, 0.5)]],
    "H": [[(0.1, 0), (0.1, 1)], [(0.9, 0), (0.9, 1)], [(0.1, 0.5), (0.9, 0.5)]],
    "K": [[(0.15, 0), (0.15, 1)], [(0.85, 0), (0.15, 0.55), (0.85, 1)]],
    "M": [[(0.05, 1), (0.15, 0), (0.5, 0.6), (0.85, 0), (0.95, 1)]],
    "N": [[(0.1, 1), (0.1, 0), (0.9, 1), (0.9, 0)]],
    "R": [
        [(0.15, 1), (0.15, 0), (0.6, 0.02), (0.82, 0.13), (0.82, 0.38), (0.6, 0.5), (0.15, 0.5)],
        [(0.45, 0.5), (0.9, 1)],
    ],
    "T": [[(0.05, 0), (0.95, 0)], [(0.5, 0), (0.5, 1)]],
    "U": [[(0.1, 0), (0.1, 0.7), (0.3, 0.97), (0.7, 0.97), (0.9, 0.7), (0.9, 0)]],
    "W": [[(0, 0), (0.25, 1), (0.5, 0.35), (0.75, 1), (1, 0)]],
    "X": [[(0.1, 0), (0.9, 1)], [(0.9, 0), (0.1, 1)]],
    "Y": [[(0.05, 0), (0.5, 0.5)], [(0.95, 0), (0.5, 0.5), (0.5, 1)]],
    "m": [
        [(0, 1), (0, 0.2)],
        [(0, 0.4), (0.2, 0.2), (0.42, 0.3), (0.48, 1)],
        [(0.48, 0.45), (0.7, 0.2), (0.92, 0.3), (1, 1)],
    ],
    "k": [[(0.2, 0), (0.2, 1)], [(0.75, 0.4), (0.2, 0.7), (0.8, 1)]],
}


def circle(x: float, y: float, r: float, start: float = 0, end: float = 1) -> Line:
    """Return part of a circle, from and to shares of a turn."""
    turns = np.linspace(start, end, 40) * 2 * math.pi
    return [(x + r * math.cos(t), y + r * math.sin(t)) for t in turns]


def _heart() -> Line:
    t = np.linspace(0, 2 * math.pi, 60)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return list(zip((x / 34 + 0.5).tolist(), (0.45 - y / 34).tolist(), strict=True))


def _star(points: int = 5) -> Line:
    angles = [-math.pi / 2 + 2 * math.pi * i * 2 / points for i in range(points + 1)]
    return [(0.5 + 0.5 * math.cos(a), 0.5 + 0.5 * math.sin(a)) for a in angles]


SHAPES: dict[str, list[Line]] = {
    "square": [[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]],
    "triangle": [[(0.5, 0), (1, 0.9), (0, 0.9), (0.5, 0)]],
    "diamond": [[(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5), (0.5, 0)]],
    "heart": [_heart()],
    "star": [_star()],
    "plus": [[(0.5, 0), (0.5, 1)], [(0, 0.5), (1, 0.5)]],
    "dash": [[(0, 0.5), (1, 0.5)]],
    "equals": [[(0, 0.3), (1, 0.3)], [(0, 0.7), (1, 0.7)]],
    "arrow": [[(0, 0.5), (1, 0.5)], [(0.65, 0.2), (1, 0.5), (0.65, 0.8)]],
    "house": [
        [(0.1, 1), (0.1, 0.4), (0.5, 0), (0.9, 0.4), (0.9, 1), (0.1, 1)],
        [(0.4, 1), (0.4, 0.65), (0.6, 0.65), (0.6, 1)],
    ],
    "face": [
        circle(0.5, 0.5, 0.5),
        circle(0.3, 0.35, 0.03),
        circle(0.7, 0.35, 0.03),
        circle(0.5, 0.5, 0.28, 0.05, 0.45),
    ],
    "stick figure": [
        circle(0.5, 0.15, 0.15),
        [(0.5, 0.3), (0.5, 0.65), (0.2, 1)],
        [(0.5, 0.65), (0.8, 1)],
        [(0.15, 0.45), (0.85, 0.45)],
    ],
    "hash": [
        *([(x, 0.0), (x, 1.0)] for x in (0.3, 0.7)),
        *([(0.0, y), (1.0, y)] for y in (0.3, 0.7)),
    ],
}


def on_canvas(strokes: list[Line], rng: np.random.Generator, *, wobble: float = 0.02) -> np.ndarray:
    """Draw strokes in a square of 1 by a somewhat shaky hand, (SIDE, SIDE, 4) uint8."""
    turn, slant = rng.normal(0, 0.08), rng.normal(0, 0.08)
    wide, tall = rng.uniform(110, 190, 2)
    left, top = (SIDE - wide) / 2 + rng.normal(0, 8), (SIDE - tall) / 2 + rng.normal(0, 8)
    image = Image.new("L", (2 * SIDE, 2 * SIDE), 255)
    pen = ImageDraw.Draw(image)
    width = 2 * int(rng.integers(BRUSH - 5, BRUSH + 7))
    for stroke in strokes:
        xy = np.array(stroke) + rng.normal(0, wobble, (len(stroke), 2))
        xy -= 0.5
        xy = xy @ np.array([[1, turn], [-turn + slant, 1]]) + 0.5
        points = [(float(2 * (left + wide * x)), float(2 * (top + tall * y))) for x, y in xy]
        pen.line(points, fill=INK, width=width, joint="curve")
        for x, y in points:
            r = width / 2
            pen.ellipse((x - r, y - r, x + r, y + r), fill=INK)
    return grey_to_canvas(np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX)))


def grey_to_canvas(grey: np.ndarray) -> np.ndarray:
    """Return grey pixels (H, W) as the canvas has them, (H, W, 4)."""
    return np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)


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


def strokes(shapes: dict[str, list[Line]]):
    """Return what draws one of ``shapes``, each strokes in a square of 1."""

    def draw(rng: np.random.Generator) -> np.ndarray:
        return on_canvas(shapes[str(rng.choice(list(shapes)))], rng)

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


def large(images: np.ndarray, side: int) -> np.ndarray:
    """Return digits (N, H, W), light ink on black, as dark pen strokes of one another's size."""
    out = []
    for image in images:
        big = np.asarray(
            Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC), float
        )
        out.append((255 - (255 - INK) * np.clip((big - 96) / 64, 0, 1)).astype(np.uint8))
    return np.stack(out)


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


def pen_digits(path: Path) -> Iterator[tuple[np.ndarray, int]]:
    """Yield canvases and labels of pendigits_train.csv: points of a pen, 0..100, y upwards."""
    rng = np.random.default_rng(0)
    for row in np.loadtxt(path, delimiter=",", dtype=int):
        line = [(x / 100, 1 - y / 100) for x, y in row[:-1].reshape(-1, 2).tolist()]
        yield on_canvas([line], rng, wobble=0.0), int(row[-1])


def bitmap_digits(path: Path) -> Iterator[tuple[np.ndarray, int]]:
    """Yield canvases and labels of optdigits-orig.windep.gz: bitmaps of 32x32."""
    lines = gzip.decompress(path.read_bytes()).decode("ascii").splitlines()
    rows: list[list[int]] = []
    for line in lines:
        if len(line) == 32 and set(line) <= {"0", "1"}:
            rows.append([int(c) for c in line])
        elif len(rows) == 32:
            image = 255 * np.array(rows, np.uint8)
            smooth = np.asarray(
                Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BICUBIC), float
            )
            ink = np.clip((smooth - 96) / 64, 0, 1)
            yield grey_to_canvas((255 - (255 - INK) * ink).astype(np.uint8)), int(line)
            rows = []
