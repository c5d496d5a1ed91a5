"""Drawings and photographs made by rule: digits as a pen draws them, in every kind of light."""

import functools
import io

import numpy as np
from PIL import Image, ImageFilter
from sklearn.datasets import load_digits

data_set = functools.cache(load_digits)


@functools.cache
def inked(index, side=200, share=0.55, thick=0.0, at=(0.5, 0.5)):
    """One of the 8x8 digits as smooth strokes, (side, side), 0..1.

    ``share`` is its height of the side, ``thick`` is added to its strokes (of the figure's height),
    ``at`` is where its middle lies.
    """
    small = Image.fromarray(np.rint(data_set().images[index] * 255 / 16).astype(np.uint8))
    height = max(8, round(share * side))
    fine = 4 * height
    large = np.asarray(small.resize((fine, fine), Image.Resampling.BICUBIC)) > 127
    image = Image.fromarray(large.astype(np.uint8) * 255)
    if thick:
        grow = round(thick * fine / 2)
        image = image.filter(ImageFilter.GaussianBlur(grow)).point(lambda v: 255 * (v > 55))
    figure = np.asarray(image.reduce(4)) / 255
    ink = np.zeros((side, side))
    top, left = (round(place * side - height / 2) for place in at)
    top, left = (int(np.clip(place, 0, side - height)) for place in (top, left))
    ink[top : top + height, left : left + height] = figure
    return ink


def rgba(grey):
    """(H, W) 0..255 as opaque (H, W, 4) uint8; so is (H, W, 3)."""
    grey = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    colour = grey if grey.ndim == 3 else np.dstack([grey] * 3)
    return np.dstack([colour, np.full(colour.shape[:2], 255, np.uint8)])


def to_png(pixels):
    """The bytes of a PNG file."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def as_jpeg(pixels, quality):
    """The same pixels, (H, W, 4), after a JPEG file."""
    out = io.BytesIO()
    Image.fromarray(pixels[..., :3]).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out).convert("RGBA"))


def blurred(grey, radius):
    """(H, W) 0..255, out of focus."""
    image = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius))).astype(float)


def lit(side, rng, falls=0.4, shadow=0.0, soft=0.1):
    """(side, side) 0..1: light that falls off one way, and a shadow with an edge across."""
    y, x = np.mgrid[:side, :side] / side - 0.5
    turn, tilt = rng.uniform(0, 2 * np.pi, 2)
    light = 1 - falls * (0.5 + x * np.cos(turn) + y * np.sin(turn)).clip(0, 1)
    edge = x * np.cos(tilt) + y * np.sin(tilt) - rng.uniform(-0.25, 0.25)
    return light * (1 - shadow / (1 + np.exp(-edge / (0.02 + soft) * 4)))


def sheet(ink, rng, *, paper=225.0, dark=0.75, desk=0.0, grain=4.0, blur=0.0, **light):
    """A photographed sheet: ink (H, W) 0..1 on paper, perhaps with a strip of the desk."""
    side = len(ink)
    seen = paper * (1 - dark * ink)
    if desk:
        wide, level = max(1, round(desk * side)), rng.uniform(25, 90)
        edge = (seen[:wide], seen[-wide:], seen[:, :wide], seen[:, -wide:])[rng.integers(4)]
        edge[...] = level
    seen = blurred(seen, blur) if blur else seen
    return rgba(seen * lit(side, rng, **light) + rng.normal(0, grain, ink.shape))


def board(ink, rng, *, slate=60.0, chalk=200.0, grain=4.0, blur=0.0, **light):
    """Chalk on a board: light strokes with gaps in their grain, on a dark, wiped ground."""
    side = len(ink)
    wiped = blurred(128 + 90 * rng.normal(0, 1, (side, side)), side / 12) - 128
    rough = ink * np.clip(rng.normal(0.9, 0.15, ink.shape), 0.3, 1)
    seen = slate + wiped + (chalk - slate) * rough
    seen = blurred(seen, blur) if blur else seen
    return rgba(seen * lit(side, rng, **light) + rng.normal(0, grain, ink.shape))
