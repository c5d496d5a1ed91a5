"""Small pictures side by side, with a place outlined in each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dpn.pictures.png import Pixels, enlarge, to_picture

#: Pixels that a picture of the strip is wide, about, and between two of them.
SIDE, GAP = 96, 8


def strip(images: Pixels, masks: Sequence[npt.NDArray[np.bool_]], side: int = SIDE) -> Pixels:
    """Return images (N, C, H, W), N >= 1, side by side as (h, w, 4), nothing between them.

    Args:
        images: uint8, grey or colour.
        masks: (H, W) the place in each; its edge is white, and black beside that, to be seen on
            anything.
        side: pixels that each is wide, about.
    """
    large = np.stack([enlarge(mask.astype(np.uint8), side) for mask in masks]).astype(bool)
    large[:, [0, -1]] = large[:, :, [0, -1]] = (
        False  # where it ends black is seen beside white, too
    )
    beyond = _grown(~np.pad(large, [(0, 0), (1, 1), (1, 1)], constant_values=False))
    inner, grown = large & beyond[:, 1:-1, 1:-1], _grown(large)
    outer = grown & _grown(~grown)
    tiles: list[Pixels] = []
    for image, white, black in zip(images, inner, outer, strict=True):
        picture = enlarge(to_picture(image), side)
        tile = np.full((*picture.shape[:2], 4), 255, np.uint8)
        tile[..., :3] = picture if picture.ndim == 3 else picture[..., None]
        tile[black, :3], tile[white, :3] = 0, 255
        tiles += [tile, np.zeros((len(tile), GAP, 4), np.uint8)]
    return np.concatenate(tiles[:-1], axis=1)


def _grown(masks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return masks (N, h, w) and the pixels that touch them."""
    grown = masks.copy()
    grown[:, 1:] |= masks[:, :-1]
    grown[:, :-1] |= masks[:, 1:]
    across = grown.copy()
    grown[:, :, 1:] |= across[:, :, :-1]
    grown[:, :, :-1] |= across[:, :, 1:]
    return grown
