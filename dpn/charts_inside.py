"""Figures of what goes on inside a model: (data, Vega-Lite spec), which are updated in place.

Blue speaks for the answer and orange against it, here as everywhere. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dpn.account import Term, signed
from dpn.charts import FAINT, TRAINING, VALIDATION, FloatArray, Spec, against_for, ink
from dpn.pictures import Pixels, data_url, diverging, to_picture

FOR, AGAINST, TOTAL = TRAINING, VALIDATION, "#6b7d8f"
#: Pixels of the image's longer side in the sum, and of the rows below it for what is no part.
SIDE, ROW = 190, 24
#: Pixels right of the bars for their numbers, and where there is room for the names of the parts.
NUMBERS, NAMES, ROOM = 50, 100, 430
#: With more bars than this their numbers are left to the hover.
NUMBERED = 16
#: Height of the three pictures of a template.
TEMPLATE_HEIGHT = 370

ROLE = {
    "field": "role",
    "type": "nominal",
    "scale": {"domain": ["for", "against", "total"], "range": [FOR, AGAINST, TOTAL]},
    "legend": None,
}


def sum_chart(
    image: Pixels, terms: Sequence[Term], total: str, *, dark: bool = False
) -> tuple[pd.DataFrame, Spec]:
    """Return the image in parts, and beside each what it adds: a waterfall that ends at the score.

    Args:
        image: (C, H, W) uint8.
        terms: what was added, the parts first; each bar begins where the one before it ended.
        total: the name of the last bar, which is the whole score.
        dark: whether the page is.
    """
    height, width = image.shape[1:]
    scale = SIDE / max(height, width)
    parts = [term for term in terms if term.box]
    others = [term for term in terms if not term.box]
    values = np.array([term.value for term in terms])
    ends = np.cumsum(values)
    beside = all(box[2:] == (0, width) for term in parts if (box := term.box))
    picture = data_url(to_picture(image), SIDE)
    rows: list[dict[str, Any]] = [{"kind": "image", "url": picture}, {"kind": "zero", "start": 0.0}]
    most = max((abs(part.value) for part in parts), default=0) or 1
    for index, part in enumerate(parts):
        assert part.box
        top, bottom, left, right = (edge * scale for edge in part.box)
        shade = 0.55 * abs(part.value) / most
        rows.append(
            {"kind": "part", "y0": top, "y1": bottom, "x0": left, "x1": right, "shade": shade}
            | _words(part)
        )
        if not beside:
            top, bottom = index * SIDE / len(parts), (index + 1) * SIDE / len(parts)
        bar = _bar(part, ends[index], top, bottom, numbered=len(parts) <= NUMBERED)
        rows.append(bar | {"part": part.name} if bar["number"] else bar)
    bottom = height * scale if beside else SIDE
    for index, other in enumerate(others, start=len(parts)):
        rows.append(_bar(other, ends[index], bottom, bottom + ROW, numbered=True, named=True))
        bottom += ROW
    whole = _bar(Term(total, ends[-1]), ends[-1], bottom, bottom + ROW, numbered=True, named=True)
    rows.append({**whole, "role": "total", "number": signed(ends[-1])})
    return pd.DataFrame(rows), _sum_spec(bottom + ROW, scale * width, scale * height, ink(dark))


def _bar(
    term: Term, end: float, top: float, bottom: float, *, numbered: bool, named: bool = False
) -> dict[str, Any]:
    gap = min(2.5, (bottom - top) / 8)
    return _words(term) | {
        "kind": "bar",
        "start": end - term.value,
        "end": end,
        "high": max(end, end - term.value),
        "y0": top + gap,
        "y1": bottom - gap,
        "y": (top + bottom) / 2,
        "number": signed(term.value) if numbered else "",
        "label": term.name if named else "",
        "part": "",
    }


def _words(term: Term) -> dict[str, Any]:
    role = "for" if term.value >= 0 else "against"
    return {"name": term.name, "value": round(term.value, 3), "role": role}


def _sum_spec(height: float, image_width: float, image_height: float, ink: str) -> Spec:
    pixel = {"type": "quantitative", "axis": None}
    down = {**pixel, "scale": {"domain": [0, height], "range": [0, height], "nice": False}}
    # From here on the bars have what is left of the width, however wide the page is.
    left = SIDE + 14
    right = f"width - {NUMBERS} - (width > {ROOM} ? {NAMES} : 0)"
    bars = {"zero": True, "range": [left, {"expr": right}], "nice": False}
    tooltip = [
        {"field": "name", "type": "nominal", "title": "from"},
        {"field": "value", "type": "quantitative", "title": "adds", "format": "+.3f"},
    ]
    start = {"field": "start", "type": "quantitative", "axis": None, "scale": bars}
    return {
        "height": height,
        "layer": [
            only(
                "image",
                {"type": "image", "width": image_width, "height": image_height}
                | {"align": "left", "baseline": "top"},
                {"x": {"value": 0}, "y": {"value": 0}, "url": {"field": "url", "type": "nominal"}},
            ),
            {
                "transform": [{"filter": "datum.kind == 'part'"}],
                "mark": {"type": "rect", "stroke": "#8fa3b8", "strokeWidth": 0.7},
                "encoding": {
                    "x": {**pixel, "field": "x0", "scale": None},
                    "x2": {"field": "x1"},
                    "y": {"field": "y0", **down},
                    "y2": {"field": "y1"},
                    "color": ROLE,
                    "fillOpacity": {"field": "shade", "type": "quantitative", "scale": None},
                    "tooltip": tooltip,
                },
            },
            only(
                "zero",
                {"type": "rule", "color": FAINT, "strokeWidth": 1},
                {"x": start, "y": {"value": 0}, "y2": {"value": height}},
            ),
            only(
                "bar",
                {"type": "rect", "cornerRadius": 2},
                {
                    "x": start,
                    "x2": {"field": "end"},
                    "y": {"field": "y0", **down},
                    "y2": {"field": "y1"},
                    "color": ROLE,
                    "tooltip": tooltip,
                },
            ),
            only(
                "bar",
                {"type": "text", "align": "left", "dx": 5, "fontSize": 12, "color": ink},
                {
                    "x": {"field": "high", "type": "quantitative", "scale": bars},
                    "y": {"field": "y", **down},
                    "text": {"field": "number", "type": "nominal"},
                },
            ),
            only(
                "bar",
                {"type": "text", "align": "right", "fontSize": 11, "color": TOTAL}
                | {"limit": NAMES - 6, "opacity": {"expr": f"width > {ROOM} ? 1 : 0"}},
                {
                    "x": {"value": "width"},
                    "y": {"field": "y", **down},
                    "text": {"field": "part", "type": "nominal"},
                },
            ),
            only(
                "bar",
                {"type": "text", "align": "right", "fontSize": 12, "color": ink},
                {
                    "x": {"value": left - 12},
                    "y": {"field": "y", **down},
                    "text": {"field": "label", "type": "nominal"},
                },
            ),
        ],
        "resolve": {"scale": {"x": "shared", "y": "shared"}},
        "config": {"view": {"stroke": None}},
    }


def only(kind: str, mark: Spec, encoding: Spec) -> Spec:
    """Return the layer that draws the rows of one kind; a figure has one table for all."""
    return {
        "transform": [{"filter": f"datum.kind == '{kind}'"}],
        "mark": mark,
        "encoding": encoding,
    }


def template_chart(
    image: Pixels,
    template: FloatArray,
    product: FloatArray,
    framed: Sequence[Term] = (),
    title: str = "the template that won",
    *,
    dark: bool = False,
) -> tuple[pd.DataFrame, Spec]:
    """Return three pictures side by side (2 and 1 on a phone): image, template, product.

    Args:
        image: (C, H, W) uint8.
        template: (C, H, W) C*; the channels of colour are added up.
        product: (C, H, W) C* ⊙ normalised image, what each pixel adds; likewise.
        framed: parts to frame, in the colour of what they speak for.
        title: what the template is.
        dark: whether the page is.
    """
    height, width = image.shape[1:]
    speaks, adds = template.sum(axis=0), product.sum(axis=0)
    pictures = [to_picture(image)] + [
        diverging(values, float(np.abs(values).max()) or 1.0, against_for(dark))
        for values in (speaks, adds)
    ]
    titles = ("the image", title, "what each pixel adds")
    rows: list[dict[str, Any]] = [
        {"kind": "image", "panel": panel, "url": data_url(picture), "title": title}
        for panel, (picture, title) in enumerate(zip(pictures, titles, strict=True))
    ]
    for term in framed:
        assert term.box
        top, bottom, left, right = term.box
        edges = {"row": top, "column": left, "down": bottom - top, "across": right - left}
        rows += [{"kind": "box", "panel": panel, **edges, **_words(term)} for panel in range(3)]
    row, column = np.divmod(np.arange(height * width), width)
    pixels = pd.DataFrame({"row": row, "column": column, "down": 1, "across": 1})
    pixels["kind"] = "pixel"
    pixels["where"] = [f"row {r + 1}, column {c + 1}" for r, c in zip(row, column, strict=True)]
    pixels["ink"] = image.mean(axis=0).ravel() / 255
    pixels["template"], pixels["adds"] = speaks.ravel(), adds.ravel()
    # Only over the last picture: thousands of marks to point at would make the page slow.
    table = pd.concat([pd.DataFrame(rows), pixels.assign(panel=2)])
    return table, _template_spec(height, width, ink(dark))


def _template_spec(height: int, width: int, ink: str) -> Spec:
    title, gap, longer = 22, 12, max(height, width)
    wide = f"min((width - {2 * gap}) / 3, {TEMPLATE_HEIGHT - title})"
    narrow = f"min((width - {gap}) / 2, {TEMPLATE_HEIGHT / 2 - title})"
    place = {
        "wide": "width > 560",
        "side": f"datum.wide ? {wide} : {narrow}",
        "left": f"(datum.wide ? datum.panel : datum.panel % 2) * (datum.side + {gap})",
        "top": f"{title} + (datum.wide ? 0 : floor(datum.panel / 2) * (datum.side + {title}))",
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
            only(
                "box",
                {"type": "rect", "filled": False, "strokeWidth": 2},
                {**area, "color": ROLE},
            ),
            only("pixel", {"type": "rect", "fill": "transparent"}, {**area, "tooltip": tooltip}),
        ],
        "config": {"view": {"stroke": None}},
    }
