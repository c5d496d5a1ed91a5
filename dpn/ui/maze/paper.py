"""The map on the page: a component that is drawn on by mouse, finger or keys, and plays sweeps."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from dpn.charts.style import TRAINING, VALIDATION, ink
from dpn.errors import ImageError
from dpn.language import msg, t
from dpn.mazes.grid import Cell, Maze
from dpn.mazes.plans import Account

#: The largest side that has arrows.
ARROWS_UP_TO = 24
#: What the browser may say was done.
DONE = ("wall", "erase", "start", "goal", "look")
#: As a file of the server, so that the page's policy need not allow scripts that come as text.
PACKAGE, NAME = "dpn_lab", "maze"
FOLDER = Path(__file__).parent / "browser"
#: What the browser says, with {values} of its own.
WORDS = {
    "play": msg("Play"),
    "stop": msg("Stop"),
    "sweep": msg("sweep {number}"),
    "wall": msg("row {row}, column {column}: wall"),
    "worth": msg("row {row}, column {column}: worth {value}"),
}
HTML = """
<canvas tabindex="0" role="application"></canvas>
<div class="below"><button type="button"></button><output></output></div>
"""
CSS = """
canvas { display: block; width: 100%; cursor: crosshair; border-radius: 4px; }
canvas:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.below { display: flex; gap: 12px; align-items: center; height: 44px; }
button { min-width: 72px; height: 36px; font: inherit; cursor: pointer; border-radius: 8px;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  color: var(--st-primary-color); }
output { font: 14px var(--st-font, sans-serif); color: var(--st-text-color); }
"""


def paper(data: dict[str, Any], done: Callable[[], None]) -> None:
    """Draw the map and what a planner makes of it.

    Args:
        data: as ``seen`` returns it.
        done: is called when something was done; ``what`` then tells it.
    """
    _component()(key=KEY, data=data, on_done_change=done)


KEY = "maze_paper"


def what(maze: Maze) -> tuple[str, list[Cell]]:
    """Return what was done last, of ``DONE``, and on which cells of the map.

    Raises:
        ImageError: the browser told something else; nothing is to be done.
    """
    try:
        told = st.session_state[KEY]["done"]
        name, cells = told["what"], [(cell[0], cell[1]) for cell in told["cells"]]
        height, width = maze.shape
        good = name in DONE and 0 < len(cells) <= maze.walls.size
        for row, column in cells:
            good = good and type(row) is type(column) is int
            good = good and 0 <= row < height and 0 <= column < width
    except (KeyError, TypeError, IndexError):
        good = False
    if not good:
        raise ImageError(t("The map sent no cells of its own. Reload the page and draw again."))
    return name, cells


def seen(
    maze: Maze,
    found: Account,
    plan: Sequence[Cell] | None,
    shortest: Sequence[Cell] | None,
    chosen: Cell,
    mode: str,
    *,
    dark: bool,
    version: int,
) -> dict[str, Any]:
    """Return what the browser needs to draw a map and what a planner makes of it.

    Args:
        maze: the map.
        found: the planner's values, and some of them on the way.
        plan: cells from start to goal; None for none.
        shortest: likewise, of a shortest path.
        chosen: the cell to outline.
        mode: what a press does, of ``DONE``.
        dark: whether the page is.
        version: another one for another map.
    """
    rows, columns = maze.shape
    has_arrows = max(rows, columns) <= ARROWS_UP_TO
    best = found.q.argmax(axis=0)
    best = np.where(best == len(found.q) - 1, 8, best)
    return {
        "version": version,
        "label": t(
            "A map of {rows} by {columns} cells: arrow keys move, Enter acts",
            rows=rows,
            columns=columns,
        ),
        "words": {name: t(words) for name, words in WORDS.items()},
        "rows": rows,
        "columns": columns,
        "mode": mode,
        "walls": _text(maze.walls),
        "start": maze.start,
        "goal": maze.goal,
        "chosen": chosen,
        "plan": [*map(list, plan or ())],
        "shortest": [*map(list, shortest or ())],
        "shade": _text(shades(maze, found.values)),
        "values": [float(f"{value:.4g}") for value in found.values.ravel()],
        "arrows": best.ravel().tolist() if has_arrows else None,
        "frames": [_text(shades(maze, values)) for values in found.history],
        "sweeps": found.moments.tolist(),
        "colours": {
            "wall": "#8593a1" if dark else "#3c4855",
            "low": [23, 33, 43] if dark else [243, 248, 252],
            "high": [43, 108, 171] if dark else [143, 195, 234],
            "plan": "#ffffff" if dark else "#10568f",
            "other": VALIDATION,
            "end": TRAINING,
            "ink": ink(dark),
        },
    }


def shades(maze: Maze, values: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Return how good a cell is among those that are free, (H, W), 0 to 255: its value's rank."""
    _, rank = np.unique(np.round(values[~maze.walls], 4), return_inverse=True)
    found = np.zeros(maze.shape, np.uint8)
    found[~maze.walls] = 255 * rank / max(1, int(rank.max()))
    return found


def _text(cells: NDArray[Any]) -> str:
    return base64.b64encode(cells.astype(np.uint8).tobytes()).decode()


def _component() -> Any:
    """Return what mounts the component, registered with the server that runs."""
    manager = get_bidi_component_manager()
    name = f"{PACKAGE}.{NAME}"
    if manager.get_component_asset_root(name) is None:
        part = ComponentConfig(NAME, FOLDER.name)
        manager.register_from_manifest(ComponentManifest(PACKAGE, "1", [part]), FOLDER.parent)
    return st.components.v2.component(name, html=HTML, css=CSS, js="board.js")
