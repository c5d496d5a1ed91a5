"""The places that decided, in the picture, as (data, Vega-Lite spec).

What is drawn for a place here and in ``place_bars`` begins its description with its ``label``, so
that a page can light in the one figure what is pointed at in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dpn.charts.style import Spec
from dpn.charts.sum import ROLE, only
from dpn.explain.account import signed
from dpn.explain.regions import Region
from dpn.language import t
from dpn.pictures.png import Pixels, data_url, to_picture

#: Pixels of the picture's longer side at most.
SIDE = 340
#: Of the line around the picture: to be seen on light pages and on dark ones.
FRAME = "#8593a1"
#: How strongly a place is coloured in a grey picture and in one whose colours are to be seen.
TINT = {1: 0.5, 3: 0.12}


def label(place: int) -> str:
    """Return how the description of what is drawn for a place begins."""
    return f"{t('place')} {place}:"


@dataclass(frozen=True, eq=False)
class Shown:
    """A place as it is shown.

    Attributes:
        name: what lies there, and where.
        region: its pixels and its value.
        is_empty: whether it speaks by having no ink: its value is what ink there would take, and
            no part of the sum.
    """

    name: str
    region: Region
    is_empty: bool = False

    @property
    def number(self) -> str:
        """Its value; in brackets, what is no part of the sum."""
        return f"({signed(-self.region.value)})" if self.is_empty else signed(self.region.value)

    def row(self, place: int) -> dict[str, Any]:
        """Return what the rows of both figures say of it."""
        return {
            "name": self.name,
            "number": self.number,
            "role": "for" if self.region.value > 0 else "against",
            "empty": self.is_empty,
            "words": f"{label(place)} {self.name}, {self.number}",
        }


def place_picture(image: Pixels, places: Sequence[Shown]) -> tuple[pd.DataFrame, Spec]:
    """Return the picture with its places tinted, outlined and numbered.

    Args:
        image: (C, H, W) uint8.
        places: in the order of their numbers, which begin at 1.
    """
    height, width = image.shape[1:]
    words = None if places else t("none stands out")
    rows: list[dict[str, Any]] = [
        {"kind": "image", "url": data_url(to_picture(image)), "words": words}
        | {"edge": f"M0,0h{width}v{height}h{-width}z"}
    ]
    taken: list[tuple[float, float]] = []
    for index, place in enumerate(places, start=1):
        taken.append(place.region.middle(taken))
        mask = place.region.mask
        marks = {"area": area_path(mask), "edge": edge_path(mask)}
        centre = dict(zip(("row", "column"), taken[-1], strict=True))
        rows.append({"kind": "place", "place": index, **place.row(index), **marks, **centre})
    return pd.DataFrame(rows), _picture_spec(height, width, TINT[len(image)])


def area_path(mask: npt.NDArray[np.bool_]) -> str:
    """Return the pixels of a mask (H, W) as an SVG path, a pixel 1 wide: runs of each row."""
    steps = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(steps == 1), np.argwhere(steps == -1)
    return "".join(
        f"M{left},{row}h{right - left}v1h{left - right}z"
        for (row, left), (_, right) in zip(starts, ends, strict=True)
    )


def edge_path(mask: npt.NDArray[np.bool_]) -> str:
    """Return the edge of a mask (H, W) as an SVG path, a pixel 1 wide."""
    bare = np.pad(mask, 1).astype(np.int8)
    upright = np.argwhere(np.diff(bare, axis=1)[1:-1])
    level = np.argwhere(np.diff(bare, axis=0)[:, 1:-1])
    return "".join(
        [f"M{column},{row}v1" for row, column in upright]
        + [f"M{column},{row}h1" for row, column in level]
    )


def _picture_spec(height: int, width: int, tint: float) -> Spec:
    # A whole number of screen pixels for each of the image's, so that edges meet.
    pixel = f"max(1, floor(min(width, {SIDE}) / {max(height, width)}))"
    corner = {"x": {"value": 0}, "y": {"value": 0}}
    #: A path is drawn √size / 2 as large as it says.
    shape = {"size": {"expr": f"4 * {pixel} * {pixel}"}, "opacity": 1}
    dash = {"condition": {"test": "datum.empty", "value": [4, 3]}, "value": [1, 0]}
    tinted = {"condition": {"test": "datum.empty", "value": 0.28}, "value": tint}
    placed = {"type": "quantitative", "scale": None, "axis": None}
    words = {"field": "words", "type": "nominal"}
    said = {"tooltip": words, "description": words}

    def outline(name: str) -> Spec:
        return {"field": name, "type": "nominal", "scale": None}

    return {
        "height": SIDE,
        "layer": [
            only(
                "image",
                {"type": "image", "align": "left", "baseline": "top", "tooltip": None}
                | {"aria": False}
                | {"width": {"expr": f"{pixel} * {width}"}}
                | {"height": {"expr": f"{pixel} * {height}"}},
                {**corner, "url": {"field": "url", "type": "nominal"}},
            ),
            only(  # a frame, without which a white photo on a white page has no end
                "image",
                {"type": "point", "filled": False, "strokeWidth": 1, "color": FRAME, **shape}
                | {"aria": False, "tooltip": None},
                {**corner, "shape": outline("edge")},
            ),
            only(
                "place",
                {"type": "point", "filled": True, "strokeWidth": 0, **shape},
                corner
                | {"shape": outline("area"), "color": ROLE, **said}
                | {"fillOpacity": tinted},
            ),
            only(
                "place",
                {"type": "point", "filled": False, "strokeWidth": 2, **shape},
                corner
                | {"shape": outline("edge"), "color": ROLE, "strokeDash": dash}
                | {"description": words},
            ),
            *(
                {
                    **only(
                        "place",
                        {"type": "text", "fontSize": 14, "fontWeight": "bold", **colour},
                        {
                            "x": {"field": "x0", **placed},
                            "y": {"field": "y0", **placed},
                            "text": {"field": "text", "type": "nominal"},
                            **said,
                        },
                    ),
                    "transform": [
                        {"filter": "datum.kind == 'place'"},
                        {"calculate": f"datum.column * {pixel}", "as": "x0"},
                        {"calculate": f"datum.row * {pixel}", "as": "y0"},
                        {
                            "calculate": "datum.place + (datum.empty ? '' : ': ' + datum.number)",
                            "as": "text",
                        },
                    ],
                }
                for colour in ({"stroke": "#10161d", "strokeWidth": 4}, {"color": "white"})
            ),
        ],
        "config": {"view": {"stroke": None}},
    }  # fmt: skip
