"""The sum behind a score as (data, Vega-Lite spec), which is updated in place.

Blue speaks for the answer and orange against it, here as everywhere. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dpn.charts.style import FAINT, TRAINING, VALIDATION, Spec, ink
from dpn.explain.account import Term, adding_up, signed
from dpn.language import t
from dpn.pictures.png import Pixels, data_url, to_picture

if TYPE_CHECKING:
    import pandas as pd

FOR, AGAINST, TOTAL = TRAINING, VALIDATION, "#6b7d8f"
#: Pixels of the image's longer side in the sum, and of the rows below it for what is no part.
SIDE, ROW = 190, 24
#: Pixels right of the bars for their numbers, and left of them, where there is room, for the names
#: of the parts; where there is none, on a phone, the names lie on the image.
NUMBERS, NAMES, ROOM = 50, 100, 430
#: With more bars than this their numbers are left to the hover.
NUMBERED = 16

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
        terms: what was added, the parts first; each bar begins where the one before it ended, and
            the numbers add up as they are read: see ``adding_up``.
        total: the name of the last bar, which is the whole score.
        dark: whether the page is.
    """
    height, width = image.shape[1:]
    scale = SIDE / max(height, width)
    parts = [term for term in terms if term.box]
    others = [term for term in terms if not term.box]
    values = np.array([term.value for term in terms])
    ends, numbers = np.cumsum(values), [signed(one) for one in adding_up(values.tolist())]
    beside = all(box[2:] == (0, width) for term in parts if (box := term.box))
    picture = data_url(to_picture(image))
    rows: list[dict[str, Any]] = [{"kind": "image", "url": picture}, {"kind": "zero", "start": 0.0}]
    most = max((abs(part.value) for part in parts), default=0) or 1
    for index, part in enumerate(parts):
        assert part.box
        top, bottom, left, right = (edge * scale for edge in part.box)
        shade = 0.55 * abs(part.value) / most
        rows.append(
            {"kind": "part", "y0": top, "y1": bottom, "x0": left, "x1": right, "shade": shade}
            | term_row(part, numbers[index])
        )
        if not beside:
            top, bottom = index * SIDE / len(parts), (index + 1) * SIDE / len(parts)
        row = term_row(part, numbers[index])
        bar = _bar(row, part.value, ends[index], top, bottom)
        if len(parts) > NUMBERED:
            bar["number"] = ""
        rows.append(bar | {"part": part.name} if bar["number"] else bar)
    bottom = height * scale if beside else SIDE
    for index, other in enumerate(others, start=len(parts)):
        row = term_row(other, numbers[index])
        bar = _bar(row, other.value, ends[index], bottom, bottom + ROW)
        rows.append(bar | {"label": other.name})
        bottom += ROW
    row = term_row(Term(total, ends[-1]), signed(ends[-1]))
    whole = _bar(row, ends[-1], ends[-1], bottom, bottom + ROW)
    rows.append(whole | {"role": "total", "label": total})
    import pandas as pd  # here: Home begins to stand before it is imported

    return pd.DataFrame(rows), _sum_spec(bottom + ROW, scale * width, scale * height, ink(dark))


def _bar(
    row: dict[str, Any], value: float, end: float, top: float, bottom: float
) -> dict[str, Any]:
    gap = min(2.5, (bottom - top) / 8)
    return row | {
        "kind": "bar",
        "words": f"{row['name']} {row['adds']}",
        "start": end - value,
        "end": end,
        "high": max(end, end - value),
        "y0": top + gap,
        "y1": bottom - gap,
        "y": (top + bottom) / 2,
        "number": row["adds"],
        "label": "",
        "part": "",
    }


def term_row(term: Term, number: str) -> dict[str, Any]:
    """Return what a figure's row says of a term: its name, value, and for whom it speaks.

    ``number`` is its value as it is read.
    """
    role = "for" if term.value >= 0 else "against"
    return {"name": term.name, "value": round(term.value, 3), "adds": number, "role": role}


def _sum_spec(height: float, image_width: float, image_height: float, ink: str) -> Spec:
    pixel = {"type": "quantitative", "axis": None}
    down = {**pixel, "scale": {"domain": [0, height], "range": [0, height], "nice": False}}
    # From here on the bars have what is left of the width, however wide the page is.
    left = f"{SIDE + 14} + (width > {ROOM} ? {NAMES} : 0)"
    ends = [{"expr": left}, {"expr": f"width - {NUMBERS}"}]
    bars = {"zero": True, "range": ends, "nice": False}
    before = {"value": {"expr": f"{left} - 12"}}
    tooltip = [
        {"field": "name", "type": "nominal", "title": t("from")},
        {"field": "adds", "type": "nominal", "title": t("adds")},
    ]
    start = {"field": "start", "type": "quantitative", "axis": None, "scale": bars}
    return {
        "height": height,
        "layer": [
            only(
                "image",
                {"type": "image", "width": image_width, "height": image_height}
                | {"align": "left", "baseline": "top", "tooltip": None},
                {"x": {"value": 0}, "y": {"value": 0}, "url": {"field": "url", "type": "nominal"}},
            ),
            {
                "transform": [{"filter": "datum.kind == 'part'"}],
                "mark": {"type": "rect", "stroke": "#8fa3b8", "strokeWidth": 0.7} | {"aria": False},
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
                    "description": {"field": "words", "type": "nominal"},
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
                {"type": "text", "align": "right", "fontSize": 11, "color": ink}
                | {"limit": NAMES - 12, "opacity": {"expr": f"width > {ROOM} ? 1 : 0"}},
                {
                    "x": before,
                    "y": {"field": "y", **down},
                    "text": {"field": "part", "type": "nominal"},
                },
            ),
            *(
                only(
                    "bar",
                    {"type": "text", "align": "left", "fontSize": 10, **halo}
                    | {"opacity": {"expr": f"width > {ROOM} ? 0 : 1"}},
                    {
                        "x": {"value": 4},
                        "y": {"field": "y", **down},
                        "text": {"field": "part", "type": "nominal"},
                    },
                )
                for halo in ({"stroke": "#10161d", "strokeWidth": 3}, {"color": "white"})
            ),
            only(
                "bar",
                {"type": "text", "align": "right", "fontSize": 12, "color": ink},
                {
                    "x": before,
                    "y": {"field": "y", **down},
                    "text": {"field": "label", "type": "nominal"},
                },
            ),
        ],
        "resolve": {"scale": {"x": "shared", "y": "shared"}},
        "config": {"view": {"stroke": None}},
    }


def only(kind: str, mark: Spec, encoding: Spec) -> Spec:
    """Return the layer that draws the rows of one kind; a figure has one table for all.

    Marks without a description are not read out: what stands in the table is not for people.
    """
    quiet = {} if "description" in encoding else {"aria": False}
    return {
        "transform": [{"filter": f"datum.kind == '{kind}'"}],
        "mark": quiet | mark,
        "encoding": encoding,
    }
