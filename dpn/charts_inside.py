"""Figures of what goes on inside a DPN: arrays -> Plotly. Nothing here imports torch.

Blue speaks for the answer and orange against it, here as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dpn.charts import FAINT, TRAINING, VALIDATION, FloatArray, tidy

FOR, AGAINST = TRAINING, VALIDATION


def sum_figure(
    image: FloatArray, added: FloatArray, names: Sequence[str], part_size: int
) -> go.Figure:
    """Return the image cut into bands of rows, what each adds, and the score as it builds up.

    Args:
        image: (H, W) pixels, bright ink on a dark ground.
        added: (n,) what each band adds to the score, its biases and smoothing included; the sum up
            to band t is ⟨u_t, D_t⟩, the value of the recursion at that step.
        names: n names of the bands, for hover texts.
        part_size: rows in a band.
    """
    height, width = image.shape
    centres = (np.arange(len(added)) + 0.5) * part_size - 0.5
    figure = make_subplots(
        rows=1,
        cols=3,
        shared_yaxes=True,
        column_widths=[0.38, 0.34, 0.28],
        horizontal_spacing=0.04,
        subplot_titles=("the image, in parts", "what each part adds", "the score so far"),
    )
    figure.add_trace(
        go.Heatmap(
            z=image, colorscale="Greys_r", showscale=False, xgap=0, hoverinfo="skip", name="image"
        ),
        row=1,
        col=1,
    )
    figure.add_trace(
        go.Bar(
            x=added,
            y=centres,
            orientation="h",
            width=part_size * 0.8,
            marker_color=[FOR if value >= 0 else AGAINST for value in added],
            customdata=list(names),
            hovertemplate="%{customdata}: %{x:+.2f}<extra></extra>",
        ),
        row=1,
        col=2,
    )
    figure.add_trace(
        go.Scatter(
            x=np.cumsum(added),
            y=centres,
            mode="lines+markers",
            line={"color": FOR, "width": 3, "shape": "spline"},
            marker={"size": 8},
            customdata=list(names),
            hovertemplate="after %{customdata}: %{x:.2f}<extra></extra>",
        ),
        row=1,
        col=3,
    )
    for edge in np.arange(1, len(added)) * part_size - 0.5:
        line = {"color": "rgba(120,160,200,0.55)", "width": 1}
        figure.add_shape(
            type="line", x0=-0.5, x1=width - 0.5, y0=edge, y1=edge, line=line, row=1, col=1
        )
    figure.update_yaxes(range=[height - 0.5, -0.5], visible=False)
    figure.update_yaxes(scaleanchor="x", row=1, col=1)
    figure.update_xaxes(visible=False, constrain="domain", row=1, col=1)
    for column in (2, 3):
        figure.update_xaxes(zeroline=True, zerolinecolor=FAINT, nticks=4, row=1, col=column)
    figure.update_annotations(font_size=13)
    figure.update_layout(showlegend=False)
    tidy(figure, height=290)
    figure.update_layout(margin_t=34)
    return figure
