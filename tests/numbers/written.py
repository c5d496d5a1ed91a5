"""Numbers written with a pen, as strokes, and as pictures."""

import io

import numpy as np
from PIL import Image, ImageDraw

#: Strokes of a digit in a box of 60 by 100.
STROKES = {
    "0": [[(30, 5), (10, 25), (8, 60), (22, 95), (40, 93), (54, 65), (52, 28), (30, 5)]],
    "1": [[(32, 5), (28, 95)]],
    "2": [[(8, 25), (20, 8), (40, 8), (50, 25), (42, 48), (10, 92), (54, 90)]],
    "3": [[(10, 12), (35, 6), (48, 22), (26, 46), (48, 62), (46, 84), (26, 95), (8, 86)]],
    "4": [[(14, 6), (10, 52), (52, 50)], [(44, 8), (42, 96)]],
    "5": [[(50, 8), (14, 8), (12, 44), (38, 42), (50, 64), (40, 90), (10, 92)]],
    "6": [[(44, 6), (18, 36), (10, 72), (28, 95), (48, 78), (40, 56), (14, 66)]],
    "7": [[(8, 10), (52, 10), (36, 50), (24, 96)]],
    "8": [
        [(46, 16), (26, 6), (12, 22), (46, 68), (40, 92), (18, 92), (12, 72), (48, 24), (46, 16)]
    ],
    "9": [[(48, 28), (28, 8), (12, 26), (22, 46), (46, 32), (48, 20), (44, 96)]],
    "-": [[(10, 52), (50, 52)]],
    ".": [[(28, 90), (33, 93)]],
}


def strokes(text, left=30, top=60, size=1.0, step=78):
    """The strokes of a text, digit beside digit."""
    return [
        [(left + size * (step * place + x), top + size * y) for x, y in stroke]
        for place, letter in enumerate(text)
        for stroke in STROKES[letter]
    ]


def picture(lines, width=560, height=240, pen=9):
    """Strokes as pixels (H, W, 4), black on white."""
    image = Image.new("RGBA", (width, height), "#ffffff")
    for line in lines:
        ImageDraw.Draw(image).line(line, "#111111", pen, joint="curve")
    return np.asarray(image)


def written(text, **look):
    """A number in one line, as pixels (H, W, 4)."""
    step, size = look.pop("step", 78), look.pop("size", 1.0)
    width = round(60 + size * step * len(text))
    return picture(strokes(text, step=step, size=size), width=width, **look)


def to_png(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
