"""How good the answers are, as figures: each class, and the calibration.

Nothing here imports torch. Blue is what the model does, orange what it misses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dpn.charts.confusion import NUMBERED, Counts
from dpn.charts.style import (
    FAINT,
    ON_COLOUR,
    TRAINING,
    VALIDATION,
    plain_names,
    tidy,
)
from dpn.evaluation.scores import Calibration, accuracy_words
from dpn.language import t


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
            hovertemplate=t("%{x}: %{y:.1%}, %{customdata[0]:,} of %{customdata[1]:,}")
            + "<extra></extra>",
        )
    )
    figure.update_xaxes(title=t("true class"), type="category", showgrid=False)
    figure.update_yaxes(title=t("answered right (%)"), tickformat=".0%", range=[0, 1], nticks=6)
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
        t("{low:.0%} to {high:.0%} sure", low=low, high=high)
        for low, high, any_ in zip(scores.edges[:-1], scores.edges[1:], seen, strict=True)
        if any_
    ]
    diagonal = go.Scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name=t("as sure as right"),
        line={"color": FAINT, "width": 2, "dash": "dash"},
        hoverinfo="skip",
    )
    gaps = go.Scatter(
        x=np.repeat(sure, 3),
        y=np.stack([sure, right, np.full(len(sure), np.nan)], axis=1).ravel(),
        mode="lines",
        name=t("gap"),
        line={"color": VALIDATION, "width": 3},
        hoverinfo="skip",
    )
    dots = go.Scatter(
        x=sure,
        y=right,
        mode="markers",
        name=t("the model"),
        marker={"color": TRAINING, "size": 7 + 17 * np.sqrt(counts / counts.max()), "opacity": 1},
        cliponaxis=False,
        customdata=np.stack([np.array(bins, dtype=object), counts], axis=1),
        hovertemplate=t(
            "%{customdata[0]}: %{customdata[1]:,} images<br>%{x:.1%} sure, %{y:.1%} right"
        )
        + "<extra></extra>",
    )
    figure = go.Figure([diagonal, gaps, dots])
    spread = {"range": [-0.04, 1.04], "tickformat": ".0%", "nticks": 6}
    figure.update_xaxes(title=t("confidence: probability of the answer (%)"), **spread)
    figure.update_yaxes(title=t("accuracy: answered right (%)"), **spread)
    figure.update_layout(
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "itemclick": False}
    )
    return tidy(figure, height=320)
