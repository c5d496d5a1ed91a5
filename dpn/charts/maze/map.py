"""A map with the value of each cell, its best move, the plan and a shortest path, as Vega-Lite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dpn.charts.style import TRAINING, VALIDATION, FloatArray, Spec, ink
from dpn.charts.sum import only
from dpn.mazes.grid import Cell, Maze

#: The selection: what was clicked is a list of {"row", "column"}, from 1.
CELL = "cell"
#: Pixels of the map's height, and the widest map that has arrows.
HEIGHT, ARROWS_UP_TO = 400, 24
ARROWS = ("↑", "↓", "←", "→", "↖", "↗", "↙", "↘", "•")


def maze_chart(
    maze: Maze,
    values: FloatArray,
    q: FloatArray,
    plan: Sequence[Cell] | None,
    shortest: Sequence[Cell] | None,
    chosen: Cell,
    *,
    dark: bool,
) -> tuple[pd.DataFrame, Spec]:
    """Return a map (H, W) as cells that can be clicked.

    Args:
        maze: the map.
        values: (H, W), what each cell is worth.
        q: (M + 1, H, W), what each move and stopping is worth.
        plan: cells from start to goal; None for none.
        shortest: likewise, of a shortest path.
        chosen: the cell to outline.
        dark: whether the page is.
    """
    height, width = maze.shape
    best = q.argmax(axis=0)
    shade = _shades(maze, values)
    rows: list[dict[str, Any]] = []
    for row, column in np.ndindex(height, width):
        is_wall = bool(maze.walls[row, column])
        arrow = "" if is_wall or max(height, width) > ARROWS_UP_TO else ARROWS[best[row, column]]
        if best[row, column] == len(q) - 1 and arrow:
            arrow = ARROWS[-1]
        what = "wall" if is_wall else f"worth {values[row, column]:.2f}"
        rows.append(
            {
                "kind": "cell",
                "row": row + 1,
                "column": column + 1,
                "wall": is_wall,
                "shade": float(shade[row, column]),
                "arrow": "" if (row, column) in (maze.start, maze.goal) else arrow,
                "what": what,
            }
        )
    for kind, path in (("shortest", shortest), ("plan", plan)):
        for order, (row, column) in enumerate(path or ()):
            rows.append({"kind": kind, "row": row + 1, "column": column + 1, "order": order})
    for letter, (row, column) in (("S", maze.start), ("G", maze.goal)):
        rows.append({"kind": "end", "row": row + 1, "column": column + 1, "arrow": letter})
    rows.append({"kind": "chosen", "row": chosen[0] + 1, "column": chosen[1] + 1})
    return pd.DataFrame(rows), _spec(height, width, dark)


def _shades(maze: Maze, values: FloatArray) -> FloatArray:
    """Return how good a cell is among those that are free, 0 to 1: the rank of its value."""
    _, rank = np.unique(np.round(values[~maze.walls], 4), return_inverse=True)
    shades = np.zeros(maze.shape)
    shades[~maze.walls] = rank / max(1, int(rank.max()))
    return shades


def _spec(height: int, width: int, dark: bool) -> Spec:
    def along(field: str, size: int, middle: float) -> Spec:
        scale = {"domain": [0.5, size + 0.5], "nice": False, "zero": False}
        if field == "row":
            scale["reverse"] = True
        name = f"{field}_{middle:+g}".replace("+", "p").replace("-", "m").replace(".", "_")
        return {"field": name if middle else field, "type": "quantitative", "axis": None} | {
            "scale": scale
        }

    def moved(layer: Spec) -> Spec:
        rules = {
            "row_m0_5": "datum.row - 0.5",
            "row_p0_5": "datum.row + 0.5",
            "column_m0_5": "datum.column - 0.5",
            "column_p0_5": "datum.column + 0.5",
        }
        layer["transform"] += [{"calculate": rule, "as": name} for name, rule in rules.items()]
        return layer

    square = {
        "x": along("column", width, -0.5),
        "x2": {"field": "column_p0_5"},
        "y": along("row", height, -0.5),
        "y2": {"field": "row_p0_5"},
    }
    point = {"x": along("column", width, 0), "y": along("row", height, 0)}
    wall = "#8593a1" if dark else "#3c4855"
    shades = ["#17212b", "#2b6cab"] if dark else ["#f3f8fc", "#8fc3ea"]
    colour = {
        "condition": {"test": "datum.wall", "value": wall},
        "field": "shade",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": shades},
        "legend": None,
    }
    tooltip = [
        {"field": name, "type": kind, "title": name}
        for name, kind in (("row", "quantitative"), ("column", "quantitative"))
    ] + [{"field": "what", "type": "nominal", "title": "cell"}]
    cells = moved(
        only(
            "cell",
            {"type": "rect", "stroke": "#9db4c8", "strokeWidth": 0.3, "aria": False},
            square | {"color": colour},
        )
    )
    size = max(7, min(24, round(0.55 * HEIGHT / max(height, width))))
    word = {"type": "text", "fontSize": size, "color": ink(dark), "opacity": 0.6}
    word |= {"tooltip": None, "aria": False, "clip": True}
    text = point | {"text": {"field": "arrow", "type": "nominal"}}

    def line(kind: str, mark: Spec) -> Spec:
        base = {"type": "line", "interpolate": "linear", "strokeCap": "round", "tooltip": None}
        order = {"field": "order", "type": "quantitative"}
        return only(kind, base | mark, point | {"order": order})

    layers = [
        cells,
        only("cell", word, text),
        line("shortest", {"color": VALIDATION, "strokeWidth": 6, "strokeDash": [2, 7]}),
        line("plan", {"color": "#ffffff" if dark else "#10568f", "strokeWidth": 3}),
        moved(
            only(
                "chosen",
                {"type": "rect", "fillOpacity": 0, "stroke": VALIDATION, "strokeWidth": 2},
                square,
            )
        ),
        only(
            "end", {"type": "circle", "size": 1.6 * size**2, "opacity": 1, "color": TRAINING}, point
        ),
        only("end", word | {"opacity": 1, "fontWeight": "bold", "color": "#10161d"}, text),
    ]
    # On top, so that a tap on a line or an arrow is one on the cell below it.
    top = moved(only("cell", {"type": "rect", "fill": "transparent", "aria": False}, square))
    top["encoding"] = square | {"tooltip": tooltip}
    choice = {"type": "point", "fields": ["row", "column"], "on": "click"}
    top["params"] = [{"name": CELL, "select": choice}]
    layers.append(top)
    return {"height": HEIGHT, "layer": layers, "config": {"view": {"stroke": None}}}
