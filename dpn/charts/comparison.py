"""The curves of several runs in one chart, and what a sweep of settings found, in Vega-Lite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dpn.charts.style import DASHES, LIVE_HEIGHT, RUNS, Spec
from dpn.language import msg, percent, t
from dpn.runs.history import Curves, FloatArray, downsample, smooth

#: What can be drawn, by the words for it, and over what.
MEASURES = (msg("validation accuracy"), msg("training loss"))
AXES = {msg("batches"): "step", msg("seconds"): "seconds"}
#: The axis of accuracies begins so many times as far from 100% as the worst run ends.
ROOM = 4.0
#: Batches over which a training loss is smoothed.
SMOOTHED = 20.0


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
    data["told"] = [percent(y, 2) if is_accuracy else f"{y:.3f}" for y in data["value"]]
    title = t("validation accuracy (% of images)") if is_accuracy else t("training loss (nats)")
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
    is_accuracy = spread is not None
    return {
        "height": LIVE_HEIGHT,
        "mark": {"type": "line", "clip": True, "strokeWidth": 2.5, "point": is_accuracy},
        "encoding": {
            "x": {
                "field": "x",
                "type": "quantitative",
                "title": t("batch") if over == "batches" else t("seconds of training"),
                "scale": {"zero": True},
                "axis": {"grid": False, "tickCount": 6, "format": ",~r"},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": title,
                "scale": {"domain": spread} if spread else {"zero": True},
                "axis": {"tickCount": 5, "format": ".3~%" if is_accuracy else ".2~f"},
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
                {"field": "run", "title": t("run")},
                {"field": "x", "title": t(over), "format": ",d" if over == "batches" else ",.1f"},
                {"field": "told", "type": "nominal", "title": title},
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
    data["told"] = [percent(share, 2) for share in data["accuracy"]]
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
            "title": t("validation accuracy (% of images)"),
            "scale": {"domain": spread},
            "axis": {"tickCount": 5, "format": ".3~%"},
            **how,
        }

    tip = [{"field": "first", "title": names[0]}]
    tip += [{"field": "second", "title": names[1]}] if len(names) > 1 else []
    tip += [{"field": "seed", "title": t("seed")}]
    measured = {"field": "told", "type": "nominal", "title": t("validation accuracy")}
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
