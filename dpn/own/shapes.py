"""Images of any shape -> (N, C, H, W) of one size: resized, in grey or in colour."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dpn.language import Later, msg, t
from dpn.models.config import MAX_SIDE, MIN_SIDE
from dpn.own.parts import Part
from dpn.own.thumbs import COLOUR_SIDE, COLOURED_SHARE, GREY_SIDE, Thumbs, resized
from dpn.pictures.ink import to_grey

#: Longest side of images in arrays: larger ones are for another kind of model.
MOST_SIDE = 1024


def shaped(part: Part, problems: list[str], notes: list[str]) -> NDArray[Any]:
    """Return the images of a part as (N, H, W) or (N, H, W, 3), of the numbers that they are."""
    x, called = np.asarray(part.images), part.called[0]
    shape = x.shape
    if x.dtype.kind not in "uifb":
        problems.append(f"{called} must be numbers, got {x.dtype}; save uint8.")
        return x
    if x.ndim == 2 and (side := math.isqrt(shape[1])) ** 2 == shape[1] and side >= MIN_SIDE:
        notes.append(
            Later(
                msg("{name} holds rows of {count}: read as {side}×{side} pixels."),
                name=called,
                count=shape[1],
                side=side,
            )
        )
        x = x.reshape(-1, side, side)
    elif x.ndim == 4 and shape[3] in (1, 3):
        x = x[..., 0] if shape[3] == 1 else x
    elif x.ndim == 4 and shape[1] in (1, 3):
        x = x[:, 0] if shape[1] == 1 else x.transpose(0, 2, 3, 1)
    elif x.ndim != 3:
        problems.append(
            f"{called} must have shape (N, H, W) or (N, H, W, 3), got {shape}."
            f"{_mended(called, shape)}"
        )
        return x
    if not (min(x.shape[1:3]) >= MIN_SIDE and max(x.shape[1:3]) <= MOST_SIDE and len(x)):
        problems.append(
            f"{called} must hold images of {MIN_SIDE} to {MOST_SIDE} pixels a side, got shape "
            f"{shape}."
        )
    return x


def _mended(called: str, shape: tuple[int, ...]) -> str:
    """Return what makes images of another shape to those that are accepted; "" of any other."""
    if shape[3:] in ((2,), (4,)):
        return f" Without transparency: {called}[..., :{shape[3] - 1}]."
    side = math.isqrt(shape[1] // 3) if len(shape) == 2 else 0
    if side and shape[1] == 3 * side**2:
        planes = f"{called} = {called}.reshape(-1, 3, {side}, {side})"
        return f" If each row is three planes of colours, as CIFAR's: {planes}"
    return ""


def from_thumbs(
    thumbs: dict[str, Thumbs], side: int | None, colour: bool | None, notes: list[str]
) -> dict[str, NDArray[np.uint8]]:
    """Return pictures as uint8 (N, C, H, W), at the side and in the colours that suit them.

    Args:
        thumbs: by part.
        side: pixels; 0 for as they are, where they are small and of one size; None to decide.
        colour: whether in colour, None to decide.
        notes: gets a sentence about what was done.
    """
    if colour is None:
        coloured = sum(one.coloured for one in thumbs.values())
        colour = coloured > COLOURED_SHARE * sum(map(len, thumbs.values()))
    usual = COLOUR_SIDE if colour else GREY_SIDE
    sizes = set().union(*(one.sizes for one in thumbs.values()))
    low, high = min(map(min, sizes)), max(map(max, sizes))
    is_fit = len(sizes) == 1 and low >= MIN_SIDE and high <= MAX_SIDE
    if side is None:
        side = 0 if is_fit and high <= COLOUR_SIDE else usual
    if side == 0 and not is_fit:
        side = usual
    what = t("in colour") if colour else t("in grey")
    if side:
        sides = t("sides of {low} to {high} pixels", low=low, high=high)
        if low == high:
            sides = t("{low}×{low} pixels", low=low)
        notes.append(
            t(
                "The middle square of each picture ({sides}) is resized to {side}×{side}, {what}.",
                sides=sides,
                side=side,
                what=what,
            )
        )
    else:
        ((height, width),) = sizes
        notes.append(
            t(
                "All pictures have {height}×{width} pixels: taken as they are, {what}.",
                height=height,
                width=width,
                what=what,
            )
        )
    found = {part: one.at(side or None) for part, one in thumbs.items()}
    return {part: _channels(x, colour) for part, x in found.items()}


def sized(
    parts: dict[str, NDArray[np.uint8]],
    side: int | None,
    colour: bool | None,
    notes: list[str],
    problems: list[str],
) -> dict[str, NDArray[np.uint8]]:
    """Return uint8 (N, C, H, W) of one shape.

    Args:
        parts: uint8 (N, H, W) or (N, H, W, 3).
        side: pixels; 0 or None leaves images as they are, where they are small enough.
        colour: whether there are three channels; None as most of them have.
        notes: gets sentences about what was done.
        problems: gets sentences where parts do not fit together.
    """
    shapes = {x.shape[1:] for x in parts.values()}
    if len({shape[:2] for shape in shapes}) > 1 and not side:
        found = ", ".join(f"{shape[0]}×{shape[1]}" for shape in sorted(shapes))
        problems.append(f"The parts hold images of different sizes ({found}); bring one size.")
        return {}
    is_coloured = any(x.ndim == 4 for x in parts.values()) if colour is None else colour
    largest = max(max(shape[:2]) for shape in shapes)
    if not side and largest > MAX_SIDE:
        side = COLOUR_SIDE if is_coloured else GREY_SIDE
    if side and {shape[:2] for shape in shapes} != {(side, side)}:
        words = msg("The middle square of each image is resized to {side}×{side}.")
        notes.append(Later(words, side=side))
        parts = {part: _resized(x, side) for part, x in parts.items()}
    if colour is not None and any((x.ndim == 4) != colour for x in parts.values()):
        said = (
            msg("Grey images get three equal channels.") if colour else msg("Colours become grey.")
        )
        notes.append(Later(said))
    return {part: _channels(x, is_coloured) for part, x in parts.items()}


def _resized(images: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.stack([resized(Image.fromarray(np.ascontiguousarray(x)), side) for x in images])


def _channels(x: NDArray[np.uint8], is_coloured: bool) -> NDArray[np.uint8]:
    if x.ndim == 3:
        return np.repeat(x[:, None], 3, axis=1) if is_coloured else x[:, None]
    return x.transpose(0, 3, 1, 2) if is_coloured else to_grey(x)[:, None]
