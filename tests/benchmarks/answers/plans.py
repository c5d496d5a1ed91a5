"""How long a plan on a map of 64×64 takes, in process and on the Maze page, and what of it is what.

The page is timed from the moment in which the start is put elsewhere until the verdict is there:
the server's plan and its account, what is drawn and told, the way there and back.
"""

import json
import re
import time

import numpy as np

from dpn.commands.worlds.mazes import SEED, load_planner
from dpn.evaluation.plan_account import explain_plan
from dpn.evaluation.plans import think
from dpn.mazes.making import make_mazes
from dpn.mazes.plans import plan_of
from dpn.mazes.truth import distances, shortest_path
from dpn.models.devices import set_threads
from dpn.runs.run import SHIPPED, Run
from dpn.ui.maze import paper
from tests.benchmarks.answers.chrome import app_and_page, since_lifted, words
from tests.benchmarks.record import note

SIDE, KINDS = 64, ("obstacles", "maze")
#: Maps that are planned on in process, and starts that are tried on one of them on the page.
MAPS, STARTS = 10, 12
#: In the page: milliseconds since the pointer was lifted until the verdict is another one.
WATCH = since_lifted(".st-key-maze_verdict h2")


def measure() -> None:
    """Print the times; the app and Chromium share this machine."""
    set_threads(1)
    for kind in KINDS:
        for what, taken in _in_process(kind).items():
            note(f"answers.plans, {kind} {SIDE}, {what}", taken, "ms")
            print(f"{kind} of {SIDE}×{SIDE}, {what}: {words(taken)}\n", flush=True)
    with app_and_page(height=1000) as found:
        if not found:
            return
        app, page = found
        for kind in KINDS:
            taken = _on_page(page, app.url, kind)
            note(f"answers.plans, {kind} {SIDE}, on the page", taken, "ms")
            print(f"{kind} of {SIDE}×{SIDE}, on the page: {words(taken)}\n", flush=True)


def _in_process(kind):
    model = load_planner(Run(SHIPPED / "shipped-maze-planner"))
    found = {"plan": [], "plan and account": [], "what is drawn": []}
    for maze in make_mazes(kind, SIDE, MAPS, SEED):
        times = [time.perf_counter()]
        path = plan_of(maze, think(model, maze).q)
        times.append(time.perf_counter())
        account = explain_plan(model, maze, "hard", 1.0)
        times.append(time.perf_counter())
        way = shortest_path(maze, model.config.decisions)
        seen = paper.seen(maze, account, path, way, maze.start, "wall", dark=False, version=1)
        json.dumps(seen)
        times.append(time.perf_counter())
        for taken, seconds in zip(found.values(), np.diff(times), strict=True):
            taken.append(1000 * float(seconds))
    return found


def _on_page(page, url, kind):
    (maze,) = make_mazes(kind, SIDE, 1, 13)
    (left,) = distances(maze.walls[None], [maze.goal], 4)
    cells, now, rng = [], int(left[maze.start]), np.random.default_rng(0)
    while len(cells) < STARTS:
        cell = tuple(rng.integers(0, SIDE, 2).tolist())
        if left[cell] > 1 and left[cell] != now:
            cells.append(cell)
            now = int(left[cell])
    page.goto(f"{url}/Maze?kind={kind}&size={SIDE}&seed=13")
    said = page.locator(".st-key-maze_verdict h2")
    said.filter(has_text=re.compile(r"\d")).wait_for()
    page.locator(".st-key-maze_mode").get_by_text("Start (S)", exact=True).click()
    canvas = page.locator(".st-key-maze_map canvas")
    canvas.scroll_into_view_if_needed()
    taken = []
    for row, column in cells:
        page.wait_for_timeout(500)
        page.evaluate(WATCH)
        box = canvas.bounding_box()
        cell = box["width"] / SIDE
        page.mouse.click(box["x"] + cell * (column + 0.5), box["y"] + cell * (row + 0.5))
        page.wait_for_function("window.answered !== null", timeout=20_000)
        taken.append(page.evaluate("window.answered"))
    return taken


if __name__ == "__main__":
    measure()
