"""Arrays -> figures. One colour has one meaning everywhere; nothing here imports torch.

What moves while a training runs is Vega-Lite, returned as (data, spec): Streamlit updates it in
place. What stands still is Plotly. Blue and orange are told apart with any kind of colour vision
and stand out from a light and from a dark page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dpn.charts.style import DASHES, FAINT, RUNS, TRAINING, VALIDATION, Spec
from dpn.runs.history import Curves, FloatArray, downsample, smooth

LIVE_HEIGHT = 300
#: What can be drawn, by the words for it, and over what.
MEASURES = ("validation accuracy", "training loss")
AXES = {"batches": "step", "seconds": "seconds"}
#: The axis of accuracies begins so many times as far from 100% as the worst run ends.
ROOM = 4.0
#: Batches over which a training loss is smoothed.
SMOOTHED = 20.0


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


def runs_chart(
    curves: dict[str, Curves], measure: str, over: str
) -> tuple[pd.DataFrame, Spec] | None:
    """Return one curve for each run as (data, Vega-Lite spec); None where there are none at all.

    Args:
        curves: of each run, by the letter it is shown with; a run without any is left out, and
            keeps its colour.
        measure: one of ``MEASURES``.
        over: a key of ``AXES``.
    """
    is_accuracy = measure == MEASURES[0]
    parts = []
    for letter, each in curves.items():
        columns = each.validation if is_accuracy else each.steps
        x, y = columns[AXES[over]], columns["accuracy" if is_accuracy else "loss"]
        if not is_accuracy and len(y):
            y = _smooth(each.steps["step"], y)
        part = pd.DataFrame(dict(zip(("x", "value"), downsample(x, y), strict=True)))
        parts.append(part.assign(run=letter))
    data = pd.concat(parts, ignore_index=True)
    if data.empty:
        return None
    unit = "images" if is_accuracy else "nats"
    title = f"{measure} ({'% of ' if is_accuracy else ''}{unit})"
    return data, _runs_spec(list(curves), title, over, _spread(data) if is_accuracy else None)


def _smooth(steps: FloatArray, losses: FloatArray) -> FloatArray:
    """Smooth over as many batches in a curve that has only some of them."""
    apart = max(1.0, float(np.median(np.diff(steps)))) if len(steps) > 1 else 1.0
    return smooth(losses, max(1.0, SMOOTHED / apart))


def _spread(data: pd.DataFrame) -> list[float]:
    """Return the ends of the axis: near what the runs came to, so that they are told apart."""
    worst = float(data.groupby("run")["value"].last().min())
    return [max(0.0, 1 - ROOM * max(1 - worst, 0.005)), 1.0]


def _runs_spec(letters: Sequence[str], title: str, over: str, spread: list[float] | None) -> Spec:
    named = {"field": "run", "type": "nominal", "title": None}
    legend = {"orient": "top", "symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 400}
    percent = spread is not None
    return {
        "height": LIVE_HEIGHT,
        "mark": {"type": "line", "clip": True, "strokeWidth": 2.5, "point": percent},
        "encoding": {
            "x": {
                "field": "x",
                "type": "quantitative",
                "title": "batch" if over == "batches" else "seconds of training",
                "scale": {"zero": True},
                "axis": {"grid": False, "tickCount": 6, "format": ",~r"},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": title,
                "scale": {"domain": spread} if spread else {"zero": True},
                "axis": {"tickCount": 5, "format": ".3~%" if percent else ".2~f"},
            },
            "color": {
                **named,
                "scale": {"domain": list(letters), "range": list(RUNS[: len(letters)])},
                "legend": legend,
            },
            "strokeDash": {
                **named,
                "scale": {"domain": list(letters), "range": [*DASHES[: len(letters)]]},
                "legend": legend,
            },
            "tooltip": [
                {"field": "run", "title": "run"},
                {"field": "x", "title": over, "format": ",.4~r"},
                {"field": "value", "title": title, "format": ".2%" if percent else ".3f"},
            ],
        },
    }


def sweep_chart(
    names: Sequence[str], values: Sequence[Sequence[str]], found: pd.DataFrame
) -> tuple[pd.DataFrame, Spec]:
    """Return what a sweep found as (data, Vega-Lite spec): a dot a training, a line of the means.

    Args:
        names: of the one or two settings that are varied, for people.
        values: of each setting, as text, in order. The first setting is the axis, each value of
            the second a colour.
        found: a row for each finished training, with the columns "first" and "second" (the values
            as text, "second" "" where one setting is varied), "seed" and "accuracy" (0..1, of
            validation images).
    """
    lines = values[1] if len(values) > 1 else [""]
    data = found.astype({"first": str, "second": str, "seed": str, "accuracy": float})
    low = float(data["accuracy"].min()) if len(data) else 0.0
    spread = [max(0.0, 1 - 1.6 * max(1 - low, 0.005)), 1.0]
    encoding: Spec = {
        "x": {
            "field": "first",
            "type": "ordinal",
            "title": names[0],
            "scale": {"domain": list(values[0])},
            "axis": {"labelAngle": 0, "grid": False},
        },
        "color": {
            "field": "second",
            "type": "nominal",
            "title": names[1] if len(names) > 1 else None,
            "scale": {"domain": list(lines), "range": list(RUNS[: len(lines)])},
            "legend": {"orient": "top"} if len(names) > 1 else None,
        },
    }

    def y(**how: Any) -> Spec:
        return {
            "field": "accuracy",
            "type": "quantitative",
            "title": "validation accuracy (% of images)",
            "scale": {"domain": spread},
            "axis": {"tickCount": 5, "format": ".3~%"},
            **how,
        }

    tip = [{"field": "first", "title": names[0]}]
    tip += [{"field": "second", "title": names[1]}] if len(names) > 1 else []
    tip += [{"field": "seed", "title": "seed"}]
    measured = {"field": "accuracy", "title": "validation accuracy", "format": ".2%"}
    return data, {
        "height": LIVE_HEIGHT,
        "encoding": encoding,
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 2, "opacity": 0.7},
                "encoding": {"y": y(aggregate="mean")},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.9},
                "encoding": {"y": y(), "tooltip": [*tip, measured]},
            },
        ],
    }
