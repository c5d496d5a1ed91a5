"""What each place adds and then all else, as (data, Vega-Lite spec): bars that end at the score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from dpn.charts.placed.places import Shown
from dpn.charts.style import FAINT, Spec, ink
from dpn.charts.sum import FOR, ROLE, only
from dpn.explain.account import Term, adding_up, signed
from dpn.language import t

#: Pixels of a bar, and of its row.
BAR, ROW = 16, 36
#: Pixels left of the bars for their names where there is room; on a phone each stands above its
#: bar. Right of them is what their numbers take.
NAMES, ROOM, NUMBERS = 270, 560, 66


def place_bars(
    places: Sequence[Shown], others: Sequence[Term], total: str, *, dark: bool = False
) -> tuple[pd.DataFrame, Spec]:
    """Return what each place adds, then all else: bars that end at the score.

    Each begins where the one before it ended. What ink in an empty place would take stands below
    the sum, dashed: it is no part of it. The numbers add up as they are read: what rounding leaves
    over is in the first of ``others``.

    Args:
        places: in the order of their numbers, which begin at 1.
        others: whatever else the score is made of.
        total: the name of the last bar, the whole score.
        dark: whether the page is.
    """
    rows: list[dict[str, Any]] = [{"kind": "zero", "start": 0.0}]
    end = 0.0
    told = [*_of_places(places)]
    counted = [row for row in told if not row["empty"]]
    shown = adding_up(
        [*(row["value"] for row in counted), *(x.value for x in others)], len(counted)
    )
    numbered = zip(others, shown[len(counted) :], strict=True)
    for row in (*counted, *(_of_term(term, number) for term, number in numbered)):
        rows.append({**row, **_at(len(rows) - 1, end, end + row["value"])})
        end += row["value"]
    whole = {**_of_term(Term(total, end), end), "role": "total"}
    rows.append({**whole, **_at(len(rows) - 1, 0.0, end)})
    for row in (row for row in told if row["empty"]):
        rows.append({**row, **_at(len(rows) - 1, end, end + row["value"])})
    return pd.DataFrame(rows), _bars_spec(ROW * (len(rows) - 1), ink(dark))


def _of_places(places: Sequence[Shown]) -> Iterator[dict[str, Any]]:
    for number, place in enumerate(places, start=1):
        name = place.name.removeprefix("the ")
        value = place.region.value
        if place.is_empty:
            name, value = t("if there were {what}", what=name.removeprefix("no ")), -value
        yield {**place.row(number), "name": f"{number}: {name}", "value": value}


def _of_term(term: Term, shown: float) -> dict[str, Any]:
    row = {"name": term.name, "value": term.value, "number": signed(shown), "empty": False}
    role = "for" if term.value >= 0 else "against"
    return {**row, "role": role, "words": f"{term.name}: {row['number']}"}


def _at(line: int, start: float, end: float) -> dict[str, Any]:
    """Return where a bar lies: from and to which value, and in which pixels down."""
    bottom = ROW * (line + 1) - 2
    across = {"start": start, "end": end, "high": max(start, end)}
    down = {"y0": bottom - BAR, "y1": bottom, "middle": bottom - BAR / 2, "above": bottom - BAR - 8}
    return {"kind": "share", **across, **down}


def _bars_spec(height: int, ink: str) -> Spec:
    wide = f"width > {ROOM}"
    edges = [{"expr": f"{wide} ? {NAMES} : 4"}, {"expr": f"width - {NUMBERS}"}]
    across = {"axis": None, "scale": {"zero": True, "nice": False, "range": edges}}
    start, high = ({"field": name, "type": "quantitative", **across} for name in ("start", "high"))
    words = {"field": "words", "type": "nominal"}
    said = {"tooltip": words, "description": words}

    def down(name: str) -> Spec:
        return {"field": name, "type": "quantitative", "scale": None, "axis": None}

    def name(where: str, text: str) -> Spec:
        mark = {"type": "text", "align": "left", "fontSize": 13, "color": ink}
        mark["limit"] = NAMES - 8 if where == "middle" else 340
        return only(
            "share",
            {**mark, "text": {"expr": text}},
            {"x": {"value": 4}, "y": down(where), **said},
        )

    return {
        "height": height,
        "layer": [
            only(
                "zero",
                {"type": "rule", "color": FAINT, "strokeWidth": 1, "aria": False},
                {"x": start, "y": {"value": 0}, "y2": {"value": height}},
            ),
            only(
                "share",
                {"type": "rect", "cornerRadius": 2, "strokeDash": [4, 3]},
                {
                    "x": start,
                    "x2": {"field": "end"},
                    "y": down("y0"),
                    "y2": {"field": "y1"},
                    "color": ROLE,
                    "stroke": {"condition": {"test": "datum.empty", "value": FOR}, "value": None},
                    "fillOpacity": {
                        "condition": {"test": "datum.empty", "value": 0.12},
                        "value": 1,
                    },
                    **said,
                },
            ),
            only(
                "share",
                {"type": "text", "align": "left", "dx": 5, "fontSize": 13, "color": ink},
                {
                    "x": high,
                    "y": down("middle"),
                    "text": {"field": "number", "type": "nominal"},
                    **said,
                },
            ),
            name("middle", f"{wide} ? datum.name : ''"),
            name("above", f"{wide} ? '' : datum.name"),
        ],
        "resolve": {"scale": {"x": "shared"}},
        "config": {"view": {"stroke": None}},
    }
