"""The verb ``plan``: ways through maps; and how good a planner's ways are."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dpn import settings
from dpn.commands.bars import remark
from dpn.commands.worlds.answers import Answer, tell
from dpn.errors import ConfigError, DPNError, RunError
from dpn.evaluation.counted import counted
from dpn.language import percent
from dpn.mazes.making import KINDS, check_kind, make_mazes
from dpn.mazes.plans import plan_of
from dpn.mazes.reading import find_maps, maps_in
from dpn.names import row, tally
from dpn.runs.folder import find_run
from dpn.runs.run import Run

if TYPE_CHECKING:
    from dpn.models.worlds.planner import Planner

#: Maps that are asked of a planner when nobody says which: kind, sides.
USUAL = (("obstacles", (8, 16, 28)), ("maze", (13, 33, 59)), ("rooms", (32,)), ("caves", (32,)))
#: Their seed: other maps than those of any training.
SEED = 1_000_003


def plan(options: Namespace) -> None:
    """Print a line for each map: the plan from S to G, or that there is none."""
    say = partial(remark, "plan")
    model = load_planner(find_run(options.run, settings.runs_dir()))
    answers = (one for path in find_maps(options.files) for one in _answers(model, path, say))
    tell(answers, _line, options)


def load_planner(run: Run) -> Planner:
    """Return a run's planner.

    Raises:
        RunError: it has none that can be used.
    """
    if (world := run.config().model.world) != "maze":
        raise RunError(
            f"plan takes runs of mazes, and run {run.id!r} reads another world: {world}. Train one "
            "with `python -m dpn train --dataset maze`, or name shipped-maze-planner."
        )
    model: Any = run.load_model()
    return model  # type: ignore[no-any-return]  # of this world there is no other model


def check_no_maps(run: Run, world: str, verb: str) -> None:
    """Refuse a run of mazes for a verb that asks about other things.

    Raises:
        RunError: it is one.
    """
    if world == "maze":
        raise RunError(
            f"{verb} takes no runs of mazes, as {run.id!r} is: "
            f"`python -m dpn plan {run.id} FILE` asks it about maps."
        )


def _answers(model: Planner, path: Path, say: Callable[[str], None]) -> Iterator[Answer]:
    from dpn.evaluation.plans import think

    try:
        mazes = list(maps_in(path, say))
    except DPNError as error:
        yield {"file": str(path), "error": str(error)}
        return
    for index, maze in enumerate(mazes):
        thought = think(model, maze)
        found = plan_of(maze, thought.q)
        yield {
            "file": str(path),
            **({"map": index} if len(mazes) > 1 else {}),
            "plan": None if found is None else [list(cell) for cell in found],
            "steps": None if found is None else len(found) - 1,
            "value": float(thought.q[:, maze.start[0], maze.start[1]].max()),
            "sweeps": thought.sweeps,
        }


def _line(answer: Answer) -> str:
    name = answer["file"] + (f" [{answer['map']}]" if "map" in answer else "")
    if answer["plan"] is None:
        return row(name, "no way")
    cells = " ".join(f"{r},{c}" for r, c in answer["plan"])
    steps = tally(answer["steps"], "step")
    return row(name, steps, cells)


def evaluate_plans(
    run: Run, kind: str | None, side: int | None, maps: int, *, as_json: bool
) -> None:
    """Print how good a run's plans are on maps that it has not seen.

    Raises:
        ConfigError: there are no such maps.
    """
    from dpn.evaluation.plans import score_plans

    if not 1 <= maps <= 100_000:
        raise ConfigError(f"--maps must be a whole number from 1 to 100000, got {maps}; try 200")
    model = load_planner(run)
    if kind is None and side is None:
        asked = [(name, s) for name, sides in USUAL for s in sides]
    else:
        cells = 16 if side is None else side
        asked = [(name, cells) for name in (KINDS if kind is None else [kind])]
    for name, cells in asked:
        check_kind(name, cells)
    for name, cells in asked:
        score = score_plans(model, make_mazes(name, cells, maps, SEED))
        answer = {"run": run.id, "kind": name, "side": cells, **asdict(score)}
        if as_json:
            print(json.dumps(answer))
        else:
            print(
                f"{name} of {cells}×{cells}: reached {percent(score.success)}, as short as any "
                f"{percent(score.optimal)} of {counted(score.maps, 'maze')}"
            )
