"""How good the answers are, as figures: each class, and the calibration.

Nothing here imports torch. Blue is what the model does, orange what it misses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dpn.charts.confusion import NUMBERED, Counts, named
from dpn.charts.style import FAINT, ON_COLOUR, TRAINING, VALIDATION, Spec, ink, name_axis
from dpn.evaluation.counted import counted
from dpn.evaluation.scores import Calibration, accuracy_words
from dpn.language import percent, t

#: Pixels of both figures, and the share from which a bar has room for its number.
HEIGHT, ROOM = 320, 0.45


def class_chart(
    confusion: Counts, names: Sequence[str], *, dark: bool = False
) -> tuple[pd.DataFrame, Spec]:
    """Return the share of right answers of each class as bars, in the classes' own order.

    Args:
        confusion: (K, K) counts; row: the true class, column: the answer.
        names: K names of the classes. One without images has no bar.
        dark: whether the page is.
    """
    totals, right = confusion.sum(axis=1), confusion.diagonal()
    share = np.where(totals > 0, right / np.maximum(totals, 1), np.nan)
    told = [accuracy_words(s, int(n)) if n else "" for s, n in zip(share, totals, strict=True)] * (
        len(names) <= NUMBERED
    )
    data = pd.DataFrame({"kind": "class", "place": range(len(names)), "share": share})
    data["text"] = told or ""
    data["words"] = [
        t("{name}: {share}, {right:,} of {all:,}", name=name, share=percent(s), right=hits, all=n)
        for name, s, hits, n in zip(names, share, right, totals, strict=True)
    ]
    x = {
        "field": "place",
        "type": "ordinal",
        "title": t("true class"),
        "axis": name_axis(names)
        | {"labelOverlap": "greedy" if len(names) > NUMBERED else False}
        | named(len(names)),
        "scale": {"domain": [*range(len(names))]},
    }
    y = {
        "field": "share",
        "type": "quantitative",
        "title": t("answered right (%)"),
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "tickCount": 6},
    }
    words = {"field": "words", "type": "nominal"}

    def number(where: str, colour: str, end: Spec) -> Spec:
        mark = {"type": "text", "angle": 270, "align": "left", "dx": 5, "color": colour}
        return {
            "transform": [{"filter": where}],
            "mark": {**mark, "aria": False, "tooltip": None},
            "encoding": {"y": end, "text": {"field": "text", "type": "nominal"}},
        }

    spec: Spec = {
        "height": HEIGHT,
        "params": [{"name": "names", "value": list(names)}],
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "bar", "color": TRAINING},
                "encoding": {"y": y, "tooltip": words, "description": words},
            },
        ],
    }
    if told:
        inside = number(f"datum.share >= {ROOM}", ON_COLOUR, {"datum": 0, "type": "quantitative"})
        spec["layer"] += [inside, number(f"datum.share < {ROOM}", ink(dark), y)]
    return data, spec


def calibration_chart(scores: Calibration, world: str = "picture") -> tuple[pd.DataFrame, Spec]:
    """Return the accuracy against the confidence of each bin, and the gap to the diagonal.

    The larger a dot, the more answers are in its bin. Bins without any have none. (A reliability
    diagram; Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.)
    """
    seen = scores.counts > 0
    counts, sure, right = scores.counts[seen], scores.confidence[seen], scores.accuracy[seen]
    data = pd.DataFrame({"kind": "bin", "sure": sure, "right": right, "images": counts})
    data["size"] = np.square(7 + 17 * np.sqrt(counts / counts.max()))
    edges = [
        (low, high)
        for low, high, any_ in zip(scores.edges[:-1], scores.edges[1:], seen, strict=True)
        if any_
    ]
    data["words"] = [
        t(
            "{low:.0%} to {high:.0%} sure: {count}, {sure} sure, {right} right",
            low=low,
            high=high,
            count=counted(int(n), world),
            sure=percent(s),
            right=percent(r),
        )
        for (low, high), n, s, r in zip(edges, counts, sure, right, strict=True)
    ]
    kinds = (t("as sure as right"), t("gap"), t("the model"))
    scale = {"domain": [0, 1], "nice": False}
    axis = {"format": ".0%", "tickCount": 6}
    shared = {"type": "quantitative", "scale": scale, "axis": axis}
    x = {"field": "sure", "title": t("how sure (%)"), **shared}
    y = {"title": t("answered right (%)"), **shared}
    words = {"field": "words", "type": "nominal"}

    def kind(place: int) -> Spec:
        colours = {"domain": list(kinds), "range": [FAINT, VALIDATION, TRAINING]}
        columns = {"expr": "width < 360 ? 1 : 3"}
        legend = {"orient": "bottom", "title": None, "columns": columns}
        return {"datum": kinds[place], "scale": colours, "legend": legend}

    diagonal: Spec = {
        "data": {"values": [{"sure": 0, "right": 0}, {"sure": 1, "right": 1}]},
        "mark": {"type": "line", "strokeDash": [6, 4], "aria": False},
        "encoding": {"x": x, "y": {"field": "right", **y}, "color": kind(0)},
    }
    gaps: Spec = {
        "mark": {"type": "rule", "strokeWidth": 3, "aria": False},
        "encoding": {
            "x": x,
            "y": {"field": "sure", **y},
            "y2": {"field": "right"},
            "color": kind(1),
        },
    }
    dots: Spec = {
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {
            "x": x,
            "y": {"field": "right", **y},
            "size": {"field": "size", "type": "quantitative", "scale": None, "legend": None},
            "color": kind(2),
            "tooltip": words,
            "description": words,
        },
    }
    return data, {"height": HEIGHT, "layer": [diagonal, gaps, dots]}
