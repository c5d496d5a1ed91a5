"""Arrays -> figures. One colour has one meaning everywhere; nothing here imports torch.

What moves while a training runs is Vega-Lite, returned as (data, spec): Streamlit updates it in
place. What stands still is Plotly. Blue and orange are told apart with any kind of colour vision
and stand out from a light and from a dark page.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from dpn.runs.history import Curves, downsample, smooth

FloatArray = npt.NDArray[np.floating[Any]]
Spec = dict[str, Any]

TRAINING = "#2f8fd8"  # what is seen on training images; also "speaks for"
VALIDATION = "#e08214"  # what is seen on validation images; also "speaks against"
FAINT = "#9db4c8"  # raw numbers behind a smoothed line; whatever did not win
#: One diverging scale for all that speaks against (orange) or for (blue) an answer, for a light
#: page and for a dark one: its middle, which says nothing, does not shine.
AGAINST_FOR = [
    (0.0, "#b35806"),
    (0.25, "#f1a340"),
    (0.5, "#f7f7f7"),
    (0.75, "#67a9cf"),
    (1.0, "#2166ac"),
]
AGAINST_FOR_DARK = [
    (0.0, "#f4ad4e"),
    (0.25, "#a85f12"),
    (0.5, "#1c2631"),
    (0.75, "#2b6cab"),
    (1.0, "#7cc0ea"),
]

LIVE_HEIGHT = 300


def loss_chart(
    curves: Curves, total_steps: int, moment: int | None = None
) -> tuple[pd.DataFrame, Spec]:
    """Return the loss of each batch, raw and smoothed, as (data, Vega-Lite spec).

    ``moment`` is a step to mark.
    """
    step, loss = curves.steps["step"], curves.steps["loss"]
    raw = _series("each batch", *downsample(step, loss))
    even = _series("smoothed", *downsample(step, smooth(loss)))
    colours = {"each batch": FAINT, "smoothed": TRAINING}
    spec = _line_spec("loss (nats)", colours, total_steps, zero=True)
    return _marked(pd.concat([raw, even]), spec, moment)


def accuracy_chart(
    curves: Curves, total_steps: int, moment: int | None = None
) -> tuple[pd.DataFrame, Spec]:
    """Return training (smoothed) and validation accuracy as (data, Vega-Lite spec).

    ``moment`` is a step to mark.
    """
    train = smooth(curves.steps["accuracy"])
    training = _series("training", *downsample(curves.steps["step"], train))
    validation = _series("validation", curves.validation["step"], curves.validation["accuracy"])
    colours = {"training": TRAINING, "validation": VALIDATION}
    spec = _line_spec("accuracy", colours, total_steps, zero=False, percent=True)
    return _marked(pd.concat([training, validation]), spec, moment)


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


def plain_names(names: Sequence[str]) -> list[str]:
    """Return names that Plotly, which reads some HTML, shows as they are."""
    return [html.escape(name, quote=False) for name in names]


def _series(name: str, x: FloatArray, y: FloatArray) -> pd.DataFrame:
    return pd.DataFrame({"step": x, "value": y, "series": name})


def _marked(data: pd.DataFrame, spec: Spec, moment: int | None) -> tuple[pd.DataFrame, Spec]:
    """Draw a line across the chart at a step; it moves without the chart being made anew."""
    if moment is None:
        return data, spec
    here = pd.DataFrame({"step": [float(moment)], "value": [np.nan], "series": ["moment"]})
    lines = {key: spec.pop(key) for key in ("mark", "encoding")}
    rule = {
        "transform": [{"filter": "datum.series == 'moment'"}],
        "mark": {"type": "rule", "strokeWidth": 2, "strokeDash": [5, 3], "color": FAINT},
        "encoding": {"x": lines["encoding"]["x"]},
    }
    lines["transform"] = [{"filter": "datum.series != 'moment'"}]
    return pd.concat([data, here]), {**spec, "layer": [lines, rule]}


def _line_spec(
    title: str, colours: dict[str, str], total: int, *, zero: bool, percent: bool = False
) -> Spec:
    """Return a line chart whose horizontal axis is the whole training from its first moment."""
    spread = [0, max(total, 1)]
    return {
        "height": LIVE_HEIGHT,
        "mark": {"type": "line", "interpolate": "linear", "clip": True},
        "encoding": {
            "x": {
                "field": "step",
                "type": "quantitative",
                "title": "batch",
                "scale": {"domain": spread, "nice": False},
                "axis": {"grid": False, "tickCount": 6, "format": ",d"},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": title,
                "scale": {"zero": True} if zero else {"domain": [0, 1]},
                "axis": {"tickCount": 5, "format": ".0%" if percent else ".2~f"},
            },
            "color": {
                "field": "series",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(colours), "range": list(colours.values())},
                "legend": {"orient": "top", "symbolType": "stroke", "symbolStrokeWidth": 3},
            },
            "strokeWidth": {
                "condition": {"test": "datum.series == 'each batch'", "value": 1},
                "value": 2.5,
            },
        },
    }


def ink(dark: bool) -> str:
    """Return the colour of words in a figure, on a dark page or a light one."""
    return "#e8edf2" if dark else "#17202a"


def against_for(dark: bool) -> list[tuple[float, str]]:
    """Return the diverging scale for a dark page or a light one."""
    return AGAINST_FOR_DARK if dark else AGAINST_FOR


def tidy(figure: go.Figure, height: int) -> go.Figure:
    """Small margins, no ground of its own: the page's colours show through in light and dark."""
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure
