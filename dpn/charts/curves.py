"""The curves of one training, while it runs and afterwards, in Vega-Lite."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dpn.charts.style import FAINT, LIVE_HEIGHT, TRAINING, VALIDATION, Spec
from dpn.language import t
from dpn.runs.history import Curves, FloatArray, downsample, smooth

#: Share of the horizontal axis that a dash is long which stands for a single value.
DASH = 0.015


def loss_chart(
    curves: Curves, total_steps: int, moment: int | None = None
) -> tuple[pd.DataFrame, Spec]:
    """Return the loss of each batch, raw and smoothed, as (data, Vega-Lite spec).

    ``moment`` is a step to mark.
    """
    step, loss = curves.steps["step"], curves.steps["loss"]
    raw = _series(t("each batch"), *downsample(step, loss), total_steps)
    even = _series(t("smoothed"), *downsample(step, smooth(loss)), total_steps)
    colours = {t("each batch"): FAINT, t("smoothed"): TRAINING}
    spec = _line_spec(t("loss (nats)"), colours, total_steps, zero=True)
    return _marked(pd.concat([raw, even]), spec, moment)


def accuracy_chart(
    curves: Curves, total_steps: int, moment: int | None = None
) -> tuple[pd.DataFrame, Spec]:
    """Return training (smoothed) and validation accuracy as (data, Vega-Lite spec).

    ``moment`` is a step to mark.
    """
    train = smooth(curves.steps["accuracy"])
    training = _series(t("on training"), *downsample(curves.steps["step"], train), total_steps)
    held = curves.validation
    validation = _series(t("on validation"), held["step"], held["accuracy"], total_steps)
    colours = {t("on training"): TRAINING, t("on validation"): VALIDATION}
    spec = _line_spec(t("accuracy"), colours, total_steps, zero=False, percent=True)
    return _marked(pd.concat([training, validation]), spec, moment)


def _series(name: str, x: FloatArray, y: FloatArray, total: int) -> pd.DataFrame:
    if len(x) == 1:  # a line of one point is not seen
        x, y = x[0] + np.array([-DASH, 0]) * max(total, 1), y.repeat(2)
        x -= min(x[0], 0.0)
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
                "title": t("batch"),
                "scale": {"domain": spread, "nice": False},
                "axis": {"grid": False, "tickCount": 6, "tickMinStep": 1, "format": ",d"},
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
                "condition": {"test": f"datum.series == '{t('each batch')}'", "value": 1},
                "value": 2.5,
            },
        },
    }
