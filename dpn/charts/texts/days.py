"""The share of each class from day to day, as (data, Vega-Lite spec)."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Sequence

import pandas as pd

from dpn.charts.style import FAINT, RUNS, Spec, ink
from dpn.language import msg, percent, t

#: Classes that have a colour of their own; all others are one.
MOST = len(RUNS)
OTHERS = msg("all others")
HEIGHT = 280
#: So many times as many days as have a text are shown at the most.
FILLED = 2


def _in_order(days: Collection[datetime.date]) -> list[str]:
    """Return the days from the first to the last, or those alone where most are others."""
    first, last = min(days), max(days)
    count = (last - first).days + 1
    if count <= FILLED * len({*days}):
        days = [first + datetime.timedelta(days=i) for i in range(count)]
    return [day.isoformat() for day in sorted(days)]


def days_chart(
    days: Sequence[datetime.date], labels: Sequence[str], *, dark: bool
) -> tuple[pd.DataFrame, Spec]:
    """Return the share of each class of every day that has a text.

    Days without one are left free, unless they are most: then they are passed over.

    Args:
        days: of each of N texts, N >= 1.
        labels: the N classes that were answered.
        dark: whether the page is.
    """
    often = [name for name, _ in Counter(labels).most_common()]
    named = often if len(often) <= MOST + 1 else often[:MOST]
    shown = [label if label in named else t(OTHERS) for label in labels]
    order = [*named, t(OTHERS)] if len(named) < len(often) else named
    of_day = Counter(days)
    counts = Counter(zip(days, shown, strict=True))
    rows = [
        {
            "kind": "day",
            "day": day.isoformat(),
            "class": name,
            "share": counts[day, name] / of_day[day],
            "texts": counts[day, name],
            "told": percent(counts[day, name] / of_day[day], 0),
            "order": place,
        }
        for day in sorted(of_day)
        for place, name in enumerate(order)
    ]
    colours = [*RUNS, FAINT][: len(order)]
    words = {"labelColor": ink(dark), "titleColor": ink(dark)}
    return pd.DataFrame(rows), {
        "height": HEIGHT,
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": {
                "field": "day",
                "type": "ordinal",
                "scale": {"domain": _in_order(of_day)},
                "axis": {**words, "title": None, "labelOverlap": True, "labelAngle": -40},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "stack": True,
                "scale": {"domain": [0, 1]},
                "axis": {
                    **words,
                    "title": t("share of the texts"),
                    "format": ".0%",
                    "tickCount": 5,
                },
            },
            "order": {"field": "order"},
            "color": {
                "field": "class",
                "type": "nominal",
                "scale": {"domain": order, "range": colours},
                "legend": {**words, "title": None, "orient": "bottom", "columns": 3},
            },
            "tooltip": [
                {"field": "day", "type": "nominal"},
                {"field": "class", "type": "nominal"},
                {"field": "texts", "type": "quantitative"},
                {"field": "told", "type": "nominal", "title": "share"},
            ],
        },
        "config": {"view": {"stroke": None}},
    }
