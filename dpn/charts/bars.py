"""Bars: how sure an answer is of each class, and how many images each class has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dpn.charts.style import (
    FAINT,
    TRAINING,
    VALIDATION,
    FloatArray,
    Spec,
    breadth,
    ink,
    plain_names,
    tidy,
)
from dpn.language import t

if TYPE_CHECKING:  # imported where it is drawn: Home begins to stand before
    import pandas as pd
    import plotly.graph_objects as go

#: With more classes than the first all bars are narrow, with more than the second the likeliest
#: are shown, so many of them, and one bar for all the others.
WIDE, ALL, LIKELIEST = 12, 26, 10
#: Pixels of the text of a bar's number, of a letter of a name, and of the names at most.
NUMBERS, LETTER, NAMES = 58, 8, 130


def probability_chart(
    names: Sequence[str], probabilities: FloatArray, *, doubts: bool = False, dark: bool = False
) -> tuple[pd.DataFrame, Spec]:
    """Return the class probabilities (K,) as bars in the classes' order, as (data, Vega-Lite spec).

    Of a model that ``doubts`` they add up to less than 1, and a last bar has what is missing.

    Up to ``ALL`` classes have a bar each; of more, the ``LIKELIEST`` have one, and "the other N"
    one together. A bar's place is a number of its own: the browser, which changes a chart in place,
    would keep the order in which it first met the names.
    """
    order = np.argsort(-probabilities, kind="stable")
    shown = np.arange(len(names)) if len(names) <= ALL else np.sort(order[:LIKELIEST])
    ranks = {int(order[0]): "answer", **({int(order[1]): "runner-up"} if len(order) > 1 else {})}
    values = [float(probabilities[i]) for i in shown]
    words, roles = [names[i] for i in shown], [ranks.get(int(i), "other") for i in shown]
    if rest := len(names) - len(shown):
        values.append(float(probabilities[order[LIKELIEST:]].sum()))
        words, roles = [*words, t("the other {count}", count=rest)], [*roles, "other"]
    if doubts:
        values.append(max(0.0, 1 - float(probabilities.sum())))
        words, roles = [*words, t("none of them")], [*roles, "other"]
    import pandas as pd

    data = pd.DataFrame({"class": words, "probability": values, "rank": roles})
    data["place"] = np.arange(len(data))
    data["label"] = [
        "<0.1%" if p < 0.001 else ">99.9%" if p > 0.999 else f"{p:.1%}" for p in values
    ]
    data["words"] = [f"{name}: {label}" for name, label in zip(words, data["label"], strict=True)]
    longest = max(map(breadth, [*names, *words[len(shown) :]]))
    room = min(LETTER * longest + 12, NAMES)
    return data, _probability_spec(len(data), room, 24 if len(data) <= WIDE else 17, ink(dark))


def _probability_spec(count: int, room: int, row: int, colour: str) -> Spec:
    """Return bars whose places are fixed, ``room`` pixels right of the edge for their names."""
    down = {"domain": list(range(count)), "paddingInner": 0.12, "paddingOuter": 0.06}
    across = {"domain": [0, 1], "range": [room, {"expr": f"width - {NUMBERS}"}]}
    role = {
        "field": "rank",
        "type": "nominal",
        "scale": {
            "domain": ["answer", "runner-up", "other"],
            "range": [TRAINING, VALIDATION, FAINT],
        },
        "legend": None,
    }
    size = 14 if row > 20 else 12
    value = {"field": "probability", "type": "quantitative", "axis": None, "scale": across}
    return {
        "height": row * count,
        "encoding": {
            "y": {"field": "place", "type": "ordinal", "axis": None, "scale": down},
            "tooltip": {"field": "words", "type": "nominal"},
            "description": {"field": "words", "type": "nominal"},
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3},
                "encoding": {"x": value, "x2": {"datum": 0}, "color": role},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": size - 1}
                | {"color": colour},
                "encoding": {"x": value, "text": {"field": "label", "type": "nominal"}},
            },
            {
                "mark": {"type": "text", "align": "right", "fontSize": size, "color": colour}
                | {"limit": room - 8},
                "encoding": {
                    "x": {"value": room - 8},
                    "text": {"field": "class", "type": "nominal"},
                },
            },
        ],
        "config": {"view": {"stroke": None}},
    }


def balance_figure(
    counts: dict[str, npt.NDArray[np.int64]], names: Sequence[str], things: str = "images"
) -> go.Figure:
    """Return ``things`` per class, stacked by part ("training", "validation", "test")."""
    import plotly.graph_objects as go

    colours = {"training": TRAINING, "validation": VALIDATION, "test": FAINT}
    words = {"training": t("training part"), "validation": t("validation part")}
    words["test"] = t("test part")
    of = {
        "training": t("training {things}", things=things),
        "validation": t("validation {things}", things=things),
        "test": t("test {things}", things=things),
    }
    figure = go.Figure(
        [
            go.Bar(
                name=words[part],
                x=plain_names(names),
                y=values,
                marker_color=colours[part],
                hovertemplate="%{x}: %{y:,} " + f"{of[part]}<extra></extra>",
            )
            for part, values in counts.items()
        ]
    )
    # It grows upwards where it takes two lines, as on a phone, and not over the bars.
    legend = {"orientation": "h", "yanchor": "bottom", "y": 1.02}
    figure.update_layout(barmode="stack", legend=legend)
    figure.update_xaxes(title=t("class"), type="category")
    figure.update_yaxes(title=things, tickformat=",")
    return tidy(figure, height=320)
