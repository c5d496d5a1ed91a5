"""Small pictures with words under them, as HTML: one element for many, updated in place.

Pictures are data URLs a few pixels wide, enlarged by the browser by a whole number: their pixels
stay sharp.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn.pictures.png import data_url, to_picture

#: Pixels of a tile's picture, about: of a sample; of a test picture or a template.
LARGE, SMALL = 112, 60
#: What stands where nothing is known yet.
UNKNOWN = "–"


def title(words: str, more: str, hint: str = "") -> str:
    """Return a heading, what is said beside it, and what is told of it when one points at it."""
    tip = f' title="{html.escape(hint)}"' if hint else ""
    return (
        f'<p class="tiles-title"{tip}><strong>{html.escape(words)}</strong>'
        f"<small>{html.escape(more)}</small></p>"
    )


def tiles(inside: Sequence[str], size: str = "") -> str:
    """Return tiles as ``tile`` makes them, in lines; ``size`` is "large" or nothing."""
    return f'<div class="tiles {size}">{"".join(inside)}</div>'


def tile(box: str, under: str, kind: str = "") -> str:
    """Return one tile: a box with a picture, and HTML under it."""
    return f'<figure class="{kind}">{box}{under}</figure>'


def picture(image: npt.NDArray[np.uint8], side: int, words: str) -> str:
    """Return an image (C, H, W) in its box, about ``side`` pixels large."""
    return picture_of(to_picture(image), side, words)


def picture_of(pixels: npt.NDArray[Any], side: int, words: str) -> str:
    """Return pixels (H, W) or (H, W, 3) in a box, enlarged by a whole number to about ``side``."""
    height, width = pixels.shape[:2]
    factor = max(1, round(side / max(height, width)))
    if factor * max(height, width) > side * 1.1:
        factor = max(1, side // max(height, width))
    said = html.escape(words)
    return (
        f'<div class="box"><img src="{data_url(pixels, 1)}" width="{factor * width}" '
        f'height="{factor * height}" alt="{said}" title="{said}"></div>'
    )


def blank(side: int) -> str:
    """Return an empty box of the same size."""
    width = f"width:{side}px;height:{side}px;max-width:92%;max-height:92%"
    return f'<div class="box"><div class="blank" style="{width}"></div></div>'


def caption(words: str) -> str:
    """Return a line under a picture, cut off where it is too long; pointing at it shows it all."""
    said = html.escape(words)
    return f'<figcaption title="{said}">{said}</figcaption>'
