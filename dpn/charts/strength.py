"""Accuracy over the strength of a change, in Vega-Lite."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dpn.charts.style import FAINT, TRAINING, Spec
from dpn.language import percent, t


def strength_chart(accuracy: Sequence[float], strength: int) -> tuple[pd.DataFrame, Spec]:
    """Return the share of right answers for each strength as (data, Vega-Lite spec).

    Args:
        accuracy: shares, 0..1, of strengths 0 (no change) and up.
        strength: the one that is marked.
    """
    data = pd.DataFrame({"strength": range(len(accuracy)), "accuracy": accuracy})
    data["told"] = [percent(share) for share in accuracy]
    data["chosen"] = data["strength"] == strength
    x = {
        "field": "strength",
        "type": "quantitative",
        "title": t("strength"),
        "axis": {"tickCount": len(accuracy), "format": "d", "grid": False},
    }
    y = {
        "field": "accuracy",
        "type": "quantitative",
        "title": t("answered right"),
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%"},
    }
    told = [
        {"field": "strength", "type": "quantitative", "title": t("strength")},
        {"field": "told", "type": "nominal", "title": t("accuracy")},
    ]
    size = {"condition": {"test": "datum.chosen", "value": 220}, "value": 60}
    spec: Spec = {
        "height": 220,
        "encoding": {"x": x, "y": y, "tooltip": told},
        "layer": [
            {"mark": {"type": "line", "color": FAINT, "strokeWidth": 2}},
            {
                "mark": {"type": "point", "filled": True, "color": TRAINING, "opacity": 1},
                "encoding": {"size": size},
            },
        ],
    }
    return data, spec
