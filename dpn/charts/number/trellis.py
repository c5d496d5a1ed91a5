"""The trellis of a number's cuts as (data, Vega-Lite spec): cuts across, digits down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dpn.charts.number.boxes import colour_of, coloured, field
from dpn.charts.style import FAINT, ON_COLOUR, Spec, ink
from dpn.charts.sum import only
from dpn.language import percent, t
from dpn.numbers.reading import LineRead, Reading
from dpn.pictures.png import Pixels, data_url

#: Pixels of a row of the trellis, left of its first cut, and of the ink above it.
ROW, LEFT, INK = 34, 40, 92


def number_trellis(
    line: LineRead, first: int = 0, *, dark: bool = False
) -> tuple[pd.DataFrame, Spec]:
    """Return the trellis of a line: cuts across, digits down, and the readings' ways through it.

    The best reading's way has its digits' colours; others are faint, and wider the likelier.

    Args:
        line: that was read.
        first: the number of its first digit on the sheet.
        dark: whether the page is.
    """
    ways = [*line.readings, *(reading for reading in line.instead if reading)]
    names = sorted({part.name for way in ways for part in way.parts})
    row_of = {name: row for row, name in enumerate(names)}
    owners = np.where(line.owners > 0, line.owners + first, 0)
    picture = coloured(_paper(line.ink, dark=dark), owners)
    data: list[dict[str, Any]] = [{"kind": "image", "url": data_url(picture, 400)}]
    data += [{"kind": "name", "row": row, "text": name} for name, row in row_of.items()]
    data += [{"kind": "cut", "x": float(x)} for x in line.columns]
    nodes: dict[tuple[int, str], dict[str, Any]] = {}
    for rank, way in reversed(list(enumerate(ways))):
        data += _way(line, way, row_of, rank, first)
        for index, part in enumerate(way.parts):
            key = part.cuts[1], part.name
            nodes[key] = {
                "kind": "node",
                "x": float(line.columns[part.cuts[1]]),
                "row": row_of[part.name],
                "colour": colour_of(first + index) if rank == 0 else FAINT,
                "on": "#ffffff" if rank == 0 else ON_COLOUR,
                "text": part.name,
                "digit": t(
                    "{name}, from cut {first} to {last}",
                    name=part.name,
                    first=part.cuts[0],
                    last=part.cuts[1],
                ),
                "odds": part.odds,
                "log_p": part.log_p,
            }
    data += nodes.values()
    return pd.DataFrame(data), _trellis_spec(line.ink.shape, len(names), ink(dark))


def _way(
    line: LineRead, way: Reading, row_of: dict[str, int], rank: int, first: int
) -> list[dict[str, Any]]:
    """Return the lines of one reading, from each digit to the next."""
    rows: list[dict[str, Any]] = []
    before = None
    for index, part in enumerate(way.parts):
        row = row_of[part.name]
        rows.append(
            {
                "kind": "way",
                "x": float(line.columns[part.cuts[0]]),
                "x2": float(line.columns[part.cuts[1]]),
                "row": row if before is None else before,
                "row2": row,
                "width": 5.0 if rank == 0 else 1.2 + 3 * way.probability,
                "colour": colour_of(first + index) if rank == 0 else FAINT,
                "reading": f"{way.text}, {percent(way.probability)}",
            }
        )
        before = row
    return rows


def _paper(ink: Pixels, *, dark: bool) -> Pixels:
    grey = 255 - ink if not dark else ink // 2 + 28
    return np.stack([grey] * 3, axis=2)


def _trellis_spec(shape: tuple[int, ...], rows: int, ink: str) -> Spec:
    h, w = shape
    fit = f"min((width - {LEFT + 18}) / {w}, {INK} / {h})"
    across = {
        "domain": [0, w],
        "range": [LEFT, {"expr": f"{LEFT} + {w} * {fit}"}],
        "nice": False,
    }
    bottom = INK + 14 + ROW * rows
    down = {"domain": [-0.5, rows - 0.5], "range": [INK + 14, bottom], "nice": False}
    x, y = field("x", axis=None, scale=across), field("row", axis=None, scale=down)
    colour = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    text = {"field": "text", "type": "nominal"}
    size = {name: {"expr": f"{side} * {fit}"} for name, side in (("width", w), ("height", h))}
    image = {"type": "image", "align": "left", "baseline": "bottom", "aspect": False, **size}
    node = [
        {"field": "digit", "type": "nominal", "title": t("digit")},
        field("odds", title=t("a digit at all"), format="+.2f"),
        field("log_p", title=t("this digit"), format="+.2f"),
    ]
    way = {"field": "reading", "type": "nominal", "title": t("reading")}
    return {
        "height": bottom,
        "layer": [
            only(
                "image",
                image,
                {
                    "url": {"field": "url", "type": "nominal"},
                    "x": {"value": LEFT},
                    "y": {"value": INK},
                },
            ),
            only(
                "cut",
                {"type": "rule", "color": FAINT, "opacity": 0.35, "strokeWidth": 1},
                {"x": x, "y": {"value": 0}, "y2": {"value": bottom}},
            ),
            only(
                "name",
                {"type": "text", "align": "left", "fontSize": 13, "color": ink},
                {"x": {"value": 2}, "y": y, "text": text},
            ),
            only(
                "way",
                {"type": "rule", "strokeCap": "round"},
                {
                    "x": x,
                    "x2": {"field": "x2"},
                    "y": y,
                    "y2": {"field": "row2"},
                    "strokeWidth": field("width", scale=None, legend=None),
                    "color": colour,
                    "tooltip": way,
                },
            ),
            only(
                "node",
                {"type": "circle", "size": 420, "opacity": 1},
                {"x": x, "y": y, "color": colour, "tooltip": node} | {"description": node[0]},
            ),
            only(
                "node",
                {"type": "text", "fontSize": 12},
                {"x": x, "y": y, "text": text, "color": {**colour, "field": "on"}},
            ),
        ],
        "resolve": {"scale": {"x": "shared", "y": "shared"}},
        "config": {"view": {"stroke": None}},
    }
