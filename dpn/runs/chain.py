"""The lessons that a model comes from: read from its parents, or as a bundle brought them along.

chain.json   {"lessons": [{"lesson": {…}, "taught_from": "…"}, …]}, the last lesson first
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dpn.errors import RunError
from dpn.runs.config import checked_lesson
from dpn.runs.files import read_json
from dpn.runs.folder import find_run
from dpn.runs.run import Run
from dpn.runs.title import own_title

#: The file's name, and how many lessons it may name.
CHAIN, MOST = "chain.json", 20
#: Bytes of the file, and characters of what a parent is called: far more than are needed.
MAX_BYTES, MAX_TITLE = 2**18, 300


@dataclass(frozen=True)
class Step:
    """One lesson of a chain.

    Attributes:
        lesson: what config.json says of it; see ``dpn.runs.config.RunConfig``.
        parent: the run that was taught, if it is here.
        taught_from: its title or id.
    """

    lesson: dict[str, Any]
    parent: Run | None
    taught_from: str


def lessons_of(run: Run, runs_dir: Path) -> list[Step]:
    """Return the lessons that a run comes from, the last one first; [] if it was never taught.

    Where a parent is not here, what came with the bundle goes on.

    Raises:
        RunError: the run's own config cannot be read.
    """
    steps: list[Step] = []
    lesson = run.config().lesson
    while lesson and len(steps) < MOST:
        parent = _run_here(lesson["parent"], runs_dir)
        if parent is None:
            steps += _brought_along(run) or [Step(lesson, None, lesson["parent"])]
            break
        steps.append(Step(lesson, parent, own_title(parent) or parent.id))
        run = parent
        try:
            lesson = run.config().lesson
        except RunError:
            break
    return steps[:MOST]


def to_json(steps: list[Step]) -> dict[str, Any]:
    """Return a chain as the file holds it."""
    rows = [{"lesson": step.lesson, "taught_from": step.taught_from} for step in steps]
    return {"lessons": rows}


def _run_here(run_id: str, runs_dir: Path) -> Run | None:
    try:
        found = find_run(run_id, runs_dir)
    except RunError:
        return None
    return found if found.id == run_id else None  # no folder elsewhere is opened


def _brought_along(run: Run) -> list[Step]:
    """Return what is in the file, as far as it can be read."""
    steps: list[Step] = []
    with contextlib.suppress(OSError, RunError, KeyError, TypeError):
        file = run.path / CHAIN
        if file.stat().st_size <= MAX_BYTES:
            for row in read_json(file)["lessons"][:MOST]:
                lesson, title = checked_lesson(row["lesson"]), row["taught_from"]
                if lesson is None or not isinstance(title, str) or len(title) > MAX_TITLE:
                    break
                steps.append(Step(lesson, None, title))
    return steps
