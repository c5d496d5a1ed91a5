"""Telling a drawing or a clean scan from a photograph, by its ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dpn.pictures.figures import pieces
from dpn.pictures.ink import Pixels, area_average, spread
from dpn.pictures.paper import most_around

Mask = NDArray[np.bool_]
BOX = Image.Resampling.BOX

#: Longest side, in pixels, of what is looked at: what counts is wider than noise.
LOOKED_AT = 128
#: Of the figure's contrast: where so much of the ground is left far from any ink, light falls
#: unevenly. Drawings and scans made by rule have at most 0.05, photographs 0.11 and more, boards
#: 0.08.
UNEVEN = 0.07
#: Of 255: a ground that is less restless than this was never photographed.
RESTLESS = 0.5
#: Of 255: by so much pixels differ from those beside them, in the middle, where all is noise.
GRAINY = 12
#: Of the picture: with less ground far from any ink it is taken for a drawing.
ROOM = 0.12
#: Of 255: so far a sheet is from what it lies on, and ink from it. Of the picture: how large it is
#: at least; of a rectangle: how much of it it is (an ellipse 0.79); of the sheet: how much is ink.
SHEET, SMALLEST, STRAIGHT, LEAST_INK, MOST_INK = 40, 0.08, 0.86, 0.005, 0.4
#: A side of the picture that is dark over so much of its length is the desk, and no stroke.
EDGE = 0.95


def on_its_sheet(rgba: Pixels, *, cut: bool = True) -> Pixels:
    """Return the sheet with figures on it that lies whole in a picture (H, W, 4), else the picture.

    A note on a table, a card on a page, also turned, or with a transparent ground around it: what
    is beside it becomes as the sheet is, and but for what is near is ``cut`` off.
    """
    h, w = rgba.shape[:2]
    scale = min(1.0, LOOKED_AT / max(h, w))
    small = max(1, round(h * scale)), max(1, round(w * scale))
    if min(small) < LOOKED_AT // 4:
        return rgba
    shrunk = (Image.fromarray(rgba[..., i]).resize(small[::-1], BOX) for i in range(4))
    red, green, blue, alpha = (np.asarray(plane, np.float32) for plane in shrunk)
    colours, clear = np.stack([red, green, blue], axis=2), alpha < 128
    border = np.ones(small, bool)
    border[2:-2, 2:-2] = False
    if clear[border].mean() >= 0.5:
        sheet = ~clear
    else:
        away = np.abs(colours - np.median(colours[border], axis=0)).max(axis=2)
        # Wood has a grain, and light falls unevenly on it.
        sheet = away > max(SHEET, 1.5 * float(np.percentile(away[border], 95)))
    sheet, whole = _whole(sheet)
    if whole[border].any() or whole.mean() < SMALLEST or not _is_straight(whole):
        return rgba
    colour = np.median(colours[sheet], axis=0)
    inside = ~_grown(~whole, 3)
    inked = inside & (np.abs(colours - colour).max(axis=2) > SHEET)
    if not LEAST_INK < inked.mean() / whole.mean() < MOST_INK:
        return rgba
    mask = np.asarray(Image.fromarray(inside).resize((w, h)))
    alone = rgba.copy()
    alone[~mask] = [*np.rint(colour).astype(np.uint8), 255]
    alone[..., 3] = 255
    if not cut:
        return alone
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return alone[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _grown(mask: Mask, times: int = 1) -> Mask:
    for _ in range(times):
        mask = spread(mask)
    return mask


def _whole(mask: Mask) -> tuple[Mask, Mask]:
    """Return the largest part of a mask that may be a sheet with ink on it, and it with its holes.

    Both are empty where none may: most drawings are told so from the box around their strokes.
    """
    largest, whole = np.zeros_like(mask), np.zeros_like(mask)
    boxes = [(slice(top, bottom), slice(left, right)) for left, right, top, bottom in pieces(mask)]
    box = max(boxes, key=lambda box: mask[box].sum(), default=None)
    if box is None or mask[box].size < SMALLEST * mask.size:
        return largest, whole
    if _is_straight(mask[box], STRAIGHT * (1 - MOST_INK)):
        largest[box] = _largest(mask[box])
        whole[box] = _filled(largest[box])
    return largest, whole


def _largest(mask: Mask) -> Mask:
    """Return the largest part of a mask that hangs together."""
    label = np.arange(1, mask.size + 1).reshape(mask.shape) * mask
    while not np.array_equal(label, grown := spread(label) * mask):
        label = grown  # the largest number in a part spreads over all of it
    counts = np.bincount(label.ravel())
    counts[0] = 0
    largest: Mask = mask & (label == counts.argmax())
    return largest


def _filled(mask: Mask) -> Mask:
    """Return a mask with its holes: what is not reached from the border."""
    outside = np.zeros_like(mask)
    outside[[0, -1]], outside[:, [0, -1]] = ~mask[[0, -1]], ~mask[:, [0, -1]]
    while not np.array_equal(outside, grown := spread(outside) & ~mask):
        outside = grown
    return ~outside


def _is_straight(mask: Mask, share: float = STRAIGHT) -> bool:
    """Return whether a mask is so much of a rectangle, turned by any angle."""
    y, x = np.nonzero(mask)
    least = np.inf
    for turn in np.linspace(0, np.pi / 2, 31)[:-1]:
        along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        least = min(least, (np.ptp(along) + 1) * (np.ptp(across) + 1))
    return bool(len(x) >= share * least)


def is_photo(rgba: Pixels) -> bool:
    """Return whether a picture (H, W, 4) is a photo of paper or a board, and not a drawing.

    A drawing stands on an even ground, and then it is read pixel by pixel. A photo has shadows, or
    shows the edge of the sheet, and is read by how much darker than its surroundings a place is.
    """
    h, w = rgba.shape[:2]
    scale = min(1.0, LOOKED_AT / max(h, w))
    h, w = max(1, round(h * scale)), max(1, round(w * scale))
    red, green, blue, alpha = (area_average(rgba[..., i], h, w) for i in range(4))
    depth = max(1, max(h, w) // 20)
    border = np.ones((h, w), bool)
    border[depth:-depth, depth:-depth] = False
    if (alpha[border] < 128).mean() >= 0.5:
        return False
    steps = np.diff(rgba[::4, :, 1].astype(np.int16), axis=1)
    if min(h, w) >= LOOKED_AT // 2 and np.median(np.abs(steps)) >= GRAINY:
        return True  # pixel by pixel there would be ink everywhere
    colours = np.stack([red, green, blue], axis=2)
    away = np.abs(colours - np.median(colours[border], axis=0)).max(axis=2)
    strong = away > away.max() / 2
    far = most_around(strong.astype(np.float32), 1 + 2 * max(1, max(h, w) // 10)) < 0.5
    if far.mean() < ROOM or not (far & border).any():
        return False  # a figure that was cut out leaves too little ground to judge by
    if np.percentile(away[far & border], 70) < RESTLESS:
        return False
    ends = strong[0], strong[-1], strong[:, 0], strong[:, -1]
    is_desk = max(float(end.mean()) for end in ends) >= EDGE
    return is_desk or float(np.percentile(away[far], 98)) > UNEVEN * away.max()
