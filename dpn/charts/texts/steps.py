"""A score as a sum, as (data, Vega-Lite spec): each bar begins where the one before it ended."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dpn.charts.style import FAINT, TRAINING, VALIDATION, Spec, ink
from dpn.explain.account import Term, adding_up, signed
from dpn.language import t

#: Pixels of a row, of the names at the left, and of the number behind a bar.
ROW, NAMES, NUMBER = 26, 150, 56


def steps_chart(terms: Sequence[Term], total: str, *, dark: bool) -> tuple[pd.DataFrame, Spec]:
    """Return terms and their sum, a row each; ``total`` is what the sum is called.

    The numbers add up as they are read: see ``adding_up``.
    """
    rows, end, numbers = [], 0.0, adding_up([term.value for term in terms])
    for term, number in zip(terms, numbers, strict=True):
        rows.append(_row(term.name, term.value, number, end, end + term.value))
        end += term.value
    rows.append({**_row(total, end, sum(numbers), 0.0, end), "role": "total"})
    data = pd.DataFrame(rows)
    rank = {"field": "name", "type": "nominal", "sort": None}
    axis = {"title": None, "domain": False, "ticks": False, "labelLimit": NAMES - 6}
    names = {"labelColor": ink(dark), "labelFontSize": 12, "minExtent": NAMES, "maxExtent": NAMES}
    y = {**rank, "axis": {**axis, **names}, "scale": {"paddingInner": 0.25}}
    room = {"range": [0, {"expr": f"width - {NUMBER}"}], "nice": False, "zero": True}
    start = {"field": "start", "type": "quantitative", "axis": None, "scale": room}
    colours = {"domain": ["for", "against", "total"], "range": [TRAINING, VALIDATION, FAINT]}
    return data, {
        "height": ROW * len(rows),
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadius": 2, "tooltip": True},
                "encoding": {
                    "y": y,
                    "x": start,
                    "x2": {"field": "end"},
                    "color": {
                        "field": "role",
                        "type": "nominal",
                        "scale": colours,
                        "legend": None,
                    },
                    "description": {"field": "words", "type": "nominal"},
                    "tooltip": [{"field": "words", "type": "nominal", "title": t("adds")}],
                },
            },
            {
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dx": 5,
                    "fontSize": 12,
                    "color": ink(dark),
                },
                "encoding": {
                    "y": y,
                    "x": {**start, "field": "high"},
                    "text": {"field": "number", "type": "nominal"},
                },
            },
        ],
        "config": {"view": {"stroke": None}},
    }


def _row(name: str, value: float, number: float, start: float, end: float) -> dict[str, object]:
    return {
        "kind": "step",
        "name": name,
        "value": value,
        "start": start,
        "end": end,
        "high": max(start, end),
        "role": "for" if value >= 0 else "against",
        "number": signed(number),
        "words": f"{name} {signed(number)}",
    }
