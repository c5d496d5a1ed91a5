"""Bars: how sure an answer is of each class, and how many images each class has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from dpn.charts.style import FAINT, TRAINING, VALIDATION, FloatArray, Spec, ink, plain_names, tidy


def probability_chart(
    names: Sequence[str], probabilities: FloatArray, most: int = 10, *, dark: bool = False
) -> tuple[pd.DataFrame, Spec]:
    """Return the class probabilities (K,) as bars, as (data, Vega-Lite spec).

    With up to ``most`` classes all are shown in their own order, so that bars do not jump between
    strokes; with more, the likeliest are shown, likeliest first.
    """
    order = np.argsort(-probabilities, kind="stable")
    shown = np.arange(len(names)) if len(names) <= most else order[:most]
    data = pd.DataFrame(
        {
            "class": [names[i] for i in shown],
            "probability": probabilities[shown].astype(float),
            "rank": [
                ("answer", "runner-up")[r]
                if (r := int(np.flatnonzero(order == i)[0])) < 2
                else "other"
                for i in shown
            ],
        }
    )
    data["label"] = [
        "<0.1%" if p < 0.001 else ">99.9%" if p > 0.999 else f"{p:.1%}" for p in data["probability"]
    ]
    y = {
        "field": "class",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelFontSize": 14, "labelLimit": 110, "ticks": False, "domain": False},
    }
    colour = {
        "field": "rank",
        "type": "nominal",
        "scale": {
            "domain": ["answer", "runner-up", "other"],
            "range": [TRAINING, VALIDATION, FAINT],
        },
        "legend": None,
    }
    x = {
        "field": "probability",
        "type": "quantitative",
        "title": None,
        "axis": None,
        "scale": {"domain": [0, 1.18]},
    }
    spec = {
        "height": 24 * len(shown),
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "cornerRadiusEnd": 3}, "encoding": {"color": colour}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 13}
                | {"color": ink(dark)},
                "encoding": {"text": {"field": "label", "type": "nominal"}},
            },
        ],
        "config": {"view": {"stroke": None}},
    }  # fmt: skip
    return data, spec


def balance_figure(counts: dict[str, npt.NDArray[np.int64]], names: Sequence[str]) -> go.Figure:
    """Return images per class, stacked by part ("training", "validation", "test")."""
    colours = {"training": TRAINING, "validation": VALIDATION, "test": FAINT}
    figure = go.Figure(
        [
            go.Bar(
                name=part,
                x=plain_names(names),
                y=values,
                marker_color=colours[part],
                hovertemplate="%{x}: %{y:,} " + part + " images<extra></extra>",
            )
            for part, values in counts.items()
        ]
    )
    figure.update_layout(barmode="stack", legend={"orientation": "h", "y": 1.12})
    figure.update_xaxes(title="class", type="category")
    figure.update_yaxes(title="images")
    return tidy(figure, height=320)
