"""Small pictures side by side, with a place outlined in each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dpn.pictures.png import Pixels, enlarge, to_picture

#: Pixels that a picture of the strip is wide, about, and between two of them.
SIDE, GAP = 96, 8


def strip(images: Pixels, masks: Sequence[npt.NDArray[np.bool_]]) -> Pixels:
    """Return images (N, C, H, W), N >= 1, side by side as (h, w, 4), nothing between them.

    Args:
        images: uint8, grey or colour.
        masks: (H, W) the place in each; its edge is white, and black beside that, to be seen on
            anything.
    """
    tiles: list[Pixels] = []
    for image, mask in zip(images, masks, strict=True):
        large = enlarge(mask.astype(np.uint8), SIDE).astype(bool)
        inner, outer = _edge(large), _edge(_grown(large))
        picture = enlarge(to_picture(image), SIDE)
        colours = picture if picture.ndim == 3 else np.stack([picture] * 3, axis=-1)
        tile = np.dstack([colours, np.full(colours.shape[:2], 255, np.uint8)])
        tile[outer, :3], tile[inner, :3] = 0, 255
        tiles += [tile, np.zeros((len(tile), GAP, 4), np.uint8)]
    return np.concatenate(tiles[:-1], axis=1)


def _edge(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the pixels of a mask beside one that is not in it, also beyond the border."""
    return mask & _grown(~np.pad(mask, 1))[1:-1, 1:-1]


def _grown(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return a mask and the pixels that touch it."""
    grown = mask
    for axis in (0, 1):
        wide = np.pad(grown, [(1, 1) if each == axis else (0, 0) for each in (0, 1)])
        parts = [np.take(wide, range(at, at + grown.shape[axis]), axis) for at in range(3)]
        grown = np.logical_or.reduce(parts)
    return grown
