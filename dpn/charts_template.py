"""The template that won as (data, Vega-Lite spec): places, template, and what each pixel adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dpn.account import signed
from dpn.charts import FloatArray, Spec, against_for, ink
from dpn.charts_sum import AGAINST, FOR, only
from dpn.pictures import Pixels, data_url, diverging, tinted, to_picture
from dpn.regions import Region

#: Height of the three pictures in pixels.
TEMPLATE_HEIGHT = 370
#: What stands in a place that speaks because there is no ink.
EMPTY = "no ink"


def template_chart(
    image: Pixels,
    template: FloatArray,
    product: FloatArray,
    regions: Sequence[tuple[Region, bool]] = (),
    title: str = "the template that won",
    usual: tuple[str, FloatArray] | None = None,
    *,
    dark: bool = False,
) -> tuple[pd.DataFrame, Spec]:
    """Return pictures side by side (two in a row on a phone): places, template, product.

    Args:
        image: (C, H, W) uint8.
        template: (C, H, W) C*; the channels of colour are added up.
        product: (C, H, W) C* ⊙ normalised image, what each pixel adds; likewise.
        regions: places of the image to tint and number, in the colour of what they speak for, and
            whether each does so by being empty.
        title: what the template is.
        usual: a title and (H, W), how much more ink a class usually has than another; drawn second.
        dark: whether the page is.
    """
    height, width = image.shape[1:]
    speaks, adds = template.sum(axis=0), product.sum(axis=0)
    places = to_picture(image)
    for region, is_empty in regions:
        colour = FOR if region.value > 0 else AGAINST
        places = tinted(places, region.mask, colour, *([0.35] if is_empty else []))
    maps = [usual] if usual else []
    maps += [(title, speaks), ("what each pixel adds", adds)]
    pictures = [("where it was decided", places)]
    pictures += [
        (name, diverging(values, float(np.abs(values).max()) or 1.0, against_for(dark)))
        for name, values in maps
    ]
    rows: list[dict[str, Any]] = [
        {"kind": "image", "panel": panel, "url": data_url(picture), "title": name}
        for panel, (name, picture) in enumerate(pictures)
    ]
    taken: list[tuple[float, float]] = []
    for number, (region, is_empty) in enumerate(regions, start=1):
        taken.append(region.middle(taken))
        text = f"{number}: {EMPTY if is_empty else signed(region.value)}"
        centre = dict(zip(("row", "column"), taken[-1], strict=True))
        place = {"kind": "place", "panel": 0, "number": text}
        rows.append(place | centre | {"down": 0, "across": 0})
    row, column = np.divmod(np.arange(height * width), width)
    pixels = pd.DataFrame({"row": row, "column": column, "down": 1, "across": 1})
    pixels["kind"] = "pixel"
    pixels["where"] = [f"row {r + 1}, column {c + 1}" for r, c in zip(row, column, strict=True)]
    pixels["ink"] = image.mean(axis=0).ravel() / 255
    pixels["template"], pixels["adds"] = speaks.ravel(), adds.ravel()
    # Only over the last picture: thousands of marks to point at would make the page slow.
    table = pd.concat([pd.DataFrame(rows), pixels.assign(panel=len(pictures) - 1)])
    return table, _template_spec(height, width, len(pictures), ink(dark))


def _template_spec(height: int, width: int, count: int, ink: str) -> Spec:
    title, gap, longer = 22, 12, max(height, width)
    tall, small = TEMPLATE_HEIGHT - title, TEMPLATE_HEIGHT / 2 - title
    pair = f"datum.left0 * (datum.side + {gap})"
    if count == 3:
        wide, first = f"min((width - {2 * gap}) / 3, {tall})", "datum.wide"
    else:  # the last two, smaller, one below the other
        wide, first = (
            f"min((width - {2 * gap + small}) / 2, {tall})",
            "datum.wide && datum.panel < 2",
        )
    place = {
        "wide": "width > 600",
        "first": first,
        "side": f"datum.first ? {wide} : min((width - {gap}) / 2, {small})",
        "left0": "datum.first ? datum.panel : datum.panel % 2",
        "left": f"datum.wide && !datum.first ? 2 * ({wide} + {gap}) : {pair}",
        "line": "datum.first ? 0 : datum.wide ? datum.panel - 2 : floor(datum.panel / 2)",
        "top": f"{title} + datum.line * (datum.side + {title})",
        "x0": f"datum.left + datum.side * datum.column / {longer}",
        "x1": f"datum.x0 + datum.side * datum.across / {longer}",
        "y0": f"datum.top + datum.side * datum.row / {longer}",
        "y1": f"datum.y0 + datum.side * datum.down / {longer}",
    }
    pixel = {"type": "quantitative", "axis": None, "scale": None}
    corner = {"x": {"field": "left", **pixel}, "y": {"field": "top", **pixel}}
    area = {
        "x": {"field": "x0", **pixel},
        "x2": {"field": "x1"},
        "y": {"field": "y0", **pixel},
        "y2": {"field": "y1"},
    }
    middle = {"x": {"field": "x0", **pixel}, "y": {"field": "y0", **pixel}}
    size = {
        "width": {"expr": f"datum.side * {width / longer}"},
        "height": {"expr": f"datum.side * {height / longer}"},
    }
    tooltip = [
        {"field": "where", "type": "nominal", "title": "pixel"},
        *(
            {"field": name, "type": "quantitative", "title": words, "format": form}
            for name, words, form in (
                ("ink", "brightness", ".2f"),
                ("template", "template", "+.3f"),
                ("adds", "adds", "+.3f"),
            )
        ),
    ]
    return {
        "height": TEMPLATE_HEIGHT,
        "transform": [{"calculate": rule, "as": name} for name, rule in place.items()],
        "layer": [
            only(
                "image",
                {"type": "image", "align": "left", "baseline": "top", **size},
                {**corner, "url": {"field": "url", "type": "nominal"}},
            ),
            only(
                "image",
                {"type": "text", "align": "left", "baseline": "bottom", "dy": -5}
                | {"fontSize": 13, "color": ink},
                {**corner, "text": {"field": "title", "type": "nominal"}},
            ),
            *(
                only(
                    "place",
                    {"type": "text", "fontSize": 13, "fontWeight": "bold", **colour},
                    {**middle, "text": {"field": "number", "type": "nominal"}},
                )
                for colour in ({"stroke": "#10161d", "strokeWidth": 4}, {"color": "white"})
            ),
            only("pixel", {"type": "rect", "fill": "transparent"}, {**area, "tooltip": tooltip}),
        ],
        "config": {"view": {"stroke": None}},
    }
