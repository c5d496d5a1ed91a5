"""Shares of plans on unseen maps that arrive, and that are shortest, while a planner learns."""

from __future__ import annotations

import pandas as pd

from dpn.charts.style import LIVE_HEIGHT, RUNS, FloatArray, Spec
from dpn.language import percent, t

#: What is told of plans, and the dashes of its line, as they stand in the chart's title, too.
DASHES = {"shortest": [1, 0], "arrived": [4, 4]}


def plans_chart(rows: FloatArray, total_steps: int) -> tuple[pd.DataFrame, Spec]:
    """Return two lines for each size of maps, over the whole training: arrived, and shortest.

    Args:
        rows: (N, 4), see ``dpn.runs.history.PLANS_FIELDS``.
        total_steps: of the training.
    """
    wide = pd.DataFrame(rows, columns=["step", "side", "arrived", "shortest"])
    wide["maps"] = [f"{side:.0f}×{side:.0f}" for side in wide["side"]]
    order = list(dict.fromkeys(wide["maps"]))
    data = wide.melt(["step", "maps"], list(DASHES), "plans", "share")
    data["told"] = [percent(share, 0) for share in data["share"]]
    encoding = {
        "x": {
            "field": "step",
            "type": "quantitative",
            "title": t("batch"),
            "scale": {"domain": [0, max(total_steps, 1)], "nice": False},
            "axis": {"grid": False, "tickCount": 6, "tickMinStep": 1, "format": ",d"},
        },
        "y": {
            "field": "share",
            "type": "quantitative",
            "title": t("plans: shortest —, arrived - -"),
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
        "strokeDash": {
            "field": "plans",
            "type": "nominal",
            "scale": {"domain": list(DASHES), "range": list(DASHES.values())},
            "legend": None,
        },
        "tooltip": [
            {"field": "step", "type": "quantitative", "title": t("batch"), "format": ",d"},
            {"field": "maps", "type": "nominal"},
            {"field": "told", "type": "nominal", "title": t("plans")},
        ],
    }
    mark = {"type": "line", "point": {"size": 24}, "clip": True}
    return data, {"height": LIVE_HEIGHT, "mark": mark, "encoding": encoding}
