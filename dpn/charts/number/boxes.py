"""A number that was read, as (data, Vega-Lite spec): its digits' boxes and ink on the picture.

Each digit has a colour of its own, here and in the trellis.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dpn.charts.style import Spec, ink
from dpn.charts.sum import only
from dpn.numbers.reading import SheetRead
from dpn.pictures.png import Pixels, data_url, tinted

#: Colours of digits that stand beside each other, told apart by people who see few colours, too
#: (M. Okabe, K. Ito, "Color Universal Design", 2008); darker, so that they are ink on paper.
COLOURS = ("#0072b2", "#d55e00", "#007a5a", "#a8558a", "#8a6d00")
#: The selection of the picture; what was clicked is a list of {"number"}.
DIGIT = "digit"
#: Pixels of a picture with one line, of each line more, and of what is said above a box.
TALL, MORE, WORDS = 150, 130, 22


def colour_of(number: int) -> str:
    """Return the colour of a digit by its number on the sheet, from 0."""
    return COLOURS[number % len(COLOURS)]


def number_picture(found: SheetRead, *, dark: bool = False) -> tuple[pd.DataFrame, Spec]:
    """Return the picture with each digit's ink in its colour, its box, and how likely it is.

    A click on a digit selects its "number" under the name ``DIGIT``.
    """
    owners, scale = found.owners, found.sheet.scale
    rows, columns = np.flatnonzero(owners.any(axis=1)), np.flatnonzero(owners.any(axis=0))
    room = max(4, round(0.12 * (rows[-1] - rows[0])))
    above = max(4, round(0.3 * (rows[-1] - rows[0])))  # where the percentages stand
    top, left = max(0, int(rows[0]) - above), max(0, int(columns[0]) - room)
    box = slice(top, int(rows[-1]) + 1 + room), slice(left, int(columns[-1]) + 1 + room)
    picture = coloured(found.sheet.picture[box], owners[box])
    height, width = picture.shape[:2]
    data: list[dict[str, Any]] = [{"kind": "image", "url": data_url(picture, width)}]
    for number, digit in enumerate(found.digits):
        x, y, w, h = (side / scale for side in digit.box)
        sure = digit.probability
        percent = ">99%" if sure > 0.99 else "<1%" if sure < 0.01 else f"{sure:.0%}"
        data.append(
            {
                "kind": "box",
                "number": number,
                "x": x - left,
                "x2": x - left + w,
                "y": y - top,
                "y2": y - top + h,
                "colour": colour_of(number),
                "text": digit.part.name,
                "percent": percent,
                "words": f"{digit.part.name} ({percent})",
            }
        )
    tall = TALL + MORE * (len(found.lines) - 1)
    return pd.DataFrame(data), _picture_spec(width, height, tall, dark)


def coloured(picture: Pixels, owners: NDArray[np.integer[Any]]) -> Pixels:
    """Return a picture (H, W, 3) with the ink of each owner (H, W), from 1, in its colour."""
    for owner in np.unique(owners[owners > 0]):
        picture = tinted(picture, owners == owner, colour_of(int(owner) - 1), 0.75)
    return picture


def field(name: str, **more: Any) -> Spec:
    """Return an encoding of a number."""
    return {"field": name, "type": "quantitative", **more}


def _picture_spec(width: int, height: int, tall: int, dark: bool) -> Spec:
    fit = f"min(width / {width}, (height - {WORDS}) / {height})"
    across = {"domain": [0, width], "range": [0, {"expr": f"{width} * {fit}"}], "nice": False}
    end = {"expr": f"{WORDS} + {height} * {fit}"}
    down = {"domain": [0, height], "range": [WORDS, end], "nice": False}
    x, y = field("x", axis=None, scale=across), field("y", axis=None, scale=down)
    colour = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    words = {"field": "words", "type": "nominal"}
    place = {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    size = {
        name: {"expr": f"{side} * {fit}"} for name, side in (("width", width), ("height", height))
    }
    image = {"type": "image", "align": "left", "baseline": "top", "aspect": False, **size}
    rect = {"type": "rect", "cursor": "pointer", "fillOpacity": 0.06, "strokeWidth": 2}
    text = {"type": "text", "align": "center", "baseline": "bottom", "dy": -3, "fontSize": 12}
    # The words may stand on the page or on the picture, be it paper or a dark photo.
    halo = {
        "color": ink(not dark),
        "stroke": ink(not dark),
        "strokeWidth": 4,
        "strokeJoin": "round",
    }

    def said(look: Spec) -> Spec:
        where = {"x": field("middle", axis=None, scale=across), "y": y}
        percent = {"field": "percent", "type": "nominal"}
        return {
            **only("box", {**text, **look, "aria": False}, {**where, "text": percent}),
            "transform": [
                {"filter": "datum.kind == 'box'"},
                {"calculate": "(datum.x + datum.x2) / 2", "as": "middle"},
            ],
        }

    return {
        "height": tall,
        "layer": [
            only(
                "image",
                image,
                {
                    "url": {"field": "url", "type": "nominal"},
                    "x": {"value": 0},
                    "y": {"value": WORDS},
                },
            ),
            {
                **only(
                    "box",
                    rect,
                    {
                        **place,
                        "stroke": colour,
                        "fill": colour,
                        "tooltip": words,
                        "description": words,
                    },
                ),
                "params": [
                    {
                        "name": DIGIT,
                        "select": {"type": "point", "fields": ["number"], "toggle": False},
                    }
                ],
            },
            said(halo),
            said({"color": ink(dark)}),
        ],
        "resolve": {"scale": {"x": "shared", "y": "shared"}},
        "config": {"view": {"stroke": None}},
    }
