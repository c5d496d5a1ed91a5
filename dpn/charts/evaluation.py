"""How good the answers are, as figures: the confusion matrix, each class, and the calibration.

Nothing here imports torch. The confusion matrix is Vega-Lite: its cells can be clicked, and it may
follow a slider. The others are Plotly. Blue is what the model does, orange what it misses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from dpn.charts.style import (
    FAINT,
    ON_COLOUR,
    TRAINING,
    VALIDATION,
    Spec,
    ink,
    plain_names,
    tidy,
)
from dpn.evaluation.scores import Calibration, accuracy_words

#: The selection of the confusion matrix; what was clicked is a list of {"truth", "answer"}.
CELL = "cell"
#: With more classes than this the cells have no numbers, and with more than that no gaps.
NUMBERED, SPACED = 15, 40
Counts = npt.NDArray[np.int64]
#: The true class and the answer; None is any.
Cell = tuple[int | None, int | None]


def confusion_chart(
    confusion: Counts, names: Sequence[str], *, dark: bool, selected: Cell | None = None
) -> tuple[pd.DataFrame, Spec]:
    """Return the confusion matrix as (data, Vega-Lite spec): rows the true class, columns answers.

    Colour is the share of the row, so that a rare class is as readable as a common one.

    Args:
        confusion: (K, K) counts of images.
        names: K names of the classes.
        dark: that the page is, for the numbers in the cells.
        selected: the cell to outline; with one None in it a whole row or column, with two nothing.
            A click on a cell then selects "truth" and "answer" under the name ``CELL``. The choice
            is in the data alone: the chart is changed in place. None for one that is not clicked.
    """
    classes = len(names)
    truth, answer = (place.ravel() for place in np.indices((classes, classes)))
    images = confusion.ravel()
    share = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    # Right answers would drown the mistakes: on the diagonal the number says it, not the colour.
    shade = np.where(np.eye(classes, dtype=bool), share * 0.25, np.sqrt(share))
    row, column = selected or (None, None)
    chosen = np.full(classes**2, (row, column) != (None, None))
    chosen &= (truth == row) | (row is None)
    chosen &= (answer == column) | (column is None)
    data = pd.DataFrame(
        {
            "truth": truth,
            "answer": answer,
            "images": images,
            "shade": shade.ravel(),
            "chosen": chosen,
            "words": [
                f"true {names[int(t)]}, answered {names[int(a)]}: "
                f"{n:,} image{'' if n == 1 else 's'}, {s:.1%} of its class"
                for t, a, n, s in zip(truth, answer, images, share.ravel(), strict=True)
            ],
        }
    )
    # Of the class with the most images: of one set it is the same for every model and moment.
    digits = len(f"{confusion.sum(axis=1).max():,}")
    return data, _confusion_spec(names, digits, ink(dark), clicked=selected is not None)


def _confusion_spec(names: Sequence[str], digits: int, colour: str, *, clicked: bool) -> Spec:
    def axis(field: str, title: str, **more: object) -> Spec:
        return {
            "field": field,
            "type": "ordinal",
            "title": title,
            # By place and not by name: a name is text here and nothing else.
            "axis": {
                "labelExpr": "names[datum.value]",
                "labelLimit": 90,
                "labelOverlap": "greedy" if len(names) > NUMBERED else False,
                "ticks": False,
                "domain": False,
                **more,
            },
            "scale": {"paddingInner": 0.04 if len(names) <= SPACED else 0, "paddingOuter": 0.02},
        }

    short = max(map(len, names)) <= 3
    upright = {"labelAngle": 0} if short else {"labelAngle": -45, "labelAlign": "right"}
    hand = {"cursor": "pointer"} if clicked else {}
    choice = {"type": "point", "fields": ["truth", "answer"], "toggle": False}
    cells: Spec = {
        "mark": {"type": "rect", "color": TRAINING, **hand},
        "params": [{"name": CELL, "select": choice}] if clicked else [],
        "encoding": {
            "fillOpacity": {
                "field": "shade",
                "type": "quantitative",
                "scale": {"domain": [0, 1], "range": [0.04, 1]},  # the same in every run
                "legend": None,
            }
        },
    }
    numbers: Spec = {
        "mark": {
            "type": "text",
            "color": colour,
            **hand,
            "fontSize": {"expr": f"clamp(width / {len(names) * (0.55 * digits + 0.3):.2f}, 7, 14)"},
        },
        "encoding": {
            "text": {
                "condition": {"test": "datum.images > 0", "field": "images", "format": ",d"},
                "value": "",
            }
        },
    }
    outline: Spec = {
        "transform": [{"filter": "datum.chosen"}],
        "mark": {
            "type": "rect",
            "aria": False,
            "filled": False,
            "stroke": colour,
            "strokeWidth": 2,
        },
    }
    return {
        "height": int(np.clip(60 * len(names), 180, 440 if len(names) <= SPACED else 600)),
        "params": [{"name": "names", "value": list(names)}],
        "encoding": {
            "x": axis("answer", "answer", orient="bottom", **upright),
            "y": axis("truth", "true class"),
            "tooltip": {"field": "words", "type": "nominal"},
            "description": {"field": "words", "type": "nominal"},
        },
        "layer": [cells, outline, *([numbers] if len(names) <= NUMBERED else [])],
        "config": {"view": {"stroke": None}},
    }


def confusion_words(confusion: Counts, names: Sequence[str], most: int = 5) -> str:
    """Return a confusion matrix (K, K) in plain words: how many were right, what went wrong most.

    Args:
        confusion: counts of images.
        names: K names of the classes.
        most: how many kinds of mistakes are told.
    """
    wrong = confusion - np.diag(confusion.diagonal())
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    cells = [(int(t), int(a)) for t, a in zip(*np.unravel_index(order, wrong.shape), strict=True)]
    told = [f"{names[t]} as {names[a]}, {wrong[t, a]:,}" for t, a in cells if wrong[t, a]]
    right = f"{confusion.trace():,} of {confusion.sum():,} images answered right"
    return f"Confusion matrix: {right}. Most mistakes: {'; '.join(told) or 'none'}."


def class_words(confusion: Counts, names: Sequence[str]) -> pd.DataFrame:
    """Return the accuracy of each class in the column "words"; of one without images, nothing."""
    totals, right = confusion.sum(axis=1), confusion.diagonal()
    return pd.DataFrame(
        {
            "words": [
                f"{name} {accuracy_words(hits / total, int(total))}" if total else None
                for name, hits, total in zip(names, right, totals, strict=True)
            ]
        }
    )


def class_figure(confusion: Counts, names: Sequence[str]) -> go.Figure:
    """Return the share of right answers of each class as bars, in the classes' own order.

    Args:
        confusion: (K, K) counts; row: the true class, column: the answer.
        names: K names of the classes. One without images has no bar.
    """
    totals, right = confusion.sum(axis=1), confusion.diagonal()
    share = np.where(totals > 0, right / np.maximum(totals, 1), np.nan)
    figure = go.Figure(
        go.Bar(
            x=plain_names(names),
            y=share,
            text=[
                accuracy_words(s, int(n)) if n else "" for s, n in zip(share, totals, strict=True)
            ]
            if len(names) <= NUMBERED
            else None,
            textangle=-90,
            textposition="inside",
            insidetextanchor="start",
            insidetextfont_color=ON_COLOUR,
            marker_color=TRAINING,
            customdata=np.stack([right, totals], axis=1),
            hovertemplate="%{x}: %{y:.1%}, %{customdata[0]:,} of %{customdata[1]:,}<extra></extra>",
        )
    )
    figure.update_xaxes(title="true class", type="category", showgrid=False)
    figure.update_yaxes(title="answered right (%)", tickformat=".0%", range=[0, 1], nticks=6)
    return tidy(figure, height=320)


def calibration_figure(scores: Calibration) -> go.Figure:
    """Return the accuracy against the confidence of each bin, and the gap to the diagonal.

    The larger a dot, the more images are in its bin. Bins without images have none. (A reliability
    diagram; Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.)
    """
    seen = scores.counts > 0
    counts, sure = scores.counts[seen], scores.confidence[seen]
    right = scores.accuracy[seen]
    bins = [
        f"{low:.0%} to {high:.0%} sure"
        for low, high, any_ in zip(scores.edges[:-1], scores.edges[1:], seen, strict=True)
        if any_
    ]
    diagonal = go.Scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="as sure as right",
        line={"color": FAINT, "width": 2, "dash": "dash"},
        hoverinfo="skip",
    )
    gaps = go.Scatter(
        x=np.repeat(sure, 3),
        y=np.stack([sure, right, np.full(len(sure), np.nan)], axis=1).ravel(),
        mode="lines",
        name="gap",
        line={"color": VALIDATION, "width": 3},
        hoverinfo="skip",
    )
    dots = go.Scatter(
        x=sure,
        y=right,
        mode="markers",
        name="the model",
        marker={"color": TRAINING, "size": 7 + 17 * np.sqrt(counts / counts.max()), "opacity": 1},
        cliponaxis=False,
        customdata=np.stack([np.array(bins, dtype=object), counts], axis=1),
        hovertemplate="%{customdata[0]}: %{customdata[1]:,} images<br>"
        "%{x:.1%} sure, %{y:.1%} right<extra></extra>",
    )
    figure = go.Figure([diagonal, gaps, dots])
    spread = {"range": [-0.04, 1.04], "tickformat": ".0%", "nticks": 6}
    figure.update_xaxes(title="confidence: probability of the answer (%)", **spread)
    figure.update_yaxes(title="accuracy: answered right (%)", **spread)
    figure.update_layout(
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "itemclick": False}
    )
    return tidy(figure, height=320)
