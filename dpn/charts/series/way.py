"""A way in the plane in the colours of what each step added, as (data, Vega-Lite spec)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dpn.charts.series.added import pieces
from dpn.charts.style import FloatArray, Spec, ink
from dpn.explain.account import signed
from dpn.language import msg, t

#: Pixels a side.
SIDE = 300


def way_chart(
    values: FloatArray, added: FloatArray, size: int, *, dark: bool
) -> tuple[pd.DataFrame, Spec]:
    """Return a way in the plane, its pieces coloured; where a pen was lifted it is thin.

    Args:
        values: (n, 2) or (n, 3): x, y upwards, and whether the pen is down.
        added: what each of the ceil(n / size) frames added.
        size: steps of a frame.
        dark: whether the page is.
    """
    x, y = values[:, 0].astype(np.float64), values[:, 1].astype(np.float64)
    down = values[:, 2] > 0.5 if values.shape[1] > 2 else np.ones(len(values), np.bool_)
    rows = []
    for a in range(max(len(values) - 1, 1)):
        b = min(a + 1, len(values) - 1)
        share = float(added[min(b // size, len(added) - 1)])
        said = msg("step {step}: its frame adds {share}")
        lifted = msg("step {step}, the pen lifted: its frame adds {share}")
        rows.append(
            {
                "kind": "piece",
                "x": float(x[a]),
                "x2": float(x[b]),
                "y": float(y[a]),
                "y2": float(y[b]),
                "down": bool(down[b]),
                "added": share,
                "words": t(said if down[b] else lifted, step=b + 1, share=signed(share)),
            }
        )
    middle = [(one.min() + one.max()) / 2 for one in (x, y)]
    half = 0.56 * max(float(np.ptp(x)), float(np.ptp(y)), 1e-6)
    encoding = {
        name: {
            "field": name,
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": [centre - half, centre + half], "nice": False, "zero": False},
        }
        for name, centre in zip("xy", middle, strict=True)
    } | {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    start = {
        "mark": {"type": "point", "filled": True, "size": 90, "color": ink(dark)},
        "transform": [{"filter": "datum.kind == 'start'"}],
        "encoding": {name: encoding[name] for name in "xy"},
    }
    first = {**rows[0], "kind": "start", "words": t("here it begins")}
    return pd.DataFrame([*rows, first]), {
        "height": SIDE,
        "width": SIDE,
        "layer": [*pieces(encoding, added, dark, wide=9.0, is_pen=True), start],
        "config": {"view": {"stroke": None}},
    }
