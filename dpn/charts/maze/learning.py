"""The share of unseen maps with a shortest plan, while a planner learns, as (data, spec)."""

from __future__ import annotations

import pandas as pd

from dpn.charts.style import LIVE_HEIGHT, RUNS, FloatArray, Spec
from dpn.language import t


def plans_chart(rows: FloatArray, total_steps: int) -> tuple[pd.DataFrame, Spec]:
    """Return a line for each size of maps, over the whole training.

    Args:
        rows: (N, 4), see ``dpn.runs.history.PLANS_FIELDS``.
        total_steps: of the training.
    """
    data = pd.DataFrame(rows, columns=["step", "side", "arrives", "optimal"])
    data["maps"] = [f"{side:.0f}×{side:.0f}" for side in data["side"]]
    order = list(dict.fromkeys(data["maps"]))
    encoding = {
        "x": {
            "field": "step",
            "type": "quantitative",
            "title": t("batch"),
            "scale": {"domain": [0, max(total_steps, 1)], "nice": False},
            "axis": {"grid": False, "tickCount": 6, "format": ",d"},
        },
        "y": {
            "field": "optimal",
            "type": "quantitative",
            "title": t("plans as short as any"),
            "scale": {"domain": [0, 1]},
            "axis": {"tickCount": 5, "format": ".0%"},
        },
        "color": {
            "field": "maps",
            "type": "nominal",
            "title": None,
            "scale": {"domain": order, "range": list(RUNS[: len(order)])},
            "legend": {"orient": "top", "symbolType": "stroke", "symbolStrokeWidth": 3},
        },
        "tooltip": [
            {"field": "step", "type": "quantitative", "title": t("batch"), "format": ",d"},
            {"field": "maps", "type": "nominal"},
            {"field": "arrives", "type": "quantitative", "format": ".0%"},
            {"field": "optimal", "type": "quantitative", "title": t("shortest"), "format": ".0%"},
        ],
    }
    mark = {"type": "line", "point": {"size": 24}, "clip": True}
    return data, {"height": LIVE_HEIGHT, "mark": mark, "encoding": encoding}
