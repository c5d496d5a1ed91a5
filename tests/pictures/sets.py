"""One small data set of every kind, made by rule: images (N, C, H, W) uint8 and labels (N,)."""

import numpy as np
from PIL import Image

from tests.pictures.photographs import data_set, inked


def reduced(ink, side):
    """Ink (S, S) 0..1 averaged to (side, side)."""
    image = Image.fromarray((255 * ink).astype(np.uint8))
    return np.asarray(image.resize((side, side), Image.Resampling.BOX)) / 255


def figures(indices, side, share, at=0.5, spread=0.0, thick=0.04):
    rng = np.random.default_rng(len(indices))
    places = at + rng.uniform(-spread, spread, (len(indices), 2))
    return np.array(
        [
            reduced(inked(i, 4 * side, share, thick, tuple(place)), side)
            for i, place in zip(indices, places, strict=True)
        ]
    )


def dark_ink(indices):
    """Ink that is nearly black on white paper, small, in the upper left."""
    ink = figures(indices, 24, 0.6, at=0.42, spread=0.06)[:, None]
    noise = np.random.default_rng(1).normal(0, 3, ink.shape)
    return 245 - 215 * ink + noise


def light_ink(indices):
    """Figures that fill the image, light on black."""
    return 250 * figures(indices, 28, 1.0)[:, None]


def grey_ground(indices):
    """White ink on an even grey ground."""
    return 90 + 150 * figures(indices, 20, 0.7)[:, None]


def colour_drawings(indices):
    """Strokes on white, of a colour that goes with the class in half of the images."""
    ink = figures(indices, 28, 0.7)[:, None]
    hues = np.array([[200, 30, 30], [20, 120, 40], [30, 50, 190], [120, 30, 130], [60, 60, 60]])
    colours = hues[data_set().target[indices] % 5][:, :, None, None]
    return 255 * (1 - ink) + colours * ink


def grey_photos(indices):
    """Blobs lit from a side that goes with the class, on grounds of every brightness."""
    rng = np.random.default_rng(len(indices))
    images = []
    for label in data_set().target[indices]:
        y, x = np.mgrid[:24, :24] / 12 - 1 + rng.uniform(-0.15, 0.15)
        turn = 2 * np.pi * label / 10
        ball = np.hypot(x, y) < rng.uniform(0.45, 0.7)
        shade = 128 + 120 * (x * np.cos(turn) + y * np.sin(turn))
        images.append(np.where(ball, shade, rng.uniform(40, 210)) + rng.normal(0, 6, (24, 24)))
    return np.array(images)[:, None]


def colour_photos(indices):
    """The same in colours, on a ground that goes from one colour to another."""
    grey = grey_photos(indices)
    rng = np.random.default_rng(2)
    tints = rng.uniform(0.5, 1, (len(grey), 3, 1, 1))
    slope = np.mgrid[:24, :24][1] / 24 * rng.uniform(-25, 25, (len(grey), 3, 1, 1))
    return grey * tints + slope


def tiny_digits(indices):
    """The embedded digits themselves."""
    return data_set().images[indices][:, None] * 255 / 16


#: A kind -> its images, the preparation that fits it, and whether that reads drawings as ink.
KINDS = {
    "dark ink": (dark_ink, "dark_ink"),
    "light ink that fills": (light_ink, "light_ink"),
    "ink on grey": (grey_ground, "light_ink"),
    "colour drawings": (colour_drawings, "dark_ink"),
    "grey photos": (grey_photos, "photo"),
    "colour photos": (colour_photos, "photo"),
    "tiny digits": (tiny_digits, "digits"),
}


def made(kind, start, stop):
    """Return images (N, C, H, W) uint8 and labels (N,) of a kind."""
    indices = np.arange(start, stop)
    images = np.clip(np.rint(KINDS[kind][0](indices)), 0, 255).astype(np.uint8)
    return images, data_set().target[indices]
