"""Telling a drawing or a clean scan from a photograph, by its ground."""

from __future__ import annotations

import numpy as np

from dpn.pictures.ink import Pixels, area_average
from dpn.pictures.paper import most_around

#: Longest side, in pixels, of what is looked at: what counts is wider than noise.
LOOKED_AT = 128
#: Of the figure's contrast: where so much of the ground is left far from any ink, light falls
#: unevenly. Drawings and scans made by rule have at most 0.05, photographs 0.11 and more, boards
#: 0.08.
UNEVEN = 0.07
#: Of 255: a ground that is less restless than this was never photographed.
RESTLESS = 0.5
#: Of the picture: with less ground far from any ink it is taken for a drawing.
ROOM = 0.12
#: A side of the picture that is dark over so much of its length is the desk, and no stroke.
EDGE = 0.95


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
