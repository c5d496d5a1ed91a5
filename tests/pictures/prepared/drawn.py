"""Drawings to prepare, and how alike two images are."""

import functools
import io

import numpy as np
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits

from dpn.pictures.prepare import InputSpec

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
MNIST = InputSpec(1, 28, 28, "mnist")
DIGITS = InputSpec(1, 8, 8, "digits")
CIFAR = InputSpec(3, 32, 32, "photo")
data_set = functools.cache(lambda: load_digits().images)


def drawing(ink, stroke=WHITE, ground=BLACK):
    """Ink (H, W) uint8 in one colour on another; on ``ground=None`` it is transparent."""
    share = ink[..., None] / 255
    if ground is None:
        flat = np.broadcast_to(np.array(stroke, np.uint8), (*ink.shape, 3))
        return np.dstack([flat, ink])
    mixed = np.rint(share * stroke + (1 - share) * ground).astype(np.uint8)
    return np.dstack([mixed, np.full(ink.shape, 255, np.uint8)])


@functools.cache
def big_digit(index, size=160, canvas=280, at=(60, 60)):
    """One of the 8x8 digits as smooth strokes on a large canvas."""
    small = Image.fromarray(np.rint(data_set()[index] * 255 / 16).astype(np.uint8))
    large = np.asarray(small.resize((size * 2, size * 2), Image.Resampling.BICUBIC))
    smooth = Image.fromarray((large > 127).astype(np.uint8) * 255).reduce(2)
    ink = np.zeros((canvas, canvas), np.uint8)
    ink[at[0] : at[0] + size, at[1] : at[1] + size] = smooth
    return ink


def pen(points, width, canvas=280):
    """A stroke with round joints, with soft edges."""
    image = Image.new("L", (canvas * 4, canvas * 4))
    scaled = [(x * 4, y * 4) for x, y in points]
    ImageDraw.Draw(image).line(scaled, fill=255, width=width * 4, joint="curve")
    return np.asarray(image.reduce(4))


SEVEN = [(70, 60), (200, 60), (120, 230)]


def as_jpeg(rgba, quality):
    out = io.BytesIO()
    Image.fromarray(rgba[..., :3]).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out).convert("RGBA"))


def likeness(a, b):
    return np.corrcoef(a.ravel(), b.ravel())[0, 1]


def likeness_nearby(a, b):
    """The best of nine shifts: a centre of mass near .5 may round to either side."""
    shifts = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(likeness(np.roll(a, shift, (-2, -1)), b) for shift in shifts)


def centre_of_mass(image):
    grid = np.mgrid[: image.shape[0], : image.shape[1]]
    return (grid * image).sum(axis=(1, 2)) / image.sum()


def sides(image):
    return [int(np.ptp(np.flatnonzero(image.any(axis=axis)))) + 1 for axis in (1, 0)]


def photograph(ink, paper=225.0, contrast=0.7, shadow=True, seed=0):
    """A figure on paper: light falls off, a soft shadow, grain, a speck and a dark table edge."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:280, :280] / 280
    light = 0.7 + 0.3 * x - 0.2 * y
    if shadow:
        light *= 0.6 + 0.4 / (1 + np.exp(-15 * (x + y - 0.9)))
    seen = paper * light * (1 - contrast * ink / 255) + rng.normal(0, 5, ink.shape)
    seen[262:268, 40:46] *= 0.4
    seen[:, :6] *= 0.3
    grey = np.clip(seen, 0, 255).astype(np.uint8)
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])
