"""What is known of a run without asking its model: how good, how long, how far."""

from __future__ import annotations

from dataclasses import dataclass

from dpn.errors import RunError
from dpn.language import msg
from dpn.runs.history import Curves, History
from dpn.runs.result import answered
from dpn.runs.run import Run
from dpn.runs.title import STATE_WORDS


@dataclass(frozen=True)
class Facts:
    """One run, as far as its files tell; None for what nobody knows.

    Attributes:
        state: how its training stands, in words.
        steps: batches trained.
        seconds: spent training.
        validation_accuracy: of the last validation, 0..1.
        test_accuracy: as it was after the training, 0..1.
        test_images: how many those were.
        problem: a sentence on what could not be read; "" if nothing.
    """

    state: str
    steps: int | None = None
    seconds: float | None = None
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    test_images: int | None = None
    problem: str = ""


def read_facts(run: Run, curves: Curves | None = None) -> Facts:
    """Return what a run's files tell; a damaged one is a ``problem`` and hides no other.

    ``curves`` are its curves where somebody follows them already: to read all of them takes long.
    """
    curves = curves or History(run.path / "metrics.jsonl").poll()
    steps, validation = curves.steps, curves.validation
    last = len(steps["step"]) > 0
    state, problem, result = "", "", None
    try:
        state = STATE_WORDS[run.status()["state"]]
        result = run.result()
    except RunError as error:
        state, problem = state or msg("damaged"), str(error)
    seconds = float(steps["seconds"][-1]) if last else None
    accuracy = float(validation["accuracy"][-1]) if len(validation["accuracy"]) else None
    images = answered(result)[0] if result else 0
    return Facts(
        state=state,
        steps=int(steps["step"][-1]) if last else None,
        seconds=float(result["train_seconds"]) if result else seconds,
        validation_accuracy=accuracy,
        test_accuracy=float(result["test_accuracy"]) if result and images else None,
        test_images=images or None,
        problem=problem,
    )
