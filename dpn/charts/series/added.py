"""What each frame of a series added, as (data, Vega-Lite spec): on its curves, and alone.

Curves and ways are lines of many pieces, each in the colour of the frame it lies in, on a wider
line that keeps the pieces that added nothing visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from dpn.charts.style import TRAINING, VALIDATION, FloatArray, Spec, against_for, ink
from dpn.explain.account import signed
from dpn.language import t
from dpn.names import apart

#: Channels that are drawn; a thousand curves on top of each other show nothing.
MOST_CHANNELS = 8
#: Pieces that a curve has at most.
MOST_PIECES = 400
#: Pixels: of a curve alone, of each of several, and of the bars.
ALONE, ROW, BARS = 240, 64, 150
#: Pixels at the left, so that curves and bars stand above each other.
LEFT = 76
#: Letters of a channel's name that stand there.
LETTERS = 10


def curves_chart(
    values: FloatArray,
    channels: Sequence[str],
    added: FloatArray,
    size: int,
    blank: tuple[int, int] | None,
    *,
    dark: bool,
) -> tuple[pd.DataFrame, Spec]:
    """Return the curves of a series over its steps, below each other where there are several.

    Args:
        values: (n, C).
        channels: C names; the first ``MOST_CHANNELS`` are drawn.
        added: what each of the ceil(n / size) frames added.
        size: steps of a frame.
        blank: the first and last step, from 1, that are left out; None for none.
        dark: whether the page is.
    """
    steps, names = len(values), [*channels][:MOST_CHANNELS]
    at = np.unique(np.linspace(0, steps - 1, min(steps, MOST_PIECES + 1)).round().astype(int))
    ends = list(pairwise(at.tolist())) or [(0, 0)]
    rows: list[dict[str, object]] = []
    for number, name in enumerate(names):
        line = values[:, number].astype(np.float64)
        if len(names) > 1:  # each in a lane of its own, the first on top
            low, wide = line.min(), float(np.ptp(line)) or 1.0
            line = len(names) - 1 - number + 0.1 + 0.8 * (line - low) / wide
        for a, b in ends:
            at_step = (a + b + 1) // 2
            share = float(added[at_step // size])
            said = t(
                "{name}, step {step}: {value:g}; its frame adds {share}",
                name=name,
                step=at_step + 1,
                value=values[at_step, number],
                share=signed(share),
            )
            rows.append(
                {
                    "kind": "piece",
                    "x": a + 1,
                    "x2": b + 1,
                    "y": float(line[a]),
                    "y2": float(line[b]),
                    "added": share,
                    "words": said,
                }
            )
    data = pd.DataFrame(rows)
    y_axis: Spec = {"title": None, "minExtent": LEFT, "maxExtent": LEFT, "labelColor": ink(dark)}
    y_scale: Spec = {"zero": False, "nice": True}
    if len(names) > 1:
        lanes = [len(names) - 1 - number + 0.5 for number in range(len(names))]
        told = " : ".join(
            f"datum.value == {lane} ? {_quoted(name)}"
            for lane, name in zip(lanes, apart(names, LETTERS), strict=True)
        )
        y_axis |= {"values": lanes, "labelExpr": f"{told} : ''", "labelLimit": LEFT - 8}
        y_axis |= {"grid": False, "ticks": False, "domain": False}
        y_scale = {"domain": [0, len(names)], "nice": False}
    spec: Spec = {
        "height": ALONE if len(names) == 1 else ROW * len(names),
        "layer": [
            *_blank_layer(blank, dark),
            *pieces(
                {
                    "x": _steps_axis(steps, dark, title=None),
                    "x2": {"field": "x2"},
                    "y": {
                        "field": "y",
                        "type": "quantitative",
                        "axis": y_axis,
                        "scale": y_scale,
                    },
                    "y2": {"field": "y2"},
                },
                added,
                dark,
            ),
        ],
        "config": {"view": {"stroke": None}},
    }
    return data, spec


def frames_chart(
    added: FloatArray, steps: int, size: int, *, dark: bool
) -> tuple[pd.DataFrame, Spec]:
    """Return what each frame added as a bar over its steps, blue for and orange against.

    Args:
        added: what each of the ceil(steps / size) frames added.
        steps: of the series.
        size: steps of a frame.
        dark: whether the page is.
    """
    rows = [
        {
            "kind": "frame",
            "x": number * size + 0.5,
            "x2": min((number + 1) * size, steps) + 0.5,
            "added": float(share),
            "ground": 0.0,
            "role": "for" if share >= 0 else "against",
            "words": f"{steps_words(number, size, steps)}: {signed(float(share))}",
        }
        for number, share in enumerate(added)
    ]
    axis = {"title": None, "labelColor": ink(dark), "tickCount": 4}
    colours = {"domain": ["for", "against"], "range": [TRAINING, VALIDATION]}
    return pd.DataFrame(rows), {
        "height": BARS,
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": _steps_axis(steps, dark, title=t("step")),
            "x2": {"field": "x2"},
            "y": {
                "field": "added",
                "type": "quantitative",
                "axis": {**axis, "minExtent": LEFT, "maxExtent": LEFT},
            },
            "y2": {"field": "ground"},
            "color": {"field": "role", "type": "nominal", "scale": colours, "legend": None},
            "description": {"field": "words", "type": "nominal"},
            "tooltip": [{"field": "words", "type": "nominal", "title": t("adds")}],
        },
        "config": {"view": {"stroke": None}},
    }


def steps_words(number: int, size: int, steps: int) -> str:
    """Return which steps, from 1, the frame of a number, from 0, is made of."""
    first, last = number * size + 1, min((number + 1) * size, steps)
    if first == last:
        return t("step {first}", first=first)
    return t("steps {first}-{last}", first=first, last=last)


def _steps_axis(steps: int, dark: bool, title: str | None) -> Spec:
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0.5, steps + 0.5], "nice": False, "zero": False},
        "axis": {
            "title": title,
            "grid": False,
            "format": "d",
            "tickMinStep": 1,
            "tickCount": 8,
            "labelColor": ink(dark),
            "titleColor": ink(dark),
        },
    }


def pieces(
    encoding: Spec, added: FloatArray, dark: bool, *, wide: float = 6.0, is_pen: bool = False
) -> list[Spec]:
    """Return two layers of lines: one that is always seen, and the colours on it."""
    most = float(np.abs(added).max(initial=0.0)) or 1.0
    stops = against_for(dark)
    scale = {
        "domain": [most * (2 * at - 1) for at, _ in stops],
        "range": [colour for _, colour in stops],
        "clamp": True,
        "interpolate": "rgb",
    }
    colour = {"field": "added", "type": "quantitative", "scale": scale, "legend": None}

    def layer(width: float, look: Spec, **more: Spec) -> Spec:
        size: Spec = {"value": width}
        if is_pen:
            size = {"condition": {"test": "datum.down", "value": width}, "value": width / 4}
        return {
            "transform": [{"filter": "datum.kind == 'piece'"}],
            "mark": {"type": "rule", "strokeCap": "round", **look},
            "encoding": {**encoding, "strokeWidth": size, **more},
        }

    told = {"field": "words", "type": "nominal", "title": t("here")}
    return [
        layer(wide, {"color": ink(dark), "opacity": 0.55}),
        layer(wide - 2.5, {"tooltip": True}, color=colour, tooltip=told),
    ]


def _blank_layer(blank: tuple[int, int] | None, dark: bool) -> list[Spec]:
    if blank is None:
        return []
    first, last = blank
    return [
        {
            "data": {"values": [{"from": first - 0.5, "to": last + 0.5}]},
            "mark": {"type": "rect", "color": ink(dark), "opacity": 0.14},
            "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
        }
    ]


def _quoted(name: str) -> str:
    kept = "".join(c if c.isprintable() and c not in "\\'" else " " for c in name)
    return f"'{kept}'"
