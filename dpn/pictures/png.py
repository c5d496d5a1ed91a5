"""Arrays -> small PNG pictures with sharp pixels, for figures and pages."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]


def to_picture(image: Pixels) -> Pixels:
    """Return (C, H, W) as (H, W) if grey, else as (H, W, 3)."""
    return image[0] if len(image) == 1 else np.ascontiguousarray(image.transpose(1, 2, 0))


def enlarge(picture: Pixels, side: int) -> Pixels:
    """Repeat pixels of (H, W) or (H, W, 3) as often as fits into ``side``, at least once."""
    factor = max(1, side // max(picture.shape[:2]))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def png(picture: Pixels) -> bytes:
    """Return (H, W), (H, W, 3) or (H, W, 4), uint8, as a PNG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG", compress_level=1)
    return out.getvalue()


def data_url(picture: Pixels, side: int = 112) -> str:
    """Return the picture as a data URL; enlarged, for a saved chart blurs small pixels."""
    return "data:image/png;base64," + base64.b64encode(png(enlarge(picture, side))).decode()


def diverging(
    values: npt.NDArray[np.floating[Any]], most: float, scale: list[tuple[float, str]]
) -> Pixels:
    """Colour values (H, W) as (H, W, 3): −most is the low end of the scale, most the high end.

    Args:
        values: any finite numbers; what is beyond ±most gets the end's colour.
        most: > 0.
        scale: (position 0..1, "#rrggbb"), in order, as in ``dpn.charts.style.AGAINST_FOR``.
    """
    places = [place for place, _ in scale]
    stops = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for _, c in scale])
    at = np.clip(values / most, -1, 1) / 2 + 0.5
    planes = [np.interp(at, places, stops[:, channel]) for channel in range(3)]
    picture: Pixels = np.rint(np.stack(planes, axis=-1)).astype(np.uint8)
    return picture


def tinted(
    picture: Pixels, mask: npt.NDArray[np.bool_], colour: str, share: float = 0.65
) -> Pixels:
    """Return (H, W) or (H, W, 3) as (H, W, 3), mixed with a colour where the mask (H, W) says so.

    Args:
        picture: grey or colour.
        mask: which pixels.
        colour: "#rrggbb".
        share: 0..1, how much of the mixture is the colour; the rest is the picture.
    """
    mixed = (picture if picture.ndim == 3 else np.stack([picture] * 3, axis=-1)).astype(np.float64)
    ink = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    mixed[mask] = (1 - share) * mixed[mask] + share * ink
    result: Pixels = np.rint(mixed).astype(np.uint8)
    return result
