"""A planner's plans on maps that it has not seen: do they arrive, are they as short as any.

    python -m tests.benchmarks.learning.worlds.mazes [RUN… | MOVES:SEED…] [PICTURE.png]

By default of the shipped planner; 4:0 trains one of 4 moves with seed 0 as the quick preset does.
Maps are made with a seed of their own. "No way" are maps of random walls whose start and goal do
not hang together, half and half with maps on which they do.
With a picture its V and q and those of exact value iteration are drawn side by side.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.ndimage import label

from dpn import settings
from dpn.commands.worlds.mazes import SEED, USUAL, load_planner
from dpn.evaluation.plans import score_plans, think
from dpn.mazes.grid import MOVE_NAMES, MOVES, Maze
from dpn.mazes.making import KINDS, make_mazes
from dpn.mazes.plans import plan_of
from dpn.mazes.sets import NAME, OUTCOMES
from dpn.mazes.truth import NO_WAY, distances
from dpn.models.devices import set_threads
from dpn.models.presets import preset
from dpn.runs.folder import find_run
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.benchmarks.record import note

SHIPPED = "shipped-maze-planner"
#: Maps a row, and timed plans.
MAPS, TIMED = 200, 10
#: The side of the maps that are timed.
LARGE = 64


def parted(side, count, seed, moves):
    """Maps of random walls with no way from the start to the goal."""
    rng, found = np.random.default_rng(seed), []
    while len(found) < count:
        walls = rng.random((side, side)) < rng.uniform(0.2, 0.5)
        parts, _ = label(~walls, np.ones((3, 3)) if moves == len(MOVES) else None)
        start, goal = (tuple(cell) for cell in rng.integers(0, side, (2, 2)).tolist())
        if parts[start] and parts[goal] and parts[start] != parts[goal]:
            found.append(Maze(walls, start, goal))
    return found


def exact_q(maze, moves, step=-1.0):
    """What each move is worth exactly: minus the steps that are left, (M, H, W)."""
    (left,) = distances(maze.walls[None], [maze.goal], moves)
    around = np.pad(left, 1, constant_values=NO_WAY)
    height, width = left.shape
    there = np.stack(
        [around[1 + d : 1 + d + height, 1 + e : 1 + e + width] for d, e in MOVES[:moves]]
    )
    return np.where(there >= 0, step * (there + 1), np.nan)


def train(moves, seed, folder):
    """A planner trained with the quick preset's settings, on all cores; prints how long it took."""
    model, training = preset(NAME, None, len(OUTCOMES), "planner", "quick", world="maze")
    chosen = model.replace(decisions=moves), training.replace(seed=seed)
    trainer, run = open_training(*chosen, settings.data_dir(), folder)
    for _ in run_training(trainer, run):
        pass
    seconds = run.result()["train_seconds"]
    steps = f"{trainer.total_steps:,} steps of {training.batch_size} maps"
    print(f"{steps}, {seconds:.0f} s on {run.result()['device']}", flush=True)
    note(f"learning.worlds.mazes, training {moves}:{seed}", seconds, "s")
    return load_planner(run)


def measure():
    """Measure the shipped planner."""
    rows(load_planner(find_run(SHIPPED, settings.runs_dir())))


