"""The trellis of a recursion as (data, Vega-Lite spec): steps across, states down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dpn.charts.style import FAINT, ON_COLOUR, Spec, ink
from dpn.charts.sum import AGAINST, FOR, only
from dpn.explain.trellis import Trellis
from dpn.language import t

#: Pixels of a state's row, left of the first step, and above the first state.
ROW, LEFT, TOP = 34, 58, 24
#: With more steps than this the decisions' numbers and most steps' are left to the hover.
NUMBERED = 16


def trellis_chart(
    trellis: Trellis, now: int, names: Sequence[str], *, dark: bool = False
) -> tuple[pd.DataFrame, Spec]:
    """Return the strongest states and ways; what comes after the step ``now`` is faint.

    A circle's area is what its state has gathered for the score so far, |u_t[s] D_t[s]|; a line's
    width is the decision flow along it, |e_t[s', s]|. Blue is for the answer, orange against it.

    Args:
        trellis: n steps and M states.
        now: the step, from 0.
        names: n names of the parts that arrive.
        dark: whether the page is.
    """
    steps, states = trellis.values.shape
    rows: list[dict[str, Any]] = [{"kind": "now", "step": now}]
    rows += [
        {"kind": "state", "row": row, "text": t("state {number}", number=state + 1)}
        for row, state in enumerate(trellis.states)
    ]
    every = -(-steps // NUMBERED)
    rows += [{"kind": "step", "step": at, "text": str(at + 1)} for at in range(0, steps, every)]
    most = max((abs(way[3]) for way in trellis.ways), default=0) or 1
    for at, before, after, flow, carried in trellis.ways:
        rows.append(
            {
                "kind": "way",
                "step": at,
                "step0": at - 1,
                "row": after,
                "row0": before,
                "width": 0.4 + 7 * abs(flow) / most,
                "flow": flow,
                "carried": carried,
                "state": t(
                    "{first} to {last}",
                    first=trellis.states[before] + 1,
                    last=trellis.states[after] + 1,
                ),
            }
            | _look(carried, shown=at <= now)
        )
    largest = float(np.abs(trellis.gathered).max()) or 1.0
    area = 640 if steps <= NUMBERED else 200
    for at in range(steps):
        for row in range(states):
            gathered = float(trellis.gathered[at, row])
            decision = str(trellis.decisions[at, row] + 1)
            rows.append(
                {
                    "kind": "node",
                    "step": at,
                    "row": row,
                    "area": 24 + area * abs(gathered) / largest,
                    "state": str(trellis.states[row] + 1),
                    "part": names[at],
                    "decision": decision,
                    "text": decision if steps <= NUMBERED else "",
                    "reward": float(trellis.rewards[at, row]),
                    "value": float(trellis.values[at, row]),
                    "flow": float(trellis.flow[at, row]),
                    "carried": gathered,
                }
                | _look(gathered, shown=at <= now)
            )
    return pd.DataFrame(rows), _spec(steps, states, ink(dark))


def _look(value: float, *, shown: bool) -> dict[str, Any]:
    return {"role": "for" if value >= 0 else "against", "opacity": 0.85 if shown else 0.12}


def _spec(steps: int, states: int, ink: str) -> Spec:
    def field(name: str, **more: Any) -> Spec:
        return {"field": name, "type": "quantitative", **more}

    last = {"expr": "width - 18"}
    across = {"domain": [0, max(steps - 1, 1)], "range": [LEFT + 18, last], "nice": False}
    x, x0 = (field(name, axis=None, scale=across) for name in ("step", "step0"))
    bottom = TOP + ROW * states
    down = {"domain": [-0.5, states - 0.5], "range": [TOP, bottom], "nice": False}
    y = field("row", axis=None, scale=down)
    role = {
        "field": "role",
        "type": "nominal",
        "scale": {"domain": ["for", "against"], "range": [FOR, AGAINST]},
        "legend": None,
    }
    opacity = field("opacity", scale=None, legend=None)

    def hover(**fields: str) -> list[Spec]:
        texts = ("state", "part", "decision")
        return [
            {"field": name, "type": "nominal", "title": words}
            if name in texts
            else field(name, title=words, format="+.3f")
            for name, words in fields.items()
        ]

    way = hover(state=t("states"), flow=t("decision flow"), carried=t("carries to the score"))
    node = hover(state=t("state"), part=t("part"), decision=t("decision"), reward=t("reward"))
    node += hover(value=t("value"), flow=t("decision flow"), carried=t("gathered for the score"))
    return {
        "height": bottom,
        "layer": [
            only(
                "now",
                {"type": "rule", "strokeWidth": 30, "opacity": 0.22, "color": FAINT},
                {"x": x, "y": {"value": TOP - 4}, "y2": {"value": bottom}},
            ),
            only(
                "step",
                {"type": "text", "fontSize": 12, "color": ink},
                {"x": x, "y": {"value": 8}, "text": {"field": "text", "type": "nominal"}},
            ),
            only(
                "state",
                {"type": "text", "align": "left", "fontSize": 12, "color": ink},
                {"x": {"value": 0}, "y": y, "text": {"field": "text", "type": "nominal"}},
            ),
            only(
                "way",
                {"type": "rule", "strokeCap": "round"},
                {
                    "x": x0,
                    "x2": {"field": "step"},
                    "y": field("row0", axis=None, scale=down),
                    "y2": {"field": "row"},
                    "strokeWidth": field("width", scale=None, legend=None),
                    "color": role,
                    "opacity": opacity,
                    "tooltip": way,
                },
            ),
            only(
                "node",
                {"type": "circle"},
                {
                    "x": x,
                    "y": y,
                    "size": field("area", scale=None, legend=None),
                    "color": role,
                    "fillOpacity": opacity,
                    "tooltip": node,
                },
            ),
            only(
                "node",
                {"type": "text", "fontSize": 11, "color": ON_COLOUR},
                {
                    "x": x,
                    "y": y,
                    "text": {
                        "condition": {
                            "test": "datum.area > 220 && datum.opacity > 0.5",
                            "field": "text",
                            "type": "nominal",
                        },
                        "value": "",
                    },
                },
            ),
        ],
        "resolve": {"scale": {"x": "shared", "y": "shared"}},
        "config": {"view": {"stroke": None}},
    }
