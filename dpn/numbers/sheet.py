"""The ink of a picture of numbers, drawn or photographed."""

from __future__ import annotations

import numpy as np
from PIL import Image

from dpn.errors import ConfigError, did_you_mean
from dpn.numbers.reading import Sheet
from dpn.pictures.ink import Pixels, area_average, drawn_ink, over
from dpn.pictures.paper import photo_ink
from dpn.pictures.reading import is_photo, on_its_sheet

KINDS = ("auto", "drawing", "photo")
#: Longest side of what is read, in pixels.
SEEN_PX = 1024


def find_sheet(rgba: Pixels, kind: str = "auto", dark_on_light: bool | None = None) -> Sheet:
    """Return the ink of a picture (H, W, 4) uint8.

    Args:
        rgba: the picture.
        kind: one of ``KINDS``.
        dark_on_light: how to read the ink, None to find out.

    Raises:
        BlankDrawing: there is no ink.
        ConfigError: there is no such kind.
    """
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        raise ConfigError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}{hint}")
    scale = max(1.0, max(rgba.shape[:2]) / SEEN_PX)
    if scale > 1:
        size = [max(1, round(side / scale)) for side in rgba.shape[1::-1]]
        rgba = np.asarray(Image.fromarray(rgba).resize(size, Image.Resampling.BOX))
    if kind != "drawing":
        rgba = on_its_sheet(rgba, cut=False)
    if kind == "auto":
        kind = "photo" if is_photo(rgba) else "drawing"
    if kind == "photo":
        ink, dark = photo_ink(rgba, dark_on_light, many=True)
    else:
        ink, dark = drawn_ink(rgba, dark_on_light)
    picture = over(rgba, 255 if dark else 0)
    if picture.shape[:2] != ink.shape:
        scale *= picture.shape[1] / ink.shape[1]
        planes = [area_average(picture[..., c], *ink.shape) for c in range(3)]
        picture = np.rint(np.stack(planes, axis=2)).astype(np.uint8)
    return Sheet(picture, ink, scale, kind)
