"""The confusion matrix, in Vega-Lite: its cells can be clicked, and it may follow a slider.

Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from dpn.charts.style import TRAINING, Spec, breadth, ink
from dpn.evaluation.counted import counted
from dpn.language import percent, t

#: The selection of the confusion matrix; what was clicked is a list of {"truth", "answer"}.
CELL = "cell"
#: With more classes than this the cells have no numbers, and with more than that no gaps.
NUMBERED, SPACED = 15, 40
#: With more than that the empty cells are left out: of thousands of classes they are millions.
ALL_CELLS = 100
#: And so many names are asked for: to lay out thousands, of which few fit, takes a browser seconds.
MOST_NAMED = 40
#: Pixels of a name at most.
NAMES = 90
Counts = npt.NDArray[np.int64]
#: The true class and the answer; None is any.
Cell = tuple[int | None, int | None]


def confusion_chart(
    confusion: Counts,
    names: Sequence[str],
    *,
    dark: bool,
    selected: Cell | None = None,
    world: str = "picture",
) -> tuple[pd.DataFrame, Spec]:
    """Return the confusion matrix as (data, Vega-Lite spec): rows the true class, columns answers.

    Colour is the share of the row, so that a rare class is as readable as a common one.

    Args:
        confusion: (K, K) counts.
        names: K names of the classes.
        dark: that the page is, for the numbers in the cells.
        selected: the cell to outline; with one None in it a whole row or column, with two nothing.
            A click on a cell then selects "truth" and "answer" under the name ``CELL``. The choice
            is in the data alone: the chart is changed in place. None for one that is not clicked.
        world: of what was counted.
    """
    row, column = selected or (None, None)
    shown = np.full(confusion.shape, len(names) <= ALL_CELLS) | (confusion > 0)
    if row is not None and column is not None:
        shown[row, column] = True
    truth, answer = np.nonzero(shown)
    images = confusion[truth, answer]
    share = images / np.maximum(confusion.sum(axis=1), 1)[truth]
    # Right answers would drown the mistakes: on the diagonal the number says it, not the colour.
    shade = np.where(truth == answer, share * 0.25, np.sqrt(share))
    chosen = np.full(len(truth), (row, column) != (None, None))
    chosen &= (truth == row) | (row is None)
    chosen &= (answer == column) | (column is None)
    data = pd.DataFrame(
        {
            "truth": truth,
            "answer": answer,
            "images": images,
            "shade": shade,
            "chosen": chosen,
            "words": [
                t(
                    "true {truth}, answered {answer}: {count}, {share} of its class",
                    truth=names[int(of)],
                    answer=names[int(a)],
                    count=counted(int(n), world),
                    share=percent(s),
                )
                for of, a, n, s in zip(truth, answer, images, share, strict=True)
            ],
        }
    )
    # Of the class with the most images: of one set it is the same for every model and moment.
    digits = len(f"{confusion.sum(axis=1).max():,}")
    return data, _confusion_spec(names, digits, ink(dark), clicked=selected is not None)


def _confusion_spec(names: Sequence[str], digits: int, colour: str, *, clicked: bool) -> Spec:
    def axis(field: str, title: str, **more: object) -> Spec:
        return {
            "field": field,
            "type": "ordinal",
            "title": title,
            # By place and not by name: a name is text here and nothing else.
            "axis": {
                "labelExpr": "names[datum.value]",
                "labelLimit": NAMES,
                "labelOverlap": "greedy" if len(names) > NUMBERED else False,
                "ticks": False,
                "domain": False,
                **named(len(names)),
                **more,
            },
            "scale": {
                "paddingInner": 0.04 if len(names) <= SPACED else 0,
                "paddingOuter": 0.02,
                **({"domain": [*range(len(names))]} if len(names) > ALL_CELLS else {}),
            },
        }

    longest = max(map(breadth, names))
    upright = {"labelAngle": 0} if longest <= 3 else {"labelAngle": -45, "labelAlign": "right"}
    # What the names below take from the cells.
    slanted = 0 if longest <= 3 else int(0.7 * min(6 * longest, NAMES))
    hand = {"cursor": "pointer"} if clicked else {}
    choice = {"type": "point", "fields": ["truth", "answer"], "toggle": False}
    cells: Spec = {
        # A cell that is less than a pixel wide is drawn as a dot.
        "mark": {
            **({"type": "rect"} if len(names) <= ALL_CELLS else {"type": "square", "size": 12}),
            "color": TRAINING,
            **hand,
        },
        "params": [{"name": CELL, "select": choice}] if clicked else [],
        "encoding": {
            "fillOpacity": {
                "field": "shade",
                "type": "quantitative",
                "scale": {"domain": [0, 1], "range": [0.04, 1]},  # the same in every run
                "legend": None,
            }
        },
    }
    numbers: Spec = {
        "mark": {
            "type": "text",
            "color": colour,
            **hand,
            "fontSize": {"expr": f"clamp(width / {len(names) * (0.55 * digits + 0.3):.2f}, 7, 14)"},
        },
        "encoding": {
            "text": {
                "condition": {"test": "datum.images > 0", "field": "images", "format": ",d"},
                "value": "",
            }
        },
    }
    outline: Spec = {
        "transform": [{"filter": "datum.chosen"}],
        "mark": {
            "type": "rect",
            "aria": False,
            "filled": False,
            "stroke": colour,
            "strokeWidth": 2,
        },
    }
    return {
        "height": int(
            np.clip(60 * len(names) + slanted, 180, 440 if len(names) <= SPACED else 600)
        ),
        "params": [{"name": "names", "value": list(names)}],
        "encoding": {
            "x": axis("answer", t("answer"), orient="bottom", **upright),
            "y": axis("truth", t("true class")),
            "tooltip": {"field": "words", "type": "nominal"},
            "description": {"field": "words", "type": "nominal"},
        },
        "layer": [cells, outline, *([numbers] if len(names) <= NUMBERED else [])],
        "config": {"view": {"stroke": None}},
    }


def named(classes: int) -> Spec:
    """Return which classes an axis names, as a part of it: of many each so many-th."""
    step = -(-classes // MOST_NAMED)
    return {"values": [*range(0, classes, step)]} if classes > ALL_CELLS else {}


def confusion_words(
    confusion: Counts, names: Sequence[str], most: int = 5, world: str = "picture"
) -> str:
    """Return a confusion matrix (K, K) in plain words: how many were right, what went wrong most.

    Args:
        confusion: counts.
        names: K names of the classes.
        most: how many kinds of mistakes are told.
        world: of what was counted.
    """
    truth, answer = np.nonzero(confusion)
    wrong = truth != answer
    truth, answer = truth[wrong], answer[wrong]
    order = np.argsort(-confusion[truth, answer], kind="stable")[:most]
    cells = [(int(truth[place]), int(answer[place])) for place in order]
    told = [
        t("{truth} as {answer}, {count:,}", truth=names[i], answer=names[a], count=confusion[i, a])
        for i, a in cells
    ]
    return t(
        "Confusion matrix: {right:,} of {all} answered right. Most mistakes: {mistakes}.",
        right=confusion.trace(),
        all=counted(int(confusion.sum()), world),
        mistakes=t("; ").join(told) or t("none"),
    )
