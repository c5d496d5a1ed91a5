"""Changing an image by hand: strokes laid over it, parts of it blanked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn.explain.account import Box
from dpn.explain.regions import LUMA
from dpn.pictures.ink import area_average

Pixels = npt.NDArray[np.uint8]


def painted(image: Pixels, strokes: Pixels) -> Pixels:
    """Lay strokes over an image.

    A pixel that strokes cover by a share α becomes (1 − α) · pixel + α · their mean colour, and
    what they do not touch stays as it is.

    Args:
        image: (C, H, W) uint8.
        strokes: (h, w, 4) uint8 RGBA, transparent where nothing is painted; any size.

    Returns:
        (C, H, W) uint8.
    """
    channels, height, width = image.shape
    cover = strokes[..., 3] / 255.0
    alpha = area_average(cover, height, width)
    changed = np.empty_like(image)
    for channel in range(channels):
        colour = area_average(strokes[..., channel] * cover, height, width)
        changed[channel] = np.clip(np.rint(image[channel] * (1 - alpha) + colour), 0, 255)
    return changed


def blanked(image: Pixels, boxes: Iterable[Box], ground: Pixels) -> Pixels:
    """Give parts of an image (C, H, W) the colour of the ground (C,), which adds to no score."""
    changed = image.copy()
    for top, bottom, left, right in boxes:
        changed[:, top:bottom, left:right] = ground[:, None, None]
    return changed


def without(image: Pixels, mask: npt.NDArray[np.bool_], ground: Pixels) -> Pixels:
    """Give the pixels (H, W) of an image (C, H, W) the colour of the ground (C,)."""
    changed = image.copy()
    changed[:, mask] = ground[:, None]
    return changed


def evened(image: Pixels, mask: npt.NDArray[np.bool_]) -> Pixels:
    """Give the pixels (H, W) of an image (C, H, W) their mean colour: their pattern is gone."""
    changed = image.copy()
    changed[:, mask] = np.rint(image[:, mask].mean(axis=1, keepdims=True)).astype(np.uint8)
    return changed


def without_colour(image: Pixels, mask: npt.NDArray[np.bool_]) -> Pixels:
    """Give the pixels (H, W) of an image (C, H, W) their brightness alone (ITU-R BT.601)."""
    changed = image.copy()
    if len(image) == 3:
        changed[:, mask] = np.rint(LUMA @ image[:, mask]).astype(np.uint8)
    return changed


def with_ink(
    image: Pixels, mask: npt.NDArray[np.bool_], usual: npt.NDArray[np.floating[Any]]
) -> Pixels:
    """Draw into the pixels (H, W) of a drawing (1, H, W) what is usually there.

    Args:
        image: uint8.
        mask: where.
        usual: (H, W) a mean image, 0..1: drawn as a pen would, its peak full ink.
    """
    drawn = np.where(mask, usual / max(float(usual[mask].max()), 1e-6), 0) * 255
    changed: Pixels = np.maximum(image, np.rint(drawn).astype(np.uint8))
    return changed