def rows(model):
    """Print how many plans arrive, by kind and side, and how long one takes."""
    set_threads(1)
    moves = model.config.decisions
    print("\n| maps | side | n | reached | as short as any |\n|---|---|---|---|---|")
    for kind, sides in USUAL:
        for side in sides:
            score = score_plans(model, make_mazes(kind, side, MAPS, SEED))
            shares = f"{score.success:.1%} | {score.optimal:.1%}"
            print(f"| {kind} | {side} | {MAPS} | {shares} |", flush=True)
            note(f"learning.worlds.mazes, {kind} {side}, optimal", score.optimal, "share")
    mixed = parted(16, MAPS, SEED, moves) + make_mazes("obstacles", 16, MAPS, SEED + 1)
    right = score_plans(model, mixed).no_way
    print(f"\nWhether there is a way: {right:.1%} right of {len(mixed)} maps of 16×16.")
    note("learning.worlds.mazes, no way", right, "share")
    for kind in KINDS:
        times, sweeps, worst = [], [], 0.0
        for maze in make_mazes(kind, LARGE, TIMED, SEED):
            began = time.perf_counter()
            thought = think(model, maze)
            path = plan_of(maze, thought.q)
            times.append(1000 * (time.perf_counter() - began))
            sweeps.append(thought.sweeps)
            # Of cells on the plan, the model's q is a straight line of the exact one.
            exact = exact_q(maze, moves)
            here = np.array([*path[:-1]]).T if path and len(path) > 2 else np.zeros((2, 0), int)
            own, true = (
                thought.q[:moves, here[0], here[1]].max(0),
                np.nanmax(exact[:, here[0], here[1]], axis=0),
            )
            if own.size > 1:
                worst = max(worst, 1 - float(np.corrcoef(own, true)[0, 1]))
        print(
            f"A plan of {kind} of {LARGE}×{LARGE}: median {statistics.median(times):.0f} ms, at "
            f"most {max(times):.0f} ms, {statistics.median(sweeps):.0f} sweeps "
            f"(n = {TIMED}, 1 thread); "
            f"1 - r of its values and the exact ones along the plan: at most {worst:.1e}"
        )
        note(f"learning.worlds.mazes, plan of {kind} {LARGE}", times, "ms")


def draw(path, run=SHIPPED, kind="obstacles", side=16):
    """Save a picture: V and q of a map as the planner has them, and by exact value iteration."""
    from PIL import Image, ImageDraw, ImageFont

    model = load_planner(find_run(run, settings.runs_dir()))
    moves = model.config.decisions
    (maze,) = make_mazes(kind, side, 1, SEED)
    left = distances(maze.walls[None], [maze.goal], moves)[0].astype(float)
    left[left < 0] = np.nan
    thought = think(model, maze)
    exact_moves = exact_q(maze, moves)
    own = [thought.values[-1], *thought.q[:moves]]
    exact = [-left, *exact_moves]
    names = ["V", *(f"q, {name}" for name in MOVE_NAMES[:moves])]
    scale, gap, head = 10, 12, 22
    size = scale * side
    width, height = gap + len(names) * (size + gap), gap + 2 * (size + head + gap)
    picture = Image.new("RGB", (width, height), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(14)
    for row, (whose, planes) in enumerate((("planner", own), ("exact", exact))):
        # One scale for all planes of a row: of the cells from which there is a way.
        known = planes[0][~np.isnan(left)]
        low, high = known.min() - (known.max() - known.min()) / 20, known.max()
        for column, (name, values) in enumerate(zip(names, planes, strict=True)):
            there = ~np.isnan(exact[column])
            shade = np.clip((np.where(there, values, low) - low) / (high - low), 0, 1)[..., None]
            colour = (1 - shade) * np.array([30, 60, 120]) + shade * np.array([250, 230, 90])
            colour[~there], colour[maze.walls] = 150, 20  # grey: a move into a wall, or no way
            if not column:
                colour[maze.start], colour[maze.goal] = (40, 180, 70), (220, 50, 40)
            x, y = gap + column * (size + gap), gap + row * (size + head + gap)
            pen.text((x, y), f"{name}: {whose}", "black", font)
            pixels = colour.astype(np.uint8).repeat(scale, 0).repeat(scale, 1)
            picture.paste(Image.fromarray(pixels), (x, y + head))
    picture.save(path, optimize=True)


if __name__ == "__main__":
    named = sys.argv[1:]
    pictures = [name for name in named if name.endswith(".png")]
    runs = [name for name in named if name not in pictures] or [SHIPPED]
    for picture in pictures:
        draw(Path(picture), runs[0])
    for run in [] if pictures else runs:
        print(f"\n{run}:\n")
        moves, colon, seed = run.partition(":")
        if colon:
            with tempfile.TemporaryDirectory() as folder:
                rows(train(int(moves), int(seed), Path(folder)))
        else:
            rows(load_planner(find_run(run, settings.runs_dir())))
